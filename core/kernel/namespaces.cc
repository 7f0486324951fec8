// SPDX-License-Identifier: MIT
#include "kernel/namespaces.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "kernel/kernel.h"

namespace mptcp::kernel {
namespace {

static_assert(mount_namespace == CLONE_NEWNS && user_namespace == CLONE_NEWUSER &&
              process_namespace == CLONE_NEWPID && network_namespace == CLONE_NEWNET);

const char* file_of(NamespaceKind kind) {
  switch (kind) {
    case mount_namespace:
      return "/proc/thread-self/ns/mnt";
    case user_namespace:
      return "/proc/thread-self/ns/user";
    case process_namespace:
      return "/proc/thread-self/ns/pid";
    case network_namespace:
      return "/proc/thread-self/ns/net";
  }
  return "";
}

}  // namespace

int unshare_namespaces(int kinds) { return ::unshare(kinds) < 0 ? -errno : 0; }

int own_namespace(NamespaceKind kind) {
  int fd = ::open(file_of(kind), O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int join_namespace(int fd, NamespaceKind kind) { return ::setns(fd, kind) < 0 ? -errno : 0; }

bool is_same_namespace(int a, int b) {
  struct stat first {};
  struct stat second {};
  return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

int map_to_root(uid_t uid, gid_t gid) {
  auto& files = system_kernel();
  // An ordinary user may map a group only after giving up setgroups(2).
  files.write_file("/proc/self/setgroups", "deny");
  int code = files.write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1");
  if (code < 0) return code;
  return files.write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
}

int make_mounts_private() {
  return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0 ? -errno : 0;
}

int mount_fresh_proc() {
  const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  return ::mount("proc", "/proc", "proc", flags, nullptr) < 0 ? -errno : 0;
}

int replace_file(const std::string& path, const std::string& content) {
  // The file needs a file system to be in; once bound, it needs no place there.
  const char* stage = "/tmp";
  if (::mount("tmpfs", stage, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=0755") < 0)
    return -errno;
  const auto staged = std::string(stage) + "/file";
  int code = -errno;
  const OwnedFd fd(::open(staged.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (fd.is_open()) {
    code = ::write(fd.get(), content.data(), content.size()) < 0 ||
                   ::mount(staged.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) < 0
               ? -errno
               : 0;
  }
  ::umount2(stage, MNT_DETACH);
  return code;
}

int current_directory(std::string& path) {
  char buffer[4096];
  if (!::getcwd(buffer, sizeof buffer)) return -errno;
  path = buffer;
  return 0;
}

int change_directory(const std::string& path) { return ::chdir(path.c_str()) < 0 ? -errno : 0; }

int make_private_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) < 0 && errno != EEXIST) return -errno;
  struct stat found {};
  if (::lstat(path.c_str(), &found) < 0) return -errno;
  const bool ours = S_ISDIR(found.st_mode) && found.st_uid == ::geteuid();
  return ours && (found.st_mode & 0077) == 0 ? 0 : -EPERM;
}

int remove_file(const std::string& path) { return ::unlink(path.c_str()) < 0 ? -errno : 0; }

uid_t user_id() { return ::geteuid(); }
gid_t group_id() { return ::getegid(); }

}  // namespace mptcp::kernel

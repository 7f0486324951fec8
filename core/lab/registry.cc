// SPDX-License-Identifier: MIT
#include "lab/registry.h"

#include <algorithm>
#include <cerrno>

#include "base/quoted.h"
#include "kernel/kernel.h"
#include "kernel/namespaces.h"

namespace mptcp::lab {
namespace {

constexpr std::string_view ending = ".lab";

// Inside a lab the user looks like root: ask where this lab's own socket is.
Result<std::string> directory() {
  const auto inside = kernel::environment_variable(lab_variable);
  if (auto slash = inside.rfind('/'); slash != inside.npos) return inside.substr(0, slash);
  const auto runtime = kernel::environment_variable("XDG_RUNTIME_DIR");
  if (!runtime.empty() && kernel::make_private_directory(runtime + "/mptcp-lab") == 0) {
    return runtime + "/mptcp-lab";
  }
  auto fallback = "/tmp/mptcp-lab-" + std::to_string(kernel::user_id());
  const int code = kernel::make_private_directory(fallback);
  if (code < 0) return kernel::system_error(-code, "using the directory " + fallback);
  return fallback;
}

std::string socket_in(const std::string& directory, std::string_view name) {
  return directory + "/" + std::string(name) + std::string(ending);
}

// Connects, and removes a socket that nobody answers at.
int connect_or_remove(const std::string& path) {
  const int fd = kernel::connect_to(path);
  if (fd == -ECONNREFUSED) kernel::remove_file(path);
  return fd;
}

Result<OwnedFd> connect_at(const std::string& path, std::string_view name) {
  const int fd = connect_or_remove(path);
  if (fd == -ECONNREFUSED || fd == -ENOENT) {
    return Error{ErrorKind::not_found, ENOENT, "no lab " + quoted(name) + " is running"};
  }
  if (fd < 0) return kernel::system_error(-fd, "connecting to lab " + quoted(name));
  return OwnedFd(fd);
}

}  // namespace

Result<std::string> reserve(const std::string& name) {
  auto where = directory();
  if (!where) return where.error();
  auto path = socket_in(*where, name);
  const int fd = connect_or_remove(path);
  if (fd < 0) return path;
  OwnedFd running(fd);
  return Error{ErrorKind::already_exists, EEXIST, "a lab called " + quoted(name) + " is running"};
}

Result<OwnedFd> connect(std::string_view name) {
  const auto inside = kernel::environment_variable(lab_variable);
  if (name.empty() && !inside.empty()) return connect_at(inside, inside);
  auto where = directory();
  if (!where) return where.error();
  if (!name.empty()) return connect_at(socket_in(*where, name), name);
  auto names = list_running();
  if (!names) return names.error();
  if (names->size() == 1) return connect_at(socket_in(*where, names->front()), names->front());
  return Error{ErrorKind::not_found, 0,
               names->empty() ? "no lab is running" : "several labs are running: name one"};
}

Result<std::vector<std::string>> list_running() {
  auto where = directory();
  if (!where) return where.error();
  std::vector<std::string> files;
  const int code = kernel::system_kernel().list_directory(*where, files);
  if (code < 0) return kernel::system_error(-code, "reading " + *where);
  std::vector<std::string> names;
  for (const auto& file : files) {
    if (!file.ends_with(ending)) continue;
    const OwnedFd fd(connect_or_remove(*where + "/" + file));
    if (fd.is_open()) names.push_back(file.substr(0, file.size() - ending.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace mptcp::lab

// SPDX-License-Identifier: MIT
//
// The lab's own seam to Linux: namespaces, processes, and descriptors that travel.
//
// As in kernel.h, each function is one system call (or those that always go together) and returns
// its value or the negative errno.  There is no scripted form: what the lab decides is pure code
// above, and what it does is only true on a real kernel.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

#include <mptcp/base.h>

namespace mptcp::kernel {

// Their values are the CLONE_NEW… bits, so that they can be combined.
enum NamespaceKind : int {
  mount_namespace = 0x00020000,
  user_namespace = 0x10000000,
  process_namespace = 0x20000000,
  network_namespace = 0x40000000,
};

int unshare_namespaces(int kinds);
// A descriptor for the calling thread's own one.
int own_namespace(NamespaceKind kind);
int join_namespace(int fd, NamespaceKind kind);
// Whether two descriptors mean the same namespace.
bool is_same_namespace(int a, int b);
// Makes this user root in the user namespace just made: `uid` and `gid` as they are outside.
int map_to_root(uid_t uid, gid_t gid);
// Mounts made from now on stay in this mount namespace, which gets a /proc of its own.
int make_mounts_private();
int mount_fresh_proc();
// Puts a read-only file with that content in the place of one, for this mount namespace.
int replace_file(const std::string& path, const std::string& content);

// fork(2).  The plain form runs the C library's handlers.  A sibling is a child of our parent, to
// be made only in a process that has just been forked and has one thread.
pid_t fork_process();
// -EINVAL where our parent is the first process of its namespace.
pid_t fork_sibling();
// This process is killed as soon as its parent ends.
void die_with_parent();
[[noreturn]] void exit_process(int status);
// Replaces the program; returns only when it cannot.
int execute(const std::vector<std::string>& arguments, const std::vector<std::string>& environment);
std::vector<std::string> environment();
std::string environment_variable(std::string_view name);  // empty when there is none

struct Exit {
  pid_t pid = 0;   // 0: nothing has ended
  int status = 0;  // the exit status, or 128 + the signal
};
enum class Wait { until_it_ends, not_at_all };
// Reaps a child; pid -1 means any.
int reap(pid_t pid, Wait wait, Exit& exit);
int send_signal(pid_t pid, int number);

// What a process that goes its own way leaves behind: session, working directory, signal handlers
// and mask, timer slack, priority, and every descriptor not named; 0 and 1 become /dev/null.
void detach_process(const char* name, std::span<const int> keep);
// Readable when one of the signals that end a process, or SIGCHLD, came; they do nothing else any
// more.  take_signal() answers the number.
int signal_descriptor();
int take_signal(int fd);

// A copy whose number is greater than `floor`, close-on-exec.
int duplicate_above(int fd, int floor);
// No program that this process becomes gets a descriptor whose number is greater than `floor`.
void close_on_execute_above(int floor);
int current_directory(std::string& path);
int change_directory(const std::string& path);

// Unix sockets that keep message boundaries, close-on-exec.
int socket_pair(int fds[2]);
int listen_at(const std::string& path);
int connect_to(const std::string& path);
// One message with descriptors.  receive_message() appends the ones it got; 0 is the end.
ssize_t send_message(int socket, std::string_view bytes, std::span<const int> fds);
ssize_t receive_message(int socket, std::string& bytes, std::vector<OwnedFd>& fds);

// The directory that only its owner can use; made when missing, refused (-EPERM) when it is
// somebody else's or open to others.
int make_private_directory(const std::string& path);
int remove_file(const std::string& path);
uid_t user_id();
gid_t group_id();

}  // namespace mptcp::kernel

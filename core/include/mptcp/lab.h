// SPDX-License-Identifier: MIT
//
// A small network on one machine: hosts, which are network namespaces, joined by paths whose rate,
// delay and faults are set here, changed while traffic runs, and repeatable from a seed.
//
// A path is a wire in user space: one process, the lab's own, takes each packet from one host,
// keeps it as long as the path's queue, rate and delay ask, and hands it to the other.  So the
// bottleneck is remote, as on the internet.  A direct path is a bare veth: no shape, full speed.
//
// It runs as root or as an ordinary user, and touches nothing outside its own namespaces.  The
// lab lives until its owner's Lab ends or the owner's process does, however it ends; processes
// that were spawned in it end with it.
//
// On path i, counted from 1, the first host is 10.0.i.1 and fd00:0:0:i::1, the second 10.0.i.2 and
// fd00:0:0:i::2, both on their interface "path<i>".  The first host's local address decides
// which path a connection takes, in both directions.
//
// A Lab, a Process and a HostScope are resources.  One thread at a time may use a Lab.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mptcp/base.h>
#include <mptcp/lab_spec.h>

namespace mptcp {

// While it lives, its thread is in that host's network namespace.  Ends on the thread it began on.
class HostScope {
 public:
  HostScope(HostScope&&) = default;
  HostScope& operator=(HostScope&&) = delete;
  ~HostScope();

 private:
  friend class Lab;
  explicit HostScope(OwnedFd before) : before_(std::move(before)) {}
  OwnedFd before_;
};

// What a program gets of ours: every descriptor that is not close-on-exec, or the three that it is
// given and no other.
enum class Inheritance : std::uint8_t { descriptors, streams };

struct Command {
  std::string host = "client";
  std::vector<std::string> arguments;  // the program is looked for in PATH
  int standard_input = 0;              // descriptors of ours, borrowed
  int standard_output = 1;
  int standard_error = 2;
  Inheritance inheritance = Inheritance::descriptors;
};

// A child process in a lab.  Killed and reaped by the destructor, unless it was waited for.
class Process {
 public:
  Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Process& operator=(Process&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
  }
  ~Process();

  pid_t pid() const { return pid_; }
  // The exit status, or 128 + the signal that ended it.
  Result<int> wait();
  Result<int> wait(Deadline deadline);
  // Readable once it has ended, for a poll loop; wait() then returns at once.
  Result<OwnedFd> open_descriptor() const;
  Result<void> signal(int number);

 private:
  friend class Lab;
  explicit Process(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
};

class Lab {
 public:
  // Builds it; everything works when this returns.  Fails with `invalid_argument` on a
  // specification that contradicts itself, `already_exists` when the name is taken, `not_permitted`
  // where the machine allows this user no namespaces.
  static Result<Lab> start(const LabSpec& spec);

  // A running lab of this user, by name; a Lab that does not own it.  The empty name is the lab
  // that this process runs in (MPTCP_LAB), else the only one there is.
  static Result<Lab> attach(std::string_view name);
  static Result<std::vector<std::string>> list();

  Lab(Lab&&) noexcept;
  Lab& operator=(Lab&&) noexcept;
  ~Lab();  // of the owner: ends the lab, and kills every process in it

  // Moves this thread into a host.  Needs CAP_SYS_ADMIN in the lab's user namespace, and in the one
  // that owns the network namespace that the thread is in, to come back: a process that is root
  // there (or here) has it; others use spawn() and open_socket().
  Result<HostScope> enter(std::string_view host) const;
  // A socket that was made in a host, close-on-exec.  For anybody.
  Result<OwnedFd> open_socket(std::string_view host, int family, int type, int protocol);
  // Starts a program in a host, as a child of this process, MPTCP_LAB set.  For anybody.
  Result<Process> spawn(const Command& command) const;

  // `path` is a name or a number, counted from 1.
  Result<void> change(std::string_view path, const PathChange& change);
  Result<PathState> path(std::string_view path);
  Result<std::vector<PathState>> paths();
  Result<Address> address(std::string_view path, std::string_view host,
                          Family family = Family::v4) const;

  const std::string& name() const;
  const std::vector<std::string>& hosts() const;

 private:
  struct Connection;
  explicit Lab(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace mptcp

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

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <mptcp/base.h>

namespace mptcp {

// --- what a path does to packets, in one direction -----------------------------------------------

// What may wait for the line: so long at the path's rate, so many bytes, so many packets.
enum class QueueBytes : std::uint64_t {};
enum class QueuePackets : std::uint32_t {};
using QueueLimit = std::variant<std::chrono::nanoseconds, QueueBytes, QueuePackets>;

// Packets by the MPTCP option that they carry; combine with |.
using OptionKinds = std::uint8_t;
enum OptionKind : OptionKinds {
  option_syn = 1,        // MP_CAPABLE in a SYN
  option_synack = 2,     // MP_CAPABLE in a SYN/ACK
  option_join = 4,       // MP_JOIN in a SYN or SYN/ACK
  option_data = 8,       // any MPTCP option in any other packet, ADD_ADDR included
  option_add_addr = 16,  // ADD_ADDR and its echo
  option_all = 31,
};
std::string format_options(OptionKinds kinds);  // "syn+join", "all", "none"

// Shares are between 0 and 1.  What happens to the n-th packet of a direction follows from the
// seed, n and the shape alone.
struct Shape {
  std::uint64_t rate = 0;             // bits a second, of IP packets; 0: as fast as it goes
  std::chrono::nanoseconds delay{};   // one way
  std::chrono::nanoseconds jitter{};  // the delay varies by up to that, both ways; order is kept
  double loss = 0;                    // lost on the way, after the queue
  double reorder = 0;                 // held back until packets sent later have overtaken it
  double duplicate = 0;               // arrives twice
  std::optional<QueueLimit> queue;    // left out: one round trip at the rate, at least 20 ms
  bool silent = false;                // everything vanishes; the link stays up
  OptionKinds strip = 0;              // MPTCP options overwritten with NOPs
  OptionKinds block = 0;              // packets with such an option vanish

  friend bool operator==(const Shape&, const Shape&) = default;
};

// --- what a lab is made of -----------------------------------------------------------------------

enum class PathKind : std::uint8_t { wire, direct };
enum class LinkState : std::uint8_t { up, down };

struct PathSpec {
  std::string name;  // left out: "path<i>", i counted from 1
  std::string from = "client";
  std::string to = "server";
  PathKind kind = PathKind::wire;
  LinkState link = LinkState::up;
  Shape upload;    // what the first host sends
  Shape download;  // what the second host sends

  friend bool operator==(const PathSpec&, const PathSpec&) = default;
};

struct HostSpec {
  std::string name;
  std::string path_manager = {};        // "userspace", "kernel"; left out: the kernel's choice
  std::string congestion_control = {};  // of connections over its paths; may be left out
  std::map<std::string, std::string> sysctls =
      {};  // "net.ipv4.tcp_rmem" -> "4096 131072 6291456", …

  friend bool operator==(const HostSpec&, const HostSpec&) = default;
};

struct LabSpec {
  std::string name;  // left out: nobody else can find it
  std::vector<HostSpec> hosts = {{"client"}, {"server"}};
  std::vector<PathSpec> paths;
  std::uint64_t seed = 1;
};

// Reads "50mbit,10ms", "20mbit,40ms,loss=0.1%,queue=50ms", "direct", "download:rate=5mbit": words
// with commas between.  docs/lab.md lists them.  Fails with `invalid_argument`, quoting the word.
Result<PathSpec> parse_path(std::string_view text);
// Writes what parse_path reads.
std::string format(const PathSpec& path);

// --- changes while it runs -----------------------------------------------------------------------

// What is left out stays as it is.
struct ShapeChange {
  std::optional<std::uint64_t> rate;
  std::optional<std::chrono::nanoseconds> delay;
  std::optional<std::chrono::nanoseconds> jitter;
  std::optional<double> loss;
  std::optional<double> reorder;
  std::optional<double> duplicate;
  std::optional<QueueLimit> queue;
  std::optional<bool> silent;
  std::optional<OptionKinds> strip;
  std::optional<OptionKinds> block;

  friend bool operator==(const ShapeChange&, const ShapeChange&) = default;
};
struct PathChange {
  ShapeChange upload;
  ShapeChange download;
  std::optional<LinkState> link;

  friend bool operator==(const PathChange&, const PathChange&) = default;
};

// Reads parse_path's words as a change: "down", "delay=80ms", "upload:silent", "strip=none".
Result<PathChange> parse_change(std::string_view text);
std::string format(const PathChange& change);

// --- what happened -------------------------------------------------------------------------------

// Of one direction, since the lab began.
struct DirectionCounters {
  std::uint64_t packets = 0;     // handed to the far host
  std::uint64_t bytes = 0;       // of IP packets
  std::uint64_t queue_full = 0;  // packets dropped, by cause
  std::uint64_t lost = 0;
  std::uint64_t blocked = 0;    // by silence, `block`, or a link that is down
  std::uint64_t overrun = 0;    // the machine was too slow for the wire: a measurement is spoilt
  std::uint64_t reordered = 0;  // packets delivered, but
  std::uint64_t duplicated = 0;
  std::uint64_t stripped = 0;
};

struct PathState {
  PathSpec path;             // as it is now
  DirectionCounters upload;  // all 0 on a direct path
  DirectionCounters download;
};

// --- using it ------------------------------------------------------------------------------------

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

struct Command {
  std::string host = "client";
  std::vector<std::string> arguments;  // the program is looked for in PATH
  int standard_input = 0;              // descriptors of ours, borrowed
  int standard_output = 1;
  int standard_error = 2;
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

// SPDX-License-Identifier: MIT
//
// What happens to connections, as it happens, on a descriptor that any loop can poll.
//
// An EventStream delivers typed events in order, each once.  Nothing is lost: when the kernel's
// queue overflows, or a connection is added late, the stream compares with what the kernel says
// now and delivers the difference (all but announcements, which the kernel does not keep).  The
// kernel's notifications need CAP_NET_ADMIN; without it, sampling alone still finds what happens
// to one's own connections, as late as the interval.
//
// While an open stream has the right to notifications, connections under the userspace path manager
// accept joins and hear announcements: the kernel refuses both when nobody on the system listens.
//
// A stream works in the network namespace of the thread that opened it.  One thread at a time may
// use it; after fork() only the process that opened it may.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <mptcp/base.h>

namespace mptcp {

enum class EventKind : std::uint8_t {
  created,              // a connection has two MPTCP ends
  established,          // others may join from now on
  closed,               // it is gone, and with it the subflows that it still had
  announced,            // the peer announced an address: remote_id, remote
  removed,              // the peer withdrew one: remote_id
  subflow_established,  // a join came up; may be taken back at once by a peer over its limits
  subflow_closed,       // or never came up; `error` says why, where the kernel tells
  subflow_priority,     // the peer set or cleared backup
  listener_created,     // an MPTCP socket listens on `local`
  listener_closed,
  fell_back,        // the connection went on as plain TCP; found by sampling
  subflow_silent,   // its data is unanswered for `silence`; found by sampling
  subflow_resumed,  // and it answers again
};
std::string_view name(EventKind kind);
Result<EventKind> parse_event_kind(std::string_view text);

// Where an event comes from.
enum class EventOrigin : std::uint8_t {
  kernel,      // a notification
  comparison,  // found by comparing with the kernel: start, overflow, a connection's sudden end
  sampling,    // found by looking at an interval
};
std::string_view name(EventOrigin origin);

struct Event {
  EventKind kind{};
  EventOrigin origin = EventOrigin::kernel;
  std::chrono::steady_clock::time_point time;  // when the stream learned of it
  Token token{};                               // 0 for listener events, and when it was never known
  std::optional<int> fd;                       // as given to add()
  SubflowId subflow{};  // 0 when untold; only of connections added by descriptor
  std::optional<Address> local;
  std::optional<Address> remote;
  std::optional<AddressId> local_id;
  std::optional<AddressId> remote_id;
  std::optional<InterfaceIndex> interface;  // of a subflow bound to one
  std::optional<bool> backup;               // as the peer asked
  std::optional<bool> server_side;
  std::optional<int> error;                   // an errno
  std::optional<std::uint32_t> reset_reason;  // RFC 8684, 3.6
};

enum class Scope : std::uint8_t {
  added,       // connections given to add()
  namespace_,  // every connection and listener of the namespace; add() gives them ids and sampling
};

struct Sampling {
  std::chrono::milliseconds interval{0};    // 0: never
  std::chrono::milliseconds silence{1000};  // unanswered for so long is silent
};

class EventStream {
 public:
  // Fails with `not_permitted` when Scope::namespace_ is asked for without the right to it.
  // With Scope::added it succeeds for anybody; then add() insists on sampling.
  static Result<std::unique_ptr<EventStream>> open(Scope scope);
  virtual ~EventStream() = default;

  // Watches a connection.  The descriptor is borrowed, never duplicated: closing yours ends the
  // watch, and a number that became another socket is noticed.  What already exists is delivered
  // first, as events of origin `comparison`: created, established, and subflow_established for
  // each join.  An unconnected socket may be added; its events begin when it connects.
  //
  // Every connection whose beginning was delivered ends with one `closed`: when its descriptor is
  // closed, or the peer resets it.  (Of a connection that was not added, no reset is notified: with
  // Scope::namespace_ its end is delivered when the stream next compares.)
  //
  // Sampling looks at the connection at the interval; all that are sampled share their wake-ups.
  // It finds what the kernel notifies to nobody: fell_back; subflow_silent, for subflows that have
  // sent what is not acknowledged (an idle one is not silent, and one that only receives can't
  // tell); subflow_closed after the peer has finished sending.
  //
  // Fails with `already_exists`; with `not_permitted` without sampling where there are no
  // notifications; with `fell_back`, `invalid_argument` as info() does; with `invalid_argument`
  // for a listening socket and for one of another namespace.
  virtual Result<void> add(int fd, Sampling sampling = {}) = 0;
  // Fails with `not_found` when the descriptor was not added.  With Scope::added nothing more of
  // the connection is delivered.
  virtual Result<void> remove(int fd) = 0;

  // Readable when read() has something.  Wakes on its own only for sampling that was asked for.
  // Owned by the stream.
  virtual int descriptor() const = 0;
  // What is there now; empty when nothing is.  Never waits.  While there is more than was asked
  // for, or more than some thousand, the descriptor stays readable.
  virtual Result<std::vector<Event>> read(std::size_t at_most = SIZE_MAX) = 0;
  // Waits for at least one; `timed_out` at the deadline.
  virtual Result<std::vector<Event>> wait(Deadline deadline, std::size_t at_most = SIZE_MAX) = 0;
};

}  // namespace mptcp

// SPDX-License-Identifier: MIT
//
// Steering: open, close, prefer and announce the paths of one connection, and the
// kernel's own path manager for a whole network namespace.
//
// Everything here needs CAP_NET_ADMIN over the connection's network namespace, except where
// a comment says otherwise.  A PathControl works in the namespace of the thread that made it, and
// is for threads of that namespace, one at a time.  It borrows descriptors until the operation is
// over, and never duplicates one: closing yours still closes the connection.  A number that
// meanwhile became another socket is noticed, and the operation fails with `not_found`.
//
// Each operation has two forms.  `open(…)` waits, to its deadline.  `start_open(…)` begins and
// returns at once; poll descriptor() for reading, then process() hands out what is finished.
// Both make the same promises.
//
// While a PathControl lives, the kernel has somebody to tell of joins: without one anywhere on the
// machine it refuses every join to a connection under the userspace path manager.  Keep one in a
// program whose connections are to be joined, even if it never opens a subflow.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <mptcp/base.h>
#include <mptcp/connection.h>

namespace mptcp {

// Which connection: one of our descriptors, or, for whoever may, any token of the namespace.
using ConnectionRef = std::variant<int, Token>;

// Which subflow: its id, or its two addresses with ports (the only way without a descriptor).
struct AddressPair {
  Address local;
  Address remote;
};
using SubflowRef = std::variant<SubflowId, AddressPair>;

enum class Priority : std::uint8_t { regular, backup };
enum class LastSubflow : std::uint8_t { keep, may_close };

// Name at least one of local, remote and interface; the rest is filled in: the peer's first
// address and port, the local address that routing (or the interface) gives, a free port.
struct OpenRequest {
  std::optional<Address> local = {};
  std::optional<Address> remote = {};
  std::optional<InterfaceIndex> interface = {};
  Priority priority = Priority::regular;
  // Allotted by the kernel's rules when left out.  Never 0: that is the initial subflow's alone.
  std::optional<AddressId> local_id = {};
  std::optional<AddressId> remote_id = {};
};

// An address for the peer to join.  Port 0 means the connection's own port, where the application
// listens.  With a port, a listener is opened there and guarded until the address is withdrawn, the
// connection closed or the PathControl destroyed: joins come in; process() turns strangers away.
struct AnnounceRequest {
  Address address = {};
  std::optional<AddressId> id = {};
  std::optional<InterfaceIndex> interface = {};
};
struct Announcement {
  AddressId id{};
  Address address;
};

// --- the kernel's own path manager ------------------------------------------------

enum class PathManager : std::uint8_t { kernel, userspace, other };
std::string_view name(PathManager manager);

struct Endpoint {
  AddressId id{};  // 0 when adding: the kernel allots one
  Address address = {};
  InterfaceIndex interface = {};
  std::uint32_t flags = 0;  // of EndpointFlag; unknown bits are kept and shown raw
};
enum EndpointFlag : std::uint32_t {
  endpoint_signal = 1,
  endpoint_subflow = 2,
  endpoint_backup = 4,
  endpoint_fullmesh = 8,
  endpoint_implicit = 16,
  endpoint_laminar = 32,
};
struct Limits {
  std::uint32_t add_addr_accepted = 0;
  std::uint32_t subflows = 0;
};

// --- operations under way -----------------------------------------------------------

enum class OperationId : std::uint64_t {};

struct Completion {
  OperationId operation{};
  std::optional<Error> error;
  std::optional<Subflow> subflow;            // of an open; of a prefer: as it is now
  std::optional<Announcement> announcement;  // of an announce
};

class PathControl {
 public:
  // Commands go straight to the kernel.  Succeeds for anybody: the unprivileged can read, and
  // get `not_permitted` where they may not write.
  static Result<std::unique_ptr<PathControl>> direct();
  virtual ~PathControl() = default;

  // Opens a subflow and returns it once it came up and the peer has accepted it.  Waits until the
  // connection may be joined (some data must have crossed).  Fails with the real reason:
  // `limit_reached` when the peer took the join back, `system` with ECONNREFUSED, ENETUNREACH, …;
  // `not_supported` under the kernel's path manager.
  Result<Subflow> open(ConnectionRef connection, const OpenRequest& request, Deadline deadline);

  // Closes one subflow; data in flight goes over the others.  Works under every path manager.
  // The last one is refused (`invalid_argument`) unless LastSubflow::may_close: the connection
  // then lives on without a path, for a later open(), until the peer gives up (60 s by default).
  Result<void> close(ConnectionRef connection, SubflowRef subflow, Deadline deadline,
                     LastSubflow last = LastSubflow::keep);

  // Asks both ends to keep a subflow as a backup, or to use it again.  Answers with the subflow.
  Result<Subflow> prefer(ConnectionRef connection, SubflowRef subflow, Priority priority,
                         Deadline deadline);

  // Announces an address to the peer, and takes it back.  withdraw() makes the peer close the
  // subflows that use the address's id, closes our ends of them, and the listener that announce()
  // opened.  0 withdraws the initial address.  Refused (`invalid_argument`) while no subflow with
  // another id is up.
  Result<Announcement> announce(ConnectionRef connection, const AnnounceRequest& request,
                                Deadline deadline);
  Result<void> withdraw(ConnectionRef connection, AddressId id, Deadline deadline);

  virtual Result<OperationId> start_open(ConnectionRef, const OpenRequest&, Deadline) = 0;
  virtual Result<OperationId> start_close(ConnectionRef, SubflowRef, Deadline, LastSubflow) = 0;
  virtual Result<OperationId> start_prefer(ConnectionRef, SubflowRef, Priority, Deadline) = 0;
  virtual Result<OperationId> start_announce(ConnectionRef, const AnnounceRequest&, Deadline) = 0;
  virtual Result<OperationId> start_withdraw(ConnectionRef, AddressId, Deadline) = 0;
  // Forgets an operation.  What the kernel has already been asked to do may still happen.
  virtual void cancel(OperationId operation) = 0;

  // Readable when process() has something to do: an answer, a stranger at a guarded listener, a
  // deadline.  Silent otherwise.  Owned by the PathControl.
  virtual int descriptor() const = 0;
  virtual Result<std::vector<Completion>> process() = 0;
  // Waits until one operation is finished, to its own deadline at most; whatever else finishes
  // meanwhile is kept for process().  `not_found` when no such operation is under way.
  virtual Result<Completion> wait(OperationId operation) = 0;

  // Which path manager looks after a connection: fixed when its socket was made.  No privilege.
  virtual Result<PathManager> path_manager(ConnectionRef connection) = 0;
  // The one that new connections of this namespace get.  Reading needs no privilege.
  virtual Result<PathManager> namespace_path_manager() = 0;
  virtual Result<void> set_namespace_path_manager(PathManager manager) = 0;
  // Puts one unconnected client socket under the userspace path manager, the namespace staying as
  // it is.  Options and binding survive.  The namespace's setting is changed and put back within
  // microseconds, one process at a time: sockets that others make just then are converted too, and
  // a process killed just then leaves the setting at userspace.
  virtual Result<void> convert_path_manager(int fd) = 0;

  // Endpoints and limits act on all connections that the kernel's manager looks after.  Listing
  // needs no privilege.  change_endpoint() sets the backup and fullmesh flags.
  virtual Result<std::vector<Endpoint>> list_endpoints() = 0;
  virtual Result<AddressId> add_endpoint(const Endpoint& endpoint) = 0;
  virtual Result<void> change_endpoint(AddressId id, std::uint32_t flags) = 0;
  virtual Result<void> remove_endpoint(AddressId id) = 0;
  virtual Result<void> flush_endpoints() = 0;
  virtual Result<Limits> limits() = 0;
  virtual Result<void> set_limits(const Limits& limits) = 0;

 protected:
  // While a waiting form runs: its caller does not poll, and the descriptor need not wake for it.
  bool caller_waits_ = false;

 private:
  template <class Start>
  Result<Completion> finish(Start start);
};

}  // namespace mptcp

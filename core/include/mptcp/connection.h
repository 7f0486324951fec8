// SPDX-License-Identifier: MIT
//
// Everything that a program can learn of its own connections, and how it turns
// MPTCP on.  None of it needs a privilege, and none of it waits.
//
// Functions take any socket descriptor, borrow it for the call, and keep nothing.
// Any thread may call them.  Each reads the kernel afresh: the cost is that of the
// system call.  A bad descriptor is `invalid_argument`, and so is one that is not a
// TCP or MPTCP stream socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <mptcp/base.h>
#include <mptcp/tcp_info.h>

namespace mptcp {

// --- turning MPTCP on ---------------------------------------------------------

enum class Fallback : std::uint8_t { allowed, refused };
enum class Blocking : std::uint8_t { yes, no };
enum class Transport : std::uint8_t { tcp, mptcp };

// A new stream socket, close-on-exec: MPTCP where the machine has it, plain TCP
// otherwise.  With Fallback::refused the latter is an error instead: `not_supported`
// (this kernel has no MPTCP) or `disabled` (net.mptcp.enabled=0).
Result<OwnedFd> open_socket(Family family, Fallback fallback = Fallback::allowed,
                            Blocking blocking = Blocking::yes);

// Makes an unconnected TCP socket an MPTCP one, under the same descriptor number; flags and
// options are carried over.  Do it before bind(), connect(), listen(), and before the descriptor
// is registered with epoll: registrations do not move along.  Answers `tcp`, and changes nothing,
// where the machine has no MPTCP (an error with Fallback::refused).  An MPTCP socket stays as
// it is.  A bound, listening, connected or non-TCP one is `invalid_argument`, and so is one of
// another network namespace than the calling thread's.  An option that was
// set and that MPTCP cannot take over is `not_supported`, names it, and changes nothing; only what
// no program can read is lost unsaid: TCP_MD5SIG keys, multicast groups.
Result<Transport> enable(int fd, Fallback fallback = Fallback::allowed);

// --- asking afterwards ----------------------------------------------------------

// What the connection really is, now.  A connection can fall back as late as its first
// data; the kernel does not announce it, so ask again rather than remember.
//   unconnected  an MPTCP socket without a peer: fresh, listening, connecting, refused, reset,
//                closed at both ends
//   mptcp        both ends speak MPTCP
//   fell_back    MPTCP was asked for; the peer or the network answered in plain TCP
//   tcp          never was MPTCP (also: accepted from a peer that did not ask for it)
enum class Status : std::uint8_t { unconnected, mptcp, fell_back, tcp };
Result<Status> status(int fd);

std::string_view name(Transport transport);
std::string_view name(Status status);

// The kernel's struct mptcp_info, field by field, under its names.  A field that this
// kernel did not return is absent.  Counters are of the whole connection, closed
// subflows included; times are milliseconds.
struct ConnectionInfo {
  std::optional<std::uint8_t> subflows;           // beside the initial one; wraps at 256
  std::optional<std::uint8_t> add_addr_signal;    // addresses that we announced
  std::optional<std::uint8_t> add_addr_accepted;  // announced addresses that we took up
  std::optional<std::uint8_t> subflows_max;       // limits: of the kernel's path manager only
  std::optional<std::uint8_t> add_addr_signal_max;
  std::optional<std::uint8_t> add_addr_accepted_max;
  std::optional<std::uint32_t> flags;  // bit 0 fallback, bit 1 remote key received
  std::optional<Token> token;          // local token; 0 while there is none
  std::optional<std::uint64_t> write_seq;
  std::optional<std::uint64_t> snd_una;
  std::optional<std::uint64_t> rcv_nxt;
  std::optional<std::uint8_t> local_addr_used;
  std::optional<std::uint8_t> local_addr_max;
  std::optional<std::uint8_t> csum_enabled;
  std::optional<std::uint32_t> retransmits;
  std::optional<std::uint64_t> bytes_retrans;
  std::optional<std::uint64_t> bytes_sent;
  std::optional<std::uint64_t> bytes_received;
  std::optional<std::uint64_t> bytes_acked;
  std::optional<std::uint8_t> subflows_total;  // the initial one included, while it lives
  std::optional<std::uint8_t> endp_laminar_max;
  std::optional<std::uint8_t> endp_fullmesh_max;
  std::optional<std::uint32_t> last_data_sent;
  std::optional<std::uint32_t> last_data_recv;
  std::optional<std::uint32_t> last_ack_recv;
};

// Fails with `fell_back` when the connection is plain TCP now, and with
// `invalid_argument` when the socket never was MPTCP.
Result<ConnectionInfo> info(int fd);

// --- subflows -------------------------------------------------------------------

// The kernel's numbers for TCP states.
enum class TcpState : std::uint8_t {
  unknown,
  established,
  syn_sent,
  syn_recv,
  fin_wait1,
  fin_wait2,
  time_wait,
  close,
  close_wait,
  last_ack,
  listen,
  closing,
  new_syn_recv,
  bound_inactive,
};
std::string_view name(TcpState state);

// What only sock_diag knows of a subflow.  The two backup bits and the address ids need Linux
// 6.15, or CAP_NET_ADMIN before that; they are absent where the kernel does not tell.
struct SubflowDetail {
  std::optional<bool> backup;          // we asked the peer to use it as a backup
  std::optional<bool> backup_by_peer;  // the peer asked us to
  std::optional<AddressId> local_id;
  std::optional<AddressId> remote_id;
  std::optional<bool> fully_established;  // on the initial subflow: others may join now
  char congestion_control[16] = {};       // zero terminated
  std::uint32_t owner = 0;                // uid
  std::uint64_t inode = 0;                // of the connection's socket, as in /proc/PID/fd
  InterfaceIndex interface = {};          // bound to a device, or 0
};

struct Subflow {
  SubflowId id{};  // 0: this kernel does not tell (before 6.5)
  TcpState state = TcpState::unknown;
  Address local;
  Address remote;
  TcpInfo tcp{};               // zero beyond tcp_size
  std::uint32_t tcp_size = 0;  // how many bytes of it this kernel filled
  std::optional<SubflowDetail> detail;

  // A field of `tcp`, or nothing where this kernel does not know it:
  //   subflow.tcp_field(&TcpInfo::snd_wnd)
  template <class T>
  std::optional<T> tcp_field(T TcpInfo::*field) const {
    auto end =
        reinterpret_cast<const char*>(&(tcp.*field) + 1) - reinterpret_cast<const char*>(&tcp);
    if (static_cast<std::uint32_t>(end) > tcp_size) return std::nullopt;
    return tcp.*field;
  }
};

// snapshot: one system call, all subflows at one instant.
// detail:   matched with sock_diag, one exchange more for each subflow; what vanished in between
//           has no `detail`.
enum class Depth : std::uint8_t { snapshot, detail };

// The live subflows, oldest first; dead ones are left out.  A listening or fresh socket has
// none.  Fails as info() does.
Result<std::vector<Subflow>> subflows(int fd, Depth depth = Depth::snapshot);

// The same into the caller's storage; allocates nothing, except for an error's message.
// `total` may be larger than the storage; then `written` is what fitted.
struct SubflowCount {
  std::size_t written = 0;
  std::size_t total = 0;
};
Result<SubflowCount> subflows(int fd, std::span<Subflow> storage, Depth depth = Depth::snapshot);

// --- connections that are not ours ------------------------------------------------

struct ListedConnection {
  Token token{};
  TcpState state = TcpState::unknown;
  Address local;
  Address remote;
  std::uint32_t owner = 0;  // uid
  std::uint64_t inode = 0;
  std::optional<int> pid;  // a process that holds it, where /proc may be read
  std::optional<int> fd;   // its descriptor there
  std::string process;     // its name, or empty
  ConnectionInfo info;
  std::vector<Subflow> subflows;  // with detail; ids are 0: only the owner is told
};

// Every MPTCP connection of the calling thread's network namespace, listeners left out; also one
// whose client asked for MPTCP and fell back: bit 0 of its info.flags tells, here alone.
// Fails with `not_supported` where the kernel has no MPTCP sock_diag.
Result<std::vector<ListedConnection>> list_connections();

// One of them; no process is looked for.  Fails with `not_found` when the token is nobody's.
Result<ListedConnection> find_connection(Token token);

// A duplicate of a descriptor of another process, for whoever may debug that process: what only
// an owner is told, subflow ids above all, can then be asked.  Keep it briefly: while it is open,
// the owner's close() does not close the connection.  Fails with `not_found` when there is no such
// process or descriptor, and with `not_supported` before Linux 5.6.
Result<OwnedFd> borrow_descriptor(int pid, int fd);

}  // namespace mptcp

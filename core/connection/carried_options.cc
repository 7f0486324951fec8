// SPDX-License-Identifier: MIT
#include "connection/carried_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/time.h>

#include <array>
#include <cstring>
#include <string_view>

#include "kernel/constants.h"

namespace mptcp::connection {
namespace {

enum class Form : std::uint8_t {
  plain,
  exact,        // other options move it: compared with what the new socket has by then
  send_buffer,  // the kernel doubles what it is given, and remembers that it was given
  receive_buffer,
};

struct Option {
  std::string_view name;
  int level;
  int number;
  socklen_t size = sizeof(int);
  Form form = Form::plain;
};

// Everything that means something to a TCP socket and can be read, whether MPTCP takes it or not:
// what it does not take must be noticed.  Left out: what does not last (TCP_QUICKACK), what the
// kernel moves by itself (TCP_TIMESTAMP), what TCP ignores (SO_BROADCAST, SO_NO_CHECK).
constexpr Option options[] = {
    {"SO_DEBUG", SOL_SOCKET, SO_DEBUG},
    {"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR},
    {"SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT},
    {"SO_DONTROUTE", SOL_SOCKET, SO_DONTROUTE},
    {"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE},
    {"SO_OOBINLINE", SOL_SOCKET, SO_OOBINLINE},
    {"SO_LINGER", SOL_SOCKET, SO_LINGER, sizeof(linger)},
    {"SO_RCVLOWAT", SOL_SOCKET, SO_RCVLOWAT},
    {"SO_RCVTIMEO", SOL_SOCKET, SO_RCVTIMEO, sizeof(timeval)},
    {"SO_SNDTIMEO", SOL_SOCKET, SO_SNDTIMEO, sizeof(timeval)},
    {"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, sizeof(int), Form::send_buffer},
    {"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, sizeof(int), Form::receive_buffer},
    {"SO_MARK", SOL_SOCKET, SO_MARK},
    {"SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTOIFINDEX},
    {"SO_ATTACH_FILTER", SOL_SOCKET, SO_GET_FILTER, 0},  // told by its length
    {"SO_TIMESTAMP", SOL_SOCKET, SO_TIMESTAMP_OLD},
    {"SO_TIMESTAMP_NEW", SOL_SOCKET, SO_TIMESTAMP_NEW},
    {"SO_TIMESTAMPNS", SOL_SOCKET, SO_TIMESTAMPNS_OLD},
    {"SO_TIMESTAMPNS_NEW", SOL_SOCKET, SO_TIMESTAMPNS_NEW},
    {"SO_TIMESTAMPING", SOL_SOCKET, SO_TIMESTAMPING_OLD},
    {"SO_SELECT_ERR_QUEUE", SOL_SOCKET, SO_SELECT_ERR_QUEUE},
    {"SO_PEEK_OFF", SOL_SOCKET, SO_PEEK_OFF},
    {"SO_BUSY_POLL", SOL_SOCKET, SO_BUSY_POLL},
    {"SO_PREFER_BUSY_POLL", SOL_SOCKET, kernel::so_prefer_busy_poll},
    {"SO_BUSY_POLL_BUDGET", SOL_SOCKET, kernel::so_busy_poll_budget},
    {"SO_MAX_PACING_RATE", SOL_SOCKET, SO_MAX_PACING_RATE, sizeof(std::uint64_t)},
    {"SO_INCOMING_CPU", SOL_SOCKET, SO_INCOMING_CPU},
    {"SO_ZEROCOPY", SOL_SOCKET, SO_ZEROCOPY},
    {"SO_TXTIME", SOL_SOCKET, SO_TXTIME, 8},
    {"SO_RESERVE_MEM", SOL_SOCKET, kernel::so_reserve_mem},
    {"SO_TXREHASH", SOL_SOCKET, kernel::so_txrehash},
    {"SO_RCVMARK", SOL_SOCKET, kernel::so_rcvmark},
    {"SO_RCVPRIORITY", SOL_SOCKET, kernel::so_rcvpriority},

    {"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY},
    {"TCP_CORK", IPPROTO_TCP, TCP_CORK},
    {"TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG},
    {"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE},
    {"TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL},
    {"TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT},
    {"TCP_SYNCNT", IPPROTO_TCP, TCP_SYNCNT},
    {"TCP_LINGER2", IPPROTO_TCP, TCP_LINGER2},
    {"TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT},
    {"TCP_WINDOW_CLAMP", IPPROTO_TCP, TCP_WINDOW_CLAMP},
    {"TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION, 16},
    {"TCP_THIN_LINEAR_TIMEOUTS", IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS},
    {"TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT},
    {"TCP_FASTOPEN", IPPROTO_TCP, TCP_FASTOPEN},
    {"TCP_FASTOPEN_CONNECT", IPPROTO_TCP, TCP_FASTOPEN_CONNECT},
    {"TCP_FASTOPEN_NO_COOKIE", IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE},
    {"TCP_FASTOPEN_KEY", IPPROTO_TCP, TCP_FASTOPEN_KEY, 32},
    {"TCP_NOTSENT_LOWAT", IPPROTO_TCP, TCP_NOTSENT_LOWAT},
    {"TCP_SAVE_SYN", IPPROTO_TCP, TCP_SAVE_SYN},
    {"TCP_ULP", IPPROTO_TCP, TCP_ULP, 16},
    {"TCP_INQ", IPPROTO_TCP, TCP_INQ},
    {"TCP_TX_DELAY", IPPROTO_TCP, TCP_TX_DELAY},
    {"TCP_RTO_MAX_MS", IPPROTO_TCP, kernel::tcp_rto_max_ms},
    {"TCP_RTO_MIN_US", IPPROTO_TCP, kernel::tcp_rto_min_us},
    {"TCP_DELACK_MAX_US", IPPROTO_TCP, kernel::tcp_delack_max_us},
    {"TCP_AO_ADD_KEY", IPPROTO_TCP, kernel::tcp_ao_info, 48},  // told by there being information

    {"IP_TOS", IPPROTO_IP, IP_TOS},
    {"IP_TTL", IPPROTO_IP, IP_TTL},
    {"IP_OPTIONS", IPPROTO_IP, IP_OPTIONS, 40},
    {"IP_PKTINFO", IPPROTO_IP, IP_PKTINFO},
    {"IP_MTU_DISCOVER", IPPROTO_IP, IP_MTU_DISCOVER},
    {"IP_RECVERR", IPPROTO_IP, IP_RECVERR},
    {"IP_RECVTTL", IPPROTO_IP, IP_RECVTTL},
    {"IP_RECVTOS", IPPROTO_IP, IP_RECVTOS},
    {"IP_FREEBIND", IPPROTO_IP, IP_FREEBIND},
    {"IP_TRANSPARENT", IPPROTO_IP, IP_TRANSPARENT},
    {"IP_MINTTL", IPPROTO_IP, IP_MINTTL},
    {"IP_BIND_ADDRESS_NO_PORT", IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT},
    {"IP_UNICAST_IF", IPPROTO_IP, IP_UNICAST_IF},
    {"IP_LOCAL_PORT_RANGE", IPPROTO_IP, kernel::ip_local_port_range},
    {"SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, sizeof(int), Form::exact},  // IP_TOS moves it

    {"IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY},
    {"IPV6_UNICAST_HOPS", IPPROTO_IPV6, IPV6_UNICAST_HOPS},
    {"IPV6_MTU_DISCOVER", IPPROTO_IPV6, IPV6_MTU_DISCOVER},
    {"IPV6_RECVERR", IPPROTO_IPV6, IPV6_RECVERR},
    {"IPV6_RECVPKTINFO", IPPROTO_IPV6, IPV6_RECVPKTINFO},
    {"IPV6_RECVHOPLIMIT", IPPROTO_IPV6, IPV6_RECVHOPLIMIT},
    {"IPV6_RECVTCLASS", IPPROTO_IPV6, IPV6_RECVTCLASS},
    {"IPV6_TCLASS", IPPROTO_IPV6, IPV6_TCLASS},
    {"IPV6_DONTFRAG", IPPROTO_IPV6, IPV6_DONTFRAG},
    {"IPV6_AUTOFLOWLABEL", IPPROTO_IPV6, IPV6_AUTOFLOWLABEL},
    {"IPV6_TRANSPARENT", IPPROTO_IPV6, IPV6_TRANSPARENT},
    {"IPV6_FREEBIND", IPPROTO_IPV6, kernel::ipv6_freebind},
    {"IPV6_ADDR_PREFERENCES", IPPROTO_IPV6, kernel::ipv6_addr_preferences},
    {"IPV6_MINHOPCOUNT", IPPROTO_IPV6, kernel::ipv6_minhopcount},
    {"IPV6_UNICAST_IF", IPPROTO_IPV6, kernel::ipv6_unicast_if},
    {"IPV6_HOPOPTS", IPPROTO_IPV6, IPV6_HOPOPTS, 64},
    {"IPV6_RTHDR", IPPROTO_IPV6, IPV6_RTHDR, 64},
    {"IPV6_RTHDRDSTOPTS", IPPROTO_IPV6, IPV6_RTHDRDSTOPTS, 64},
    {"IPV6_DSTOPTS", IPPROTO_IPV6, IPV6_DSTOPTS, 64},
};

struct Value {
  int code = 0;
  socklen_t length = 0;
  std::array<std::byte, 64> bytes{};

  friend bool operator==(const Value&, const Value&) = default;
  int number() const {
    int value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
};

Value read(kernel::Kernel& kernel, int fd, const Option& option) {
  Value value;
  value.length = option.size;
  value.code =
      kernel.get_option(fd, option.level, option.number, value.bytes.data(), &value.length);
  if (value.code < 0) value.length = 0;
  return value;
}

Error cannot_carry(const Option& option, int code) {
  std::string what = "it has " + std::string(option.name) + " set, which MPTCP does not take over";
  if (code == 0) return {ErrorKind::not_supported, 0, std::move(what)};
  return kernel::system_error(ErrorKind::not_supported, -code, std::move(what));
}

// MPTCP takes some options with thanks and ignores them: only reading tells.
Result<void> write(kernel::Kernel& kernel, int fd, const Option& option, const Value& value) {
  const int code =
      kernel.set_option(fd, option.level, option.number, value.bytes.data(), value.length);
  if (code < 0) return cannot_carry(option, code);
  const Value now = read(kernel, fd, option);
  if (now.code >= 0 && now != value) return cannot_carry(option, 0);
  return {};
}

// A size above the system's limit takes the privilege with which it was set.
Result<void> write_buffer(kernel::Kernel& kernel, int fd, const Option& option, const Value& value,
                          int forced) {
  const int half = value.number() / 2;
  for (const int number : {option.number, forced}) {
    const int code = kernel.set_option(fd, option.level, number, &half, sizeof half);
    if (code < 0) return cannot_carry(option, code);
    if (read(kernel, fd, option) == value) return {};
  }
  return cannot_carry(option, 0);
}

// Before Linux 5.14 nothing tells a size that was set from one that only looks like the default.
bool is_locked(kernel::Kernel& kernel, int fd, int lock, bool otherwise) {
  int locks = 0;
  socklen_t length = sizeof locks;
  if (kernel.get_option(fd, SOL_SOCKET, kernel::so_buf_lock, &locks, &length) < 0) return otherwise;
  return (locks & lock) != 0;
}

Result<void> carry(kernel::Kernel& kernel, int from, int fresh, int to, const Option& option) {
  const Value value = read(kernel, from, option);
  const bool differs = value != read(kernel, option.form == Form::exact ? to : fresh, option);
  switch (option.form) {
    case Form::send_buffer:
      if (!is_locked(kernel, from, kernel::buf_lock_send, differs)) return {};
      return write_buffer(kernel, to, option, value, SO_SNDBUFFORCE);
    case Form::receive_buffer:
      if (!is_locked(kernel, from, kernel::buf_lock_receive, differs)) return {};
      return write_buffer(kernel, to, option, value, SO_RCVBUFFORCE);
    case Form::plain:
    case Form::exact:
      break;
  }
  if (!differs) return {};
  return write(kernel, to, option, value);
}

}  // namespace

Result<void> carry_options(kernel::Kernel& kernel, int from, int fresh, int to) {
  for (const Option& option : options) {
    if (auto done = carry(kernel, from, fresh, to, option); !done) return done;
  }
  return {};
}

}  // namespace mptcp::connection

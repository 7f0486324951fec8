// SPDX-License-Identifier: MIT
#include <mptcp/connection.h>

namespace mptcp {

std::string_view name(Transport transport) {
  return transport == Transport::mptcp ? "mptcp" : "tcp";
}

std::string_view name(Status status) {
  switch (status) {
    case Status::unconnected:
      return "unconnected";
    case Status::mptcp:
      return "mptcp";
    case Status::fell_back:
      return "fell_back";
    case Status::tcp:
      return "tcp";
  }
  return "unknown";
}

std::string_view name(TcpState state) {
  constexpr std::string_view names[] = {"unknown",      "established",   "syn_sent",  "syn_recv",
                                        "fin_wait1",    "fin_wait2",     "time_wait", "close",
                                        "close_wait",   "last_ack",      "listen",    "closing",
                                        "new_syn_recv", "bound_inactive"};
  const auto index = static_cast<std::size_t>(state);
  return index < std::size(names) ? names[index] : "unknown";
}

}  // namespace mptcp

// SPDX-License-Identifier: MIT
#include "connection.h"

#include <mptcp/connection.h>

static_assert(sizeof(mptcp_connection_info_t) == 104);

namespace mptcp::c {

void write(const ConnectionInfo& info, mptcp_connection_info_t& out) {
  std::uint64_t present = 0;
  write_optional(info.subflows, out.subflows, LIBMPTCP_INFO_HAS_SUBFLOWS, present);
  write_optional(info.add_addr_signal, out.add_addr_signal, LIBMPTCP_INFO_HAS_ADD_ADDR_SIGNAL,
                 present);
  write_optional(info.add_addr_accepted, out.add_addr_accepted, LIBMPTCP_INFO_HAS_ADD_ADDR_ACCEPTED,
                 present);
  write_optional(info.subflows_max, out.subflows_max, LIBMPTCP_INFO_HAS_SUBFLOWS_MAX, present);
  write_optional(info.add_addr_signal_max, out.add_addr_signal_max,
                 LIBMPTCP_INFO_HAS_ADD_ADDR_SIGNAL_MAX, present);
  write_optional(info.add_addr_accepted_max, out.add_addr_accepted_max,
                 LIBMPTCP_INFO_HAS_ADD_ADDR_ACCEPTED_MAX, present);
  write_optional(info.flags, out.flags, LIBMPTCP_INFO_HAS_FLAGS, present);
  write_optional(info.token, out.token, LIBMPTCP_INFO_HAS_TOKEN, present);
  write_optional(info.write_seq, out.write_seq, LIBMPTCP_INFO_HAS_WRITE_SEQ, present);
  write_optional(info.snd_una, out.snd_una, LIBMPTCP_INFO_HAS_SND_UNA, present);
  write_optional(info.rcv_nxt, out.rcv_nxt, LIBMPTCP_INFO_HAS_RCV_NXT, present);
  write_optional(info.local_addr_used, out.local_addr_used, LIBMPTCP_INFO_HAS_LOCAL_ADDR_USED,
                 present);
  write_optional(info.local_addr_max, out.local_addr_max, LIBMPTCP_INFO_HAS_LOCAL_ADDR_MAX,
                 present);
  write_optional(info.csum_enabled, out.csum_enabled, LIBMPTCP_INFO_HAS_CSUM_ENABLED, present);
  write_optional(info.retransmits, out.retransmits, LIBMPTCP_INFO_HAS_RETRANSMITS, present);
  write_optional(info.bytes_retrans, out.bytes_retrans, LIBMPTCP_INFO_HAS_BYTES_RETRANS, present);
  write_optional(info.bytes_sent, out.bytes_sent, LIBMPTCP_INFO_HAS_BYTES_SENT, present);
  write_optional(info.bytes_received, out.bytes_received, LIBMPTCP_INFO_HAS_BYTES_RECEIVED,
                 present);
  write_optional(info.bytes_acked, out.bytes_acked, LIBMPTCP_INFO_HAS_BYTES_ACKED, present);
  write_optional(info.subflows_total, out.subflows_total, LIBMPTCP_INFO_HAS_SUBFLOWS_TOTAL,
                 present);
  write_optional(info.endp_laminar_max, out.endp_laminar_max, LIBMPTCP_INFO_HAS_ENDP_LAMINAR_MAX,
                 present);
  write_optional(info.endp_fullmesh_max, out.endp_fullmesh_max, LIBMPTCP_INFO_HAS_ENDP_FULLMESH_MAX,
                 present);
  write_optional(info.last_data_sent, out.last_data_sent, LIBMPTCP_INFO_HAS_LAST_DATA_SENT,
                 present);
  write_optional(info.last_data_recv, out.last_data_recv, LIBMPTCP_INFO_HAS_LAST_DATA_RECV,
                 present);
  write_optional(info.last_ack_recv, out.last_ack_recv, LIBMPTCP_INFO_HAS_LAST_ACK_RECV, present);
  out.present = present;
}

namespace {

constexpr std::uint32_t known_socket_flags = LIBMPTCP_SOCKET_STRICT | LIBMPTCP_SOCKET_NONBLOCKING;

Fallback fallback(std::uint32_t flags) {
  return flags & LIBMPTCP_SOCKET_STRICT ? Fallback::refused : Fallback::allowed;
}

}  // namespace
}  // namespace mptcp::c

using namespace mptcp;

int mptcp_socket_open(int family, uint32_t flags, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto chosen = c::family_of(family);
    if (!chosen) return chosen.error();
    auto known = c::require_flags(flags, c::known_socket_flags, "flags");
    if (!known) return known.error();
    const auto blocking = flags & LIBMPTCP_SOCKET_NONBLOCKING ? Blocking::no : Blocking::yes;
    auto fd = open_socket(*chosen, c::fallback(flags), blocking);
    if (!fd) return fd.error();
    return fd->release();
  });
}

int mptcp_socket_enable(int fd, uint32_t flags, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto known = c::require_flags(flags, LIBMPTCP_SOCKET_STRICT, "flags");
    if (!known) return known.error();
    auto transport = enable(fd, c::fallback(flags));
    if (!transport) return transport.error();
    return static_cast<int>(*transport);
  });
}

int mptcp_connection_get_status(int fd, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto found = status(fd);
    if (!found) return found.error();
    return static_cast<int>(*found);
  });
}

int mptcp_connection_get_info(int fd, mptcp_connection_info_t* out, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto valid = c::require_output(out, "info"); !valid) return valid;
    auto found = info(fd);
    if (!found) return found.error();
    c::write_struct(out, [&](auto& to) { c::write(*found, to); });
    return {};
  });
}

const char* mptcp_transport_name(int transport) {
  return c::name_or_unknown(transport, Transport::mptcp);
}

const char* mptcp_status_name(int status) { return c::name_or_unknown(status, Status::tcp); }

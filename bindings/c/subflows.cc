// SPDX-License-Identifier: MIT
#include <array>

#include "connection.h"
#include "connection/snapshot.h"

static_assert(offsetof(mptcp_tcp_info_t, accecn) == offsetof(mptcp::TcpInfo, accecn));
static_assert(sizeof(mptcp_tcp_info_t) == 384);
static_assert(sizeof(mptcp_subflow_t) == 504);

namespace mptcp::c {
namespace {

// With everything behind it zero, and nothing present.
void write_tcp(std::span<const std::byte> tcp, mptcp_subflow_t& out) {
  out.present = 0;
  out.tcp_size = static_cast<std::uint32_t>(tcp.size());
  static_assert(sizeof(TcpInfo) <= sizeof out.tcp);
  std::memcpy(&out.tcp, tcp.data(), tcp.size());
  auto* rest = reinterpret_cast<std::byte*>(&out.tcp) + tcp.size();
  std::memset(rest, 0, static_cast<std::size_t>(reinterpret_cast<std::byte*>(&out + 1) - rest));
}

void write_detail(const SubflowDetail& detail, mptcp_subflow_t& out) {
  out.present |= LIBMPTCP_SUBFLOW_HAS_DETAIL;
  out.inode = detail.inode;
  out.owner = detail.owner;
  out.interface_index = number(detail.interface);
  static_assert(sizeof out.congestion_control == sizeof detail.congestion_control);
  std::memcpy(out.congestion_control, detail.congestion_control, sizeof out.congestion_control);
  write_optional(detail.backup, out.backup, LIBMPTCP_SUBFLOW_HAS_BACKUP, out.present);
  write_optional(detail.backup_by_peer, out.backup_by_peer, LIBMPTCP_SUBFLOW_HAS_BACKUP_BY_PEER,
                 out.present);
  write_optional(detail.local_id, out.local_id, LIBMPTCP_SUBFLOW_HAS_LOCAL_ID, out.present);
  write_optional(detail.remote_id, out.remote_id, LIBMPTCP_SUBFLOW_HAS_REMOTE_ID, out.present);
  write_optional(detail.fully_established, out.fully_established,
                 LIBMPTCP_SUBFLOW_HAS_FULLY_ESTABLISHED, out.present);
}

}  // namespace

void write(const Subflow& subflow, mptcp_subflow_t& out) {
  out.id = number(subflow.id);
  out.state = static_cast<std::uint32_t>(subflow.state);
  write_address(subflow.local, out.local);
  write_address(subflow.remote, out.remote);
  write_tcp(std::as_bytes(std::span(&subflow.tcp, 1)).first(subflow.tcp_size), out);
  if (subflow.detail) write_detail(*subflow.detail, out);
}

int put(OutputArray<mptcp_subflow_t>& array, std::span<const Subflow> subflows) {
  const std::size_t fitting = std::min(array.capacity(), subflows.size());
  for (std::size_t i = 0; i < fitting; ++i) {
    array.put(i, [&](mptcp_subflow_t& element) { write(subflows[i], element); });
  }
  return static_cast<int>(fitting);
}

namespace {

Result<int> list_in_depth(int fd, OutputArray<mptcp_subflow_t>& array, std::size_t* total) {
  auto listed = subflows(fd, Depth::detail);
  if (!listed) return listed.error();
  if (total) *total = listed->size();
  return put(array, *listed);
}

Result<int> list_snapshot(int fd, OutputArray<mptcp_subflow_t>& array, std::size_t* total) {
  connection::Snapshot snapshot(kernel::system_kernel());
  if (const int code = snapshot.take(fd); code < 0) return snapshot.failure(fd, code);
  const std::size_t fitting = std::min(array.capacity(), snapshot.size());
  for (std::size_t i = 0; i < fitting; ++i) {
    Address local;
    Address remote;
    if (!snapshot.addresses(i, local, remote)) {
      return snapshot.failure(fd, connection::Snapshot::unknown_form);
    }
    array.put(i, [&](mptcp_subflow_t& out) {
      out.id = number(snapshot.id(i));
      out.state = static_cast<std::uint32_t>(snapshot.state(i));
      write_address(local, out.local);
      write_address(remote, out.remote);
      write_tcp(snapshot.tcp(i), out);
    });
  }
  if (total) *total = snapshot.size();
  return static_cast<int>(fitting);
}

}  // namespace

}  // namespace mptcp::c

using namespace mptcp;

int mptcp_connection_list_subflows(int fd, int depth, mptcp_subflow_t* out, size_t subflow_size,
                                   size_t capacity, size_t* total, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto wanted = c::enumerator(depth, Depth::detail, "depth");
    if (!wanted) return wanted.error();
    auto array = c::OutputArray<mptcp_subflow_t>::of(out, subflow_size, capacity, "subflows");
    if (!array) return array.error();
    return *wanted == Depth::detail ? c::list_in_depth(fd, *array, total)
                                    : c::list_snapshot(fd, *array, total);
  });
}

const char* mptcp_tcp_state_name(int state) {
  return c::name_or_unknown(state, TcpState::bound_inactive);
}

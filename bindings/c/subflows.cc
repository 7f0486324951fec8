// SPDX-License-Identifier: MIT
#include "connection.h"

static_assert(offsetof(mptcp_tcp_info_t, accecn) == offsetof(mptcp::TcpInfo, accecn));
static_assert(sizeof(mptcp_tcp_info_t) == 384);
static_assert(sizeof(mptcp_subflow_t) == 504);

namespace mptcp::c {
namespace {

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

mptcp_subflow_t to_c(const Subflow& subflow) {
  mptcp_subflow_t out{};
  out.id = number(subflow.id);
  out.state = static_cast<std::uint32_t>(subflow.state);
  out.tcp_size = subflow.tcp_size;
  out.local = to_c(subflow.local);
  out.remote = to_c(subflow.remote);
  std::memcpy(&out.tcp, &subflow.tcp, sizeof subflow.tcp);
  if (subflow.detail) write_detail(*subflow.detail, out);
  return out;
}

void put(OutputArray<mptcp_subflow_t>& array, std::span<const Subflow> subflows) {
  const std::size_t fitting = std::min(array.capacity(), subflows.size());
  for (std::size_t i = 0; i < fitting; ++i) array.put(i, to_c(subflows[i]));
}

}  // namespace mptcp::c

using namespace mptcp;

int mptcp_connection_list_subflows(int fd, int depth, mptcp_subflow_t* out, size_t subflow_size,
                                   size_t capacity, size_t* total, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto wanted = c::enumerator(depth, Depth::detail, "depth");
    if (!wanted) return wanted.error();
    auto array = c::OutputArray<mptcp_subflow_t>::of(out, subflow_size, capacity, "subflows");
    if (!array) return array.error();
    auto found = subflows(fd, *wanted);
    if (!found) return found.error();
    c::put(*array, *found);
    if (total) *total = found->size();
    return static_cast<int>(std::min(capacity, found->size()));
  });
}

const char* mptcp_tcp_state_name(int state) {
  return c::name_or_unknown(state, TcpState::bound_inactive);
}

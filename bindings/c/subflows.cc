// SPDX-License-Identifier: MIT
#include <array>

#include "connection.h"

static_assert(offsetof(mptcp_tcp_info_t, accecn) == offsetof(mptcp::TcpInfo, accecn));
static_assert(sizeof(mptcp_tcp_info_t) == 384);
static_assert(sizeof(mptcp_subflow_t) == 504);

namespace mptcp::c {
namespace {

constexpr std::size_t usual_subflows = 8;

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

void write(const Subflow& subflow, mptcp_subflow_t& out) {
  out.id = number(subflow.id);
  out.present = 0;
  out.state = static_cast<std::uint32_t>(subflow.state);
  out.tcp_size = subflow.tcp_size;
  out.local = to_c(subflow.local);
  out.remote = to_c(subflow.remote);
  static_assert(sizeof subflow.tcp <= sizeof out.tcp);
  std::memcpy(&out.tcp, &subflow.tcp, subflow.tcp_size);
  auto* rest = reinterpret_cast<std::byte*>(&out.tcp) + subflow.tcp_size;
  std::memset(rest, 0, static_cast<std::size_t>(reinterpret_cast<std::byte*>(&out + 1) - rest));
  if (subflow.detail) write_detail(*subflow.detail, out);
}

}  // namespace

mptcp_subflow_t to_c(const Subflow& subflow) {
  mptcp_subflow_t out;
  write(subflow, out);
  return out;
}

void put(OutputArray<mptcp_subflow_t>& array, std::span<const Subflow> subflows) {
  const std::size_t fitting = std::min(array.capacity(), subflows.size());
  for (std::size_t i = 0; i < fitting; ++i) {
    array.put(i, [&](mptcp_subflow_t& element) { write(subflows[i], element); });
  }
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
    // Most connections fit; then nothing is allocated.  Kept, because clearing it takes longer than
    // filling it.
    thread_local std::array<Subflow, c::usual_subflows> usual;
    std::vector<Subflow> all;
    auto counted = subflows(fd, usual, *wanted);
    if (!counted) return counted.error();
    std::span<const Subflow> found = std::span(usual).first(counted->written);
    if (counted->total > usual.size() && capacity > usual.size()) {
      auto listed = subflows(fd, *wanted);
      if (!listed) return listed.error();
      all = std::move(*listed);
      found = all;
      counted->total = all.size();
    }
    c::put(*array, found);
    if (total) *total = counted->total;
    return static_cast<int>(std::min(capacity, found.size()));
  });
}

const char* mptcp_tcp_state_name(int state) {
  return c::name_or_unknown(state, TcpState::bound_inactive);
}

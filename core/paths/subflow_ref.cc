// SPDX-License-Identifier: MIT
#include "paths/subflow_ref.h"

#include <algorithm>

namespace mptcp::paths {

bool is_open(const Subflow& subflow) {
  switch (subflow.state) {
    case TcpState::established:
    case TcpState::syn_sent:
    case TcpState::syn_recv:
    case TcpState::close_wait:
      return true;
    default:
      return false;
  }
}

std::string describe(const AddressPair& addresses) {
  return format(addresses.local) + " -> " + format(addresses.remote);
}

std::string describe(const SubflowRef& subflow) {
  if (const auto* id = std::get_if<SubflowId>(&subflow)) {
    return "subflow " + std::to_string(number(*id));
  }
  return "subflow " + describe(std::get<AddressPair>(subflow));
}

const Subflow* find_subflow(const std::vector<Subflow>& subflows, const SubflowRef& subflow) {
  auto is_it = [&](const Subflow& candidate) {
    if (const auto* id = std::get_if<SubflowId>(&subflow)) return candidate.id == *id;
    const auto& ends = std::get<AddressPair>(subflow);
    return candidate.local == ends.local && candidate.remote == ends.remote;
  };
  auto found = std::find_if(subflows.begin(), subflows.end(), is_it);
  return found == subflows.end() ? nullptr : &*found;
}

Result<Subflow> require_subflow(const std::vector<Subflow>& subflows, const SubflowRef& subflow,
                                const Target& target) {
  const auto* id = std::get_if<SubflowId>(&subflow);
  if (id && !target.descriptor()) {
    return Error{ErrorKind::invalid_argument, 0,
                 "without a descriptor a subflow is named by its addresses, not by an id"};
  }
  if (id && *id == SubflowId{}) {
    return Error{ErrorKind::invalid_argument, 0,
                 "0 is no subflow's id: this kernel does not tell ids, use the addresses"};
  }
  const Subflow* found = find_subflow(subflows, subflow);
  if (found && is_open(*found)) return *found;
  return Error{ErrorKind::not_found, 0, target.name() + " has no live " + describe(subflow)};
}

}  // namespace mptcp::paths

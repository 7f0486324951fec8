// SPDX-License-Identifier: MIT
//
// All connections of the namespace, put together from sock_diag's two tables.
#include <algorithm>
#include <cstddef>
#include <unordered_map>

#include "events/look.h"

namespace mptcp::events {
namespace {

// A closed socket lingers, without a program that holds it, until its data is through; one that
// waits to be accepted has no program yet.
bool has_holder(TcpState state, std::uint64_t inode) {
  if (state == TcpState::close || state == TcpState::time_wait) return false;
  return inode != 0 || state == TcpState::established || state == TcpState::close_wait;
}

bool is_initial(const netlink::DiagSocket& socket) {
  return (socket.ulp->flags & netlink::ulp_initial) != 0;
}

Sight to_sight(const netlink::DiagConnection& found) {
  Sight sight;
  sight.token = Token{found.info.token};
  sight.created = (found.info.flags & kernel::info_flag_remote_key_received) != 0 &&
                  (found.info.flags & kernel::info_flag_fallback) == 0;
  sight.initial = Pair{found.key.local, found.key.remote};
  sight.established = true;  // unless its first subflow says otherwise
  return sight;
}

void add_subflow(Sight& sight, const netlink::DiagSocket& found) {
  Subflow subflow;
  subflow.state = found.state;
  subflow.local = found.key.local;
  subflow.remote = found.key.remote;
  SubflowDetail detail;
  detail.interface = found.key.interface;
  detail.local_id = found.ulp->local_id;
  detail.remote_id = found.ulp->remote_id;
  detail.backup_by_peer = (found.ulp->flags & netlink::ulp_backup_by_peer) != 0;
  subflow.detail = detail;
  if (is_initial(found)) {
    sight.initial = Pair{subflow.local, subflow.remote};
    sight.server_side = (found.ulp->flags & netlink::ulp_asked) == 0;
    sight.established = (found.ulp->flags & netlink::ulp_fully_established) != 0;
  }
  sight.subflows.push_back(subflow);
}

}  // namespace

Result<Survey> Looker::survey() {
  if (!diag_ || kernel_.is_switched_off(Capability::connection_listing)) {
    return Error{ErrorKind::not_supported, 0, "MPTCP connections cannot be listed here"};
  }
  auto connections = netlink::list_connections(*diag_);
  if (!connections) return connections.error();
  std::sort(connections->begin(), connections->end(),
            [](const auto& a, const auto& b) { return a.inode < b.inode; });
  Survey survey;
  std::unordered_map<std::uint32_t, std::size_t> index;
  for (const auto& found : *connections) {
    if (found.info_size <= offsetof(kernel::MptcpInfo, token) || found.info.token == 0) continue;
    if (!has_holder(found.state, found.inode)) continue;
    index.emplace(found.info.token, survey.sights.size());
    survey.sights.push_back(to_sight(found));
  }
  auto subflows = netlink::list_sockets(*diag_, [&](const netlink::DiagSocket& found) {
    return found.ulp && found.ulp->local_token && index.contains(number(*found.ulp->local_token)) &&
           has_holder(found.state, found.inode);
  });
  if (!subflows) return subflows.error();
  for (const auto& found : *subflows) {
    add_subflow(survey.sights[index.at(number(*found.ulp->local_token))], found);
  }
  auto listeners = netlink::list_listeners(*diag_);
  if (!listeners) return listeners.error();
  survey.listeners = std::move(*listeners);
  return survey;
}

bool Looker::is_held(Token token) {
  if (!diag_ || token == Token{}) return false;
  auto found = netlink::find_connection(*diag_, token);
  return found && *found && has_holder((*found)->state, (*found)->inode);
}

void Survey::merge(Survey other) {
  std::unordered_map<std::uint32_t, Sight*> index;
  for (Sight& sight : sights) index.emplace(number(sight.token), &sight);
  std::vector<Sight> lacking;
  for (Sight& sight : other.sights) {
    auto found = index.find(number(sight.token));
    if (found == index.end()) {
      lacking.push_back(std::move(sight));
      continue;
    }
    for (Subflow& subflow : sight.subflows) {
      auto& known = found->second->subflows;
      const bool is_known = std::any_of(known.begin(), known.end(), [&](const Subflow& one) {
        return one.local == subflow.local && one.remote == subflow.remote;
      });
      if (!is_known) known.push_back(subflow);
    }
  }
  std::move(lacking.begin(), lacking.end(), std::back_inserter(sights));
}

}  // namespace mptcp::events

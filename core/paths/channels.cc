// SPDX-License-Identifier: MIT
#include "paths/channels.h"

#include "connection/reader.h"
#include "paths/target.h"

namespace mptcp::paths {
namespace {

// Connections that ended with a reset are not reported; rather than watch for them, forget
// everything now and then.
constexpr std::size_t remembered_connections = 1024;

}  // namespace

Result<Channels> Channels::open(kernel::Kernel& kernel) {
  auto commands = netlink::Socket::open(kernel, NETLINK_GENERIC);
  if (!commands) return commands.error();
  auto family = netlink::resolve_pm_family(*commands);
  if (!family) return family.error();
  auto diag = netlink::Socket::open(kernel, NETLINK_SOCK_DIAG);
  if (!diag) return diag.error();
  return Channels(kernel, std::move(*commands), std::move(*diag), *family);
}

Channels::Channels(kernel::Kernel& kernel, netlink::Socket commands, netlink::Socket diag,
                   netlink::PmFamily family)
    : kernel_(&kernel),
      commands_(std::move(commands)),
      diag_(std::move(diag)),
      family_(family),
      namespace_cookie_(connection::namespace_cookie(kernel, commands_.descriptor())) {}

Result<netlink::Answer> Channels::ask(const netlink::PmRequest& request) {
  return ask(request, [](const netlink::View&) {});
}

Result<netlink::Answer> Channels::ask(const netlink::PmRequest& request,
                                      const std::function<void(const netlink::View&)>& each) {
  auto message = netlink::encode(family_, request);
  return commands_.exchange(message, each);
}

Result<netlink::Answer> Channels::list_addresses(
    std::optional<Token> token, const std::function<void(const netlink::PmAddress&)>& each) {
  return ask({.command = netlink::PmCommand::get_address, .dump = true, .token = token},
             [&](const netlink::View& view) {
               if (auto entry = netlink::decode_address(view)) each(*entry);
             });
}

bool Channels::lists_by_token() {
  if (kernel_->is_switched_off(Capability::path_manager_query)) return false;
  if (!lists_by_token_) {
    // No connection has the token 0, so a kernel that reads tokens objects.
    auto answer = list_addresses(Token{0}, [](const netlink::PmAddress&) {});
    lists_by_token_ = answer && answer->code != 0;
  }
  return *lists_by_token_;
}

Result<AddressIds*> Channels::ids_of(const Target& target) {
  auto known = ids_.find(target.token());
  if (known != ids_.end()) return &known->second;
  if (ids_.size() >= remembered_connections) ids_.clear();

  AddressIds ids;
  if (lists_by_token()) {
    auto answer = list_addresses(target.token(), [&](const netlink::PmAddress& entry) {
      if (entry.id) ids.learn(entry.address, *entry.id);
    });
    if (!answer) return answer.error();
  }
  auto live = target.subflows(Depth::detail);
  if (!live) return live.error();
  for (const Subflow& subflow : *live) {
    if (subflow.detail && subflow.detail->local_id) {
      ids.learn_used(subflow.local, *subflow.detail->local_id);
    }
  }
  return &ids_.insert_or_assign(target.token(), std::move(ids)).first->second;
}

void Channels::learn(const netlink::PmEvent& event) {
  if (!event.token) return;
  if (event.type == netlink::PmEventType::closed) ids_.erase(*event.token);
  auto known = ids_.find(*event.token);
  if (known == ids_.end() || event.type != netlink::PmEventType::subflow_established) return;
  if (event.local && event.local_id) known->second.learn_used(*event.local, *event.local_id);
}

}  // namespace mptcp::paths

// SPDX-License-Identifier: MIT
#include "paths/announce_operation.h"

#include "paths/refusals.h"
#include "paths/route.h"
#include "paths/subflow_end.h"

namespace mptcp::paths {

Result<AnnounceRequest> complete_announcement(AnnounceRequest request) {
  if (request.address.is_unspecified()) {
    return Error{ErrorKind::invalid_argument, 0,
                 format(request.address) + " is no address to announce"};
  }
  if (request.id == AddressId{0}) {
    return Error{ErrorKind::invalid_argument, 0,
                 "address id 0 is the initial subflow's, and cannot be announced"};
  }
  auto interface = interface_of(request.address, request.interface);
  if (!interface) return interface.error();
  request.interface = *interface;
  return request;
}

std::optional<Completion> AnnounceOperation::advance() {
  // The kernel accepts an earlier announcement, and sends nothing.
  if (is_joinable(target_) == false) return std::nullopt;
  auto guard = listen();
  if (!guard) return failed(guard.error());
  auto id = announce();
  if (!id) return failed(id.error());
  if (*guard) {
    auto kept = guards_.keep(target_.token(), *id, std::move(**guard));
    if (!kept) return failed(kept.error());
  }
  return Completion{.announcement = Announcement{*id, request_.address}};
}

Result<std::optional<Guard>> AnnounceOperation::listen() {
  if (request_.address.port == Port{}) return std::optional<Guard>{};
  auto guard = Guard::open(channels_.kernel(), request_.address, request_.interface);
  if (guard) return std::optional(std::move(*guard));
  auto own = target_.first_local();
  const bool own_port = own && own->port == request_.address.port;
  // On the connection's own port the application's listener may well be there.
  if (own_port && guard.error().kind == ErrorKind::already_exists) return std::optional<Guard>{};
  return guard.error();
}

Result<AddressId> AnnounceOperation::announce() {
  auto id = ask();
  if (id || id.error().kind != ErrorKind::already_exists) return id;
  channels_.forget_ids(target_.token());  // somebody else used ids since we asked
  return ask();
}

Result<AddressId> AnnounceOperation::ask() {
  auto ids = channels_.ids_of(target_);
  if (!ids) return ids.error();
  auto own = target_.first_local();
  if (!own) return own.error();
  Address entry = request_.address;
  entry.mapped = false;
  if (entry.port == own->port) entry.port = Port{};  // the connection's own port goes unsaid

  const bool is_new = !(*ids)->find(entry);
  auto id = (*ids)->allot(entry, request_.id);
  if (!id) return Error{id.error().kind, 0, what() + ": " + id.error().message};
  auto answer = channels_.ask({.command = netlink::PmCommand::announce,
                               .token = target_.token(),
                               .local = netlink::PmAddress{.address = entry,
                                                           .id = *id,
                                                           .flags = netlink::pm_flag_signal,
                                                           .interface = request_.interface}});
  if (!answer) return answer.error();
  if (answer->code == 0) return *id;
  if (is_new) (*ids)->forget(*id);
  return refusal_error(*answer, what());
}

}  // namespace mptcp::paths

// SPDX-License-Identifier: MIT
#include "events/notifications.h"

#include <linux/netlink.h>

#include <cerrno>

#include "events/translate.h"

namespace mptcp::events {
namespace {

constexpr std::size_t batch_size = 4096;

}  // namespace

Result<Notifications> Notifications::subscribe(kernel::Kernel& kernel, int receive_buffer) {
  if (kernel.is_switched_off(Capability::events)) {
    return Error{ErrorKind::not_permitted, 0, "notifications are switched off"};
  }
  auto socket = netlink::Socket::open(kernel, NETLINK_GENERIC);
  if (!socket) return socket.error();
  auto family = netlink::resolve_pm_family(*socket);
  if (!family) return family.error();
  if (family->events_group == 0) {
    return Error{ErrorKind::not_supported, 0, "this kernel has no MPTCP notifications"};
  }
  socket->set_receive_buffer(receive_buffer);
  auto joined = socket->join(family->events_group);
  if (!joined) return joined.error();
  return Notifications(std::move(*socket), family->id);
}

Result<Notifications::Batch> Notifications::take(std::chrono::steady_clock::time_point now) {
  Batch batch;
  while (batch.events.size() < batch_size) {
    auto datagram = socket_.receive();
    if (!datagram) {
      if (datagram.error().kind == ErrorKind::would_block) return batch;
      // Said before what is queued is handed out, and all of that is older than what was lost.
      if (datagram.error().os_code != ENOBUFS) return datagram.error();
      batch.lost = true;
      continue;
    }
    while (auto view = netlink::next_message(*datagram)) {
      if (view->type != family_) continue;
      auto notice = netlink::decode_event(*view);
      auto event = notice ? translate(*notice, now) : std::nullopt;
      if (event) batch.events.push_back(*event);
    }
  }
  batch.more = true;
  return batch;
}

}  // namespace mptcp::events

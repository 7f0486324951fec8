// SPDX-License-Identifier: MIT
#include "paths/direct_control.h"

#include <algorithm>
#include <cerrno>

#include "paths/announce_operation.h"
#include "paths/close_operation.h"
#include "paths/endpoints.h"
#include "paths/open_operation.h"
#include "paths/path_manager.h"
#include "paths/prefer_operation.h"
#include "paths/withdraw_operation.h"

namespace mptcp::paths {

// --- making one -------------------------------------------------------------------

Result<std::unique_ptr<PathControl>> DirectControl::open(kernel::Kernel& kernel) {
  auto channels = Channels::open(kernel);
  if (!channels) return channels.error();
  OwnedFd epoll(kernel.epoll_create());
  OwnedFd timer(kernel.timer_create());
  if (!epoll.is_open()) return kernel::system_error(-epoll.get(), "making an epoll descriptor");
  if (!timer.is_open()) return kernel::system_error(-timer.get(), "making a timer");
  int code = kernel.epoll_add(epoll.get(), timer.get());
  if (code < 0) return kernel::system_error(-code, "watching a timer");

  auto control = std::unique_ptr<DirectControl>(
      new DirectControl(std::move(*channels), std::move(epoll), std::move(timer)));
  control->subscribe();
  return std::unique_ptr<PathControl>(std::move(control));
}

DirectControl::DirectControl(Channels channels, OwnedFd epoll, OwnedFd timer)
    : channels_(std::move(channels)),
      epoll_(std::move(epoll)),
      timer_(std::move(timer)),
      guards_(channels_.kernel(), epoll_.get()) {}

void DirectControl::subscribe() {
  const auto group = channels_.family().events_group;
  if (group == 0 || channels_.kernel().is_switched_off(Capability::userspace_path_manager)) {
    not_subscribed_ =
        Error{ErrorKind::not_supported, 0, "this kernel does not let programs manage paths"};
    return;
  }
  auto socket = netlink::Socket::open(channels_.kernel(), NETLINK_GENERIC);
  auto joined = socket ? socket->join(group) : Result<void>(socket.error());
  const bool switched_off = channels_.kernel().is_switched_off(Capability::manage_paths) ||
                            channels_.kernel().is_switched_off(Capability::events);
  if (joined && !switched_off) {
    notifications_ = std::move(*socket);
  } else if (switched_off || joined.error().kind == ErrorKind::not_permitted) {
    not_subscribed_ = Error{ErrorKind::not_permitted, EPERM,
                            "steering paths needs CAP_NET_ADMIN over the network namespace"};
  } else {
    not_subscribed_ = joined.error();
  }
}

// --- operations -----------------------------------------------------------------------

Result<Target> DirectControl::target(ConnectionRef connection) {
  if (not_subscribed_) return *not_subscribed_;
  return Target::find(channels_, connection);
}

Result<OperationId> DirectControl::start_open(ConnectionRef connection, const OpenRequest& request,
                                              Deadline deadline) {
  auto found = target(connection);
  if (!found) return found.error();
  auto route = complete_route(channels_.kernel(), *found, request);
  if (!route) return route.error();
  return start(
      std::make_unique<OpenOperation>(channels_, std::move(*found), std::move(*route), request),
      deadline);
}

Result<OperationId> DirectControl::start_close(ConnectionRef connection, SubflowRef subflow,
                                               Deadline deadline, LastSubflow last) {
  auto found = target(connection);
  if (!found) return found.error();
  return start(std::make_unique<CloseOperation>(channels_, std::move(*found), subflow, last),
               deadline);
}

Result<OperationId> DirectControl::start_prefer(ConnectionRef connection, SubflowRef subflow,
                                                Priority priority, Deadline deadline) {
  auto found = target(connection);
  if (!found) return found.error();
  return start(std::make_unique<PreferOperation>(channels_, std::move(*found), subflow, priority),
               deadline);
}

Result<OperationId> DirectControl::start_announce(ConnectionRef connection,
                                                  const AnnounceRequest& request,
                                                  Deadline deadline) {
  auto found = target(connection);
  if (!found) return found.error();
  auto complete = complete_announcement(request);
  if (!complete) return complete.error();
  return start(std::make_unique<AnnounceOperation>(channels_, guards_, std::move(*found),
                                                   std::move(*complete)),
               deadline);
}

Result<OperationId> DirectControl::start_withdraw(ConnectionRef connection, AddressId id,
                                                  Deadline deadline) {
  auto found = target(connection);
  if (!found) return found.error();
  return start(std::make_unique<WithdrawOperation>(channels_, guards_, std::move(*found), id),
               deadline);
}

OperationId DirectControl::start(std::unique_ptr<Operation> operation, Deadline deadline) {
  drain_notifications();  // what came before is not about this operation
  const OperationId id{++last_operation_};
  auto [entry, added] = running_.try_emplace(id, Running{std::move(operation), deadline});
  step(id, entry->second);
  // What the kernel did at once it has also notified at once.
  if (entry->second.operation) work();
  std::erase_if(running_, [](const auto& item) { return !item.second.operation; });
  if (!caller_waits_) wake_for_what_runs();
  return id;
}

void DirectControl::cancel(OperationId operation) {
  running_.erase(operation);
  take(operation);
  wake_for_what_runs();
}

// --- running them -----------------------------------------------------------------------

Result<std::vector<Completion>> DirectControl::process() {
  work();
  auto finished = std::exchange(finished_, {});
  wake_for_what_runs();
  return finished;
}

Result<Completion> DirectControl::wait(OperationId operation) {
  auto completion = take(operation);
  while (!completion && running_.contains(operation)) {
    listen_if_needed();
    pollfd waiting{epoll_.get(), POLLIN, 0};
    channels_.kernel().poll(&waiting, 1, *next_wake() - channels_.kernel().now());
    work();
    completion = take(operation);
  }
  wake_for_what_runs();
  if (completion) return std::move(*completion);
  return Error{ErrorKind::not_found, 0,
               "no operation " + std::to_string(number(operation)) + " is under way"};
}

void DirectControl::work() {
  drain_notifications();
  guards_.turn_strangers_away();
  for (auto& [id, running] : running_) {
    if (running.operation) step(id, running);
  }
  std::erase_if(running_, [](const auto& item) { return !item.second.operation; });
}

void DirectControl::step(OperationId id, Running& running) {
  auto completion = running.operation->step();
  if (!completion && channels_.kernel().now() >= running.deadline.when()) {
    completion = Completion{.error = running.operation->give_up()};
  }
  if (!completion) return;
  completion->operation = id;
  finished_.push_back(std::move(*completion));
  running.operation.reset();
}

void DirectControl::drain_notifications() {
  while (notifications_) {
    auto datagram = notifications_->receive();
    if (!datagram && datagram.error().os_code == ENOBUFS) {
      channels_.forget_all_ids();
      for (auto& [id, running] : running_) {
        if (running.operation) running.operation->overflowed();
      }
      continue;
    }
    if (!datagram) return;
    while (auto view = netlink::next_message(*datagram)) {
      if (view->type != channels_.family().id) continue;
      if (auto event = netlink::decode_event(*view)) hear(*event);
    }
  }
}

void DirectControl::hear(const netlink::PmEvent& event) {
  channels_.learn(event);
  if (!event.token) return;
  if (event.type == netlink::PmEventType::closed) guards_.drop_all(*event.token);
  for (auto& [id, running] : running_) {
    if (running.operation && running.operation->token() == *event.token) {
      running.operation->hear(event);
    }
  }
}

// --- waking up ------------------------------------------------------------------------------

std::optional<TimePoint> DirectControl::next_wake() const {
  std::optional<TimePoint> next;
  auto consider = [&](TimePoint when) { next = std::min(next.value_or(when), when); };
  for (const auto& [id, running] : running_) {
    consider(running.deadline.when());
    if (auto wake = running.operation->wake_time()) consider(*wake);
  }
  return next;
}

void DirectControl::listen_if_needed() {
  const bool needed = notifications_ && !running_.empty();
  if (needed == listening_) return;
  listening_ = needed;
  kernel::Kernel& kernel = channels_.kernel();
  if (needed) {
    kernel.epoll_add(epoll_.get(), notifications_->descriptor());
  } else {
    kernel.epoll_remove(epoll_.get(), notifications_->descriptor());
  }
}

void DirectControl::wake_for_what_runs() {
  listen_if_needed();
  set_timer();
}

// Setting a timer also takes back that it has fired.
void DirectControl::set_timer() {
  auto when = next_wake();
  if (!finished_.empty()) when = channels_.kernel().now();
  if (!when && !timer_set_to_) return;
  timer_set_to_ = when;
  channels_.kernel().timer_set(timer_.get(), when.value_or(TimePoint{}));
}

std::optional<Completion> DirectControl::take(OperationId operation) {
  auto found = std::find_if(finished_.begin(), finished_.end(), [&](const Completion& completion) {
    return completion.operation == operation;
  });
  if (found == finished_.end()) return std::nullopt;
  Completion completion = std::move(*found);
  finished_.erase(found);
  return completion;
}

// --- the rest is asked and answered at once ---------------------------------------------------

Result<PathManager> DirectControl::path_manager(ConnectionRef connection) {
  return paths::path_manager(channels_, connection);
}
Result<PathManager> DirectControl::namespace_path_manager() {
  return paths::namespace_path_manager(channels_.kernel());
}
Result<void> DirectControl::set_namespace_path_manager(PathManager manager) {
  return paths::set_namespace_path_manager(channels_.kernel(), manager);
}
Result<void> DirectControl::convert_path_manager(int fd) {
  return paths::convert_path_manager(channels_, fd);
}
Result<std::vector<Endpoint>> DirectControl::list_endpoints() {
  return paths::list_endpoints(channels_);
}
Result<AddressId> DirectControl::add_endpoint(const Endpoint& endpoint) {
  return paths::add_endpoint(channels_, endpoint);
}
Result<void> DirectControl::change_endpoint(AddressId id, std::uint32_t flags) {
  return paths::change_endpoint(channels_, id, flags);
}
Result<void> DirectControl::remove_endpoint(AddressId id) {
  return paths::remove_endpoint(channels_, id);
}
Result<void> DirectControl::flush_endpoints() { return paths::flush_endpoints(channels_); }
Result<Limits> DirectControl::limits() { return paths::limits(channels_); }
Result<void> DirectControl::set_limits(const Limits& limits) {
  return paths::set_limits(channels_, limits);
}

}  // namespace mptcp::paths

// SPDX-License-Identifier: MIT
#include "paths/open_operation.h"

#include <algorithm>
#include <cerrno>

#include "netlink/sock_diag.h"
#include "paths/refusals.h"
#include "paths/subflow_end.h"
#include "paths/subflow_ref.h"

namespace mptcp::paths {
namespace {

using namespace std::chrono_literals;

// How long a subflow that is gone may take to be reported: the kernel's worker sends it.
constexpr auto report_time = 200ms;

constexpr std::uint32_t backup_flag(Priority priority) {
  return priority == Priority::backup ? netlink::pm_flag_backup : 0;
}

Deadline::Clock::duration round_trip(const Subflow& subflow) {
  const auto rtt = subflow.tcp_field(&TcpInfo::rtt).value_or(1000);
  return std::chrono::microseconds(std::max<std::uint32_t>(rtt, 50));
}

}  // namespace

OpenOperation::OpenOperation(Channels& channels, Target target, Route route,
                             const OpenRequest& request)
    : Operation(channels, std::move(target)),
      route_(std::move(route)),
      priority_(request.priority),
      wanted_id_(request.local_id),
      remote_id_(request.remote_id) {}

std::string OpenOperation::what() const {
  return "opening a subflow from " + format(route_.local) + " to " + format(route_.remote);
}

std::string OpenOperation::missing() const {
  switch (progress_) {
    case Progress::not_asked:
      return "others may join the connection only after some data has crossed it";
    case Progress::asked:
      return "the peer has not answered";
    case Progress::answered:
      return "the peer has not confirmed the subflow";
  }
  return "";
}

std::optional<Completion> OpenOperation::advance() {
  if (progress_ == Progress::not_asked) {
    if (!may_ask_) return std::nullopt;
    if (auto over = ask()) return over;
    if (progress_ == Progress::not_asked) return std::nullopt;
  }
  return look();
}

netlink::PmRequest OpenOperation::request_of(AddressId id) const {
  netlink::PmRequest request{.command = netlink::PmCommand::subflow_create,
                             .token = target_.token()};
  request.local = {.address = route_.local, .id = id, .interface = route_.interface};
  if (priority_ == Priority::backup) request.local->flags = backup_flag(priority_);
  request.remote = {.address = route_.remote, .id = remote_id_};
  return request;
}

std::optional<Completion> OpenOperation::ask() {
  auto ids = channels_.ids_of(target_);
  if (!ids) return failed(ids.error());
  const bool is_new = !(*ids)->find(route_.local);
  auto id = (*ids)->allot(route_.local, wanted_id_);
  if (!id) {
    return failed({id.error().kind, id.error().os_code, what() + ": " + id.error().message});
  }
  auto live = target_.subflows_at_first();
  if (!live) return failed(live.error());
  before_ = std::move(*live);

  id_ = *id;
  auto answer = channels_.ask(request_of(id_));
  if (!answer) return failed(answer.error());
  if (answer->code != 0) {
    if (is_new) (*ids)->forget(id_);
    return refused(*answer);
  }
  progress_ = Progress::asked;
  return std::nullopt;
}

std::optional<Completion> OpenOperation::refused(const netlink::Answer& answer) {
  const Refusal refusal = classify(answer);
  if (refusal == Refusal::not_joinable) {
    if (is_joinable(target_) != true) {
      may_ask_ = false;  // until the notification `established`
      return std::nullopt;
    }
    if (std::exchange(was_joinable_, true)) {
      return failed({ErrorKind::system, ENOTCONN,
                     what() + ": an end of the connection has shut down already"});
    }
    return ask();  // it became so between the two questions
  }
  const bool doubtful_id =
      refusal == Refusal::id_mismatch || (answer.code == EINVAL && answer.text.empty());
  if (doubtful_id && !std::exchange(asked_kernel_for_ids_, true)) {
    channels_.forget_ids(target_.token());  // somebody else used ids since we asked
    return ask();
  }
  if (answer.code == EINVAL && refusal == Refusal::other && answer.text.starts_with("connect")) {
    return failed({ErrorKind::invalid_argument, EINVAL,
                   what() + ": the kernel cannot connect so (has the connection been accepted?)"});
  }
  return failed(refusal_error(answer, what()));
}

// The kernel has added the subflow to its list before it acknowledged: it is there now, or it has
// failed already.
void OpenOperation::claim(const std::vector<Subflow>& live) {
  claimed_ = true;
  for (const Subflow& subflow : live) {
    const bool is_new = !find_subflow(before_, ends_of(subflow));
    const bool fits = subflow.local.same_host(route_.local) && subflow.remote == route_.remote &&
                      (route_.local.port == Port{} || route_.local.port == subflow.local.port);
    if (is_new && fits) ends_ = ends_of(subflow);
  }
}

bool OpenOperation::is_ours(const netlink::PmEvent& event) const {
  if (!event.local || !event.remote) return false;
  // One that we kill before it came up is reported without its remote port.
  if (ends_) {
    return event.local == ends_->local && event.remote->same_host(ends_->remote);
  }
  return event.local_id == id_ && event.local->same_host(route_.local) &&
         event.remote == route_.remote &&
         !find_subflow(before_, AddressPair{*event.local, *event.remote});
}

void OpenOperation::hear(const netlink::PmEvent& event) {
  if (event.type == netlink::PmEventType::established) may_ask_ = true;
  if (progress_ == Progress::not_asked || !is_ours(event)) return;
  if (event.type == netlink::PmEventType::subflow_established) {
    ends_ = {*event.local, *event.remote};
    progress_ = Progress::answered;
  }
  if (event.type == netlink::PmEventType::subflow_closed) end_ = event;
}

// What the kernel says now decides; a notification only tells why.
std::optional<Completion> OpenOperation::look() {
  auto live = target_.subflows(Depth::snapshot);
  if (!live) return failed(live.error());
  if (!claimed_) claim(*live);
  const Subflow* subflow = ends_ ? find_subflow(*live, *ends_) : nullptr;
  if (!subflow) return gone();
  if (subflow->state == TcpState::syn_sent) {
    if (deaf_) wake_again(10ms);
    return std::nullopt;
  }
  progress_ = Progress::answered;
  return confirm(*subflow);
}

// A peer that is at its limit answers the join and then resets it, a round trip later; one that is
// not acknowledges then.  Nothing notifies of that.
std::optional<Completion> OpenOperation::confirm(const Subflow& subflow) {
  const auto now = channels_.kernel().now();
  const bool looked_before = answered_at_.has_value();
  if (!looked_before) answered_at_ = now;
  if (is_confirmed(subflow)) return Completion{.subflow = subflow};
  looked_before ? wake_again(round_trip(subflow) / 8) : wake_in(round_trip(subflow));
  return std::nullopt;
}

bool OpenOperation::is_confirmed(const Subflow& subflow) {
  // One SYN and one ACK went out, and more than the SYN/ACK came in: that was the acknowledgement.
  // A SYN/ACK that was sent again would have been answered.
  if (subflow.tcp_field(&TcpInfo::segs_out) == 2u &&
      subflow.tcp_field(&TcpInfo::segs_in).value_or(0) >= 2) {
    return true;
  }
  auto found = netlink::find_socket(
      channels_.diag(),
      {subflow.local, subflow.remote, route_.interface.value_or(InterfaceIndex{})});
  if (found && *found && (*found)->ulp) {
    return ((*found)->ulp->flags & netlink::ulp_fully_established) != 0;
  }
  return channels_.kernel().now() - *answered_at_ > 2 * round_trip(subflow);
}

std::optional<Completion> OpenOperation::gone() {
  if (end_) return failed(reason());
  const auto now = channels_.kernel().now();
  if (!missed_since_) missed_since_ = now;
  if (deaf_ || now - *missed_since_ > report_time) return failed(reason());
  wake_again(10ms);
  return std::nullopt;
}

Error OpenOperation::reason() const {
  return subflow_end_error(end_, progress_ == Progress::answered, what());
}

void OpenOperation::overflowed() {
  deaf_ = true;
  may_ask_ = true;
}

Error OpenOperation::give_up() {
  // It must not come up after we said that it failed.
  if (progress_ != Progress::not_asked && ends_) {
    (void)channels_.ask({.command = netlink::PmCommand::subflow_destroy,
                         .token = target_.token(),
                         .local = netlink::PmAddress{.address = ends_->local},
                         .remote = netlink::PmAddress{.address = ends_->remote}});
  }
  return Operation::give_up();
}

}  // namespace mptcp::paths

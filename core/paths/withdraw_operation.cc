// SPDX-License-Identifier: MIT
#include "paths/withdraw_operation.h"

#include <algorithm>

#include "paths/close_operation.h"
#include "paths/refusals.h"
#include "paths/subflow_ref.h"

namespace mptcp::paths {
namespace {

using namespace std::chrono_literals;

}  // namespace

std::string WithdrawOperation::what() const {
  return "withdrawing address id " + std::to_string(number(id_));
}

std::optional<Completion> WithdrawOperation::advance() {
  auto live = target_.subflows(Depth::detail);
  if (!live) return failed(live.error());
  if (!removed_) {
    if (auto others = check_others(*live); !others) return failed(others.error());
    if (auto removed = remove(); !removed) return failed(removed.error());
    removed_ = true;
  }
  if (auto closed = close_users(*live); !closed) return failed(closed.error());
  live = target_.subflows(Depth::detail);
  if (!live) return failed(live.error());
  const bool left = std::any_of(live->begin(), live->end(), [&](const Subflow& subflow) {
    return uses_it(subflow) && is_open(subflow);
  });
  if (!left) return Completion{};
  wake_again(1ms);
  return std::nullopt;
}

bool WithdrawOperation::uses_it(const Subflow& subflow) const {
  return subflow.detail && subflow.detail->local_id == id_;
}

// The connection keeps a path.
Result<void> WithdrawOperation::check_others(const std::vector<Subflow>& live) const {
  auto used = [&](const Subflow& subflow) { return is_up(subflow) && uses_it(subflow); };
  auto other = [&](const Subflow& subflow) { return is_up(subflow) && !uses_it(subflow); };
  if (std::none_of(live.begin(), live.end(), used)) return {};
  if (std::any_of(live.begin(), live.end(), other)) return {};
  return Error{ErrorKind::invalid_argument, 0,
               what() + ": every subflow of " + target_.name() +
                   " uses it; open another, or close the last one, first"};
}

// The peer closes its ends when it hears of it; over a dead path that would never reach us.
Result<void> WithdrawOperation::close_users(const std::vector<Subflow>& live) {
  for (const Subflow& subflow : live) {
    if (!uses_it(subflow) || !is_open(subflow)) continue;
    auto closed = destroy_subflow(channels_, target_.token(), ends_of(subflow), what());
    if (!closed && closed.error().kind != ErrorKind::not_found) return closed.error();
  }
  return {};
}

Result<void> WithdrawOperation::remove() {
  auto answer = ask_to_remove();
  if (!answer) return answer.error();
  if (classify(*answer) == Refusal::no_such_id && id_ != AddressId{}) {
    if (auto back = put_back(); !back) return back.error();
    answer = ask_to_remove();
    if (!answer) return answer.error();
  }
  if (answer->code != 0) return refusal_error(*answer, what());
  if (auto ids = channels_.ids_of(target_)) (*ids)->forget(id_);
  guards_.drop(target_.token(), id_);
  return {};
}

Result<netlink::Answer> WithdrawOperation::ask_to_remove() {
  return channels_.ask(
      {.command = netlink::PmCommand::remove, .token = target_.token(), .removed_id = id_});
}

// The kernel drops an address from its list when one of the address's subflows is destroyed or
// fails to be created, and then cannot withdraw it.  Announcing it again restores the entry; the
// peer hears of an address that it knows, and then of its end.
Result<void> WithdrawOperation::put_back() {
  auto ids = channels_.ids_of(target_);
  if (!ids) return ids.error();
  auto address = (*ids)->address_of(id_);
  if (!address) {
    return Error{ErrorKind::not_found, 0, what() + ": " + target_.name() + " has no such address"};
  }
  auto answer =
      channels_.ask({.command = netlink::PmCommand::announce,
                     .token = target_.token(),
                     .local = netlink::PmAddress{
                         .address = *address, .id = id_, .flags = netlink::pm_flag_signal}});
  if (!answer) return answer.error();
  if (answer->code != 0) return refusal_error(*answer, what());
  return {};
}

}  // namespace mptcp::paths

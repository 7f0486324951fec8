// SPDX-License-Identifier: MIT
#include "paths/prefer_operation.h"

#include "paths/refusals.h"
#include "paths/subflow_ref.h"

namespace mptcp::paths {

using namespace std::chrono_literals;

std::string PreferOperation::what() const {
  return "making " + describe(subflow_) +
         (priority_ == Priority::backup ? " a backup" : " a regular one");
}

std::optional<Completion> PreferOperation::advance() {
  if (!ends_) {
    if (auto asked = ask(); !asked) return failed(asked.error());
  }
  return verify();
}

Result<void> PreferOperation::ask() {
  auto live = target_.subflows_at_first();
  if (!live) return live.error();
  auto subflow = require_subflow(*live, subflow_, target_);
  if (!subflow) return subflow.error();
  if (subflow->state != TcpState::established) {
    return Error{ErrorKind::invalid_argument, 0, what() + ": it is not up"};
  }
  // Both ports: without them the kernel takes the first subflow that fits.
  const std::uint32_t flags = priority_ == Priority::backup ? netlink::pm_flag_backup : 0;
  auto answer =
      channels_.ask({.command = netlink::PmCommand::set_flags,
                     .token = target_.token(),
                     .local = netlink::PmAddress{.address = subflow->local, .flags = flags},
                     .remote = netlink::PmAddress{.address = subflow->remote}});
  if (!answer) return answer.error();
  if (classify(*answer) == Refusal::not_userspace_managed) {
    Error error = kernel_managed(what());
    error.message += "; changing an endpoint's backup flag does it for every connection";
    return error;
  }
  if (answer->code != 0) return refusal_error(*answer, what());
  ends_ = ends_of(*subflow);
  return {};
}

// The request is notified to the peer only; our own bit is in sock_diag.
std::optional<Completion> PreferOperation::verify() {
  auto live = target_.subflows(Depth::detail);
  if (!live) return failed(live.error());
  const Subflow* subflow = find_subflow(*live, *ends_);
  if (!subflow) return failed({ErrorKind::not_found, 0, what() + ": it was closed meanwhile"});
  const auto backup = subflow->detail ? subflow->detail->backup : std::nullopt;
  if (!backup || *backup == (priority_ == Priority::backup)) return Completion{.subflow = *subflow};
  wake_again(1ms);
  return std::nullopt;
}

}  // namespace mptcp::paths

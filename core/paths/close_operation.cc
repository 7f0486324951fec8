// SPDX-License-Identifier: MIT
#include "paths/close_operation.h"

#include <algorithm>
#include <cerrno>

#include "netlink/sock_diag.h"
#include "paths/refusals.h"
#include "paths/subflow_ref.h"

namespace mptcp::paths {
namespace {

using namespace std::chrono_literals;

// Works whoever manages the paths, and resets instead of closing.
Result<void> reset_subflow(Channels& channels, const AddressPair& ends, const std::string& what) {
  if (channels.kernel().is_switched_off(Capability::destroy_sockets)) return kernel_managed(what);
  auto found = netlink::find_socket(channels.diag(), {ends.local, ends.remote, {}});
  if (!found) return found.error();
  if (!*found) return Error{ErrorKind::not_found, 0, what + ": it is gone already"};
  return netlink::destroy_socket(channels.diag(), (*found)->key, (*found)->cookie);
}

}  // namespace

Result<void> destroy_subflow(Channels& channels, Token token, const AddressPair& ends,
                             const std::string& what) {
  auto answer = channels.ask({.command = netlink::PmCommand::subflow_destroy,
                              .token = token,
                              .local = netlink::PmAddress{.address = ends.local},
                              .remote = netlink::PmAddress{.address = ends.remote}});
  if (!answer) return answer.error();
  if (answer->code == 0) return {};
  const bool kernel_managed = classify(*answer) == Refusal::not_userspace_managed ||
                              (answer->code == EINVAL && answer->text.empty());
  if (kernel_managed) return reset_subflow(channels, ends, what);
  return refusal_error(*answer, what);
}

std::string CloseOperation::what() const { return "closing " + describe(subflow_); }

std::optional<Completion> CloseOperation::advance() {
  if (!ends_) {
    if (auto asked = ask(); !asked) return failed(asked.error());
  }
  return verify();
}

Result<void> CloseOperation::ask() {
  auto live = target_.subflows_at_first();
  if (!live) return live.error();
  auto subflow = require_subflow(*live, subflow_, target_);
  if (!subflow) return subflow.error();
  const auto up = std::count_if(live->begin(), live->end(), is_up);
  if (is_up(*subflow) && up == 1 && last_ == LastSubflow::keep) {
    return Error{ErrorKind::invalid_argument, 0,
                 what() + ": it is the last one of " + target_.name() + "; say so if you mean it"};
  }
  auto destroyed = destroy_subflow(channels_, target_.token(), ends_of(*subflow), what());
  if (destroyed) ends_ = ends_of(*subflow);
  return destroyed;
}

std::optional<Completion> CloseOperation::verify() {
  auto live = target_.subflows(Depth::snapshot);
  if (!live) return failed(live.error());
  const Subflow* left = find_subflow(*live, *ends_);
  if (!left || !is_open(*left)) return Completion{};
  wake_again(1ms);
  return std::nullopt;
}

}  // namespace mptcp::paths

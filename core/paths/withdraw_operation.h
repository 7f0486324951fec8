// SPDX-License-Identifier: MIT
//
// Taking an address back: the peer is told, and the subflows that use it are closed.
#pragma once

#include "paths/guards.h"
#include "paths/operation.h"

namespace mptcp::paths {

class WithdrawOperation final : public Operation {
 public:
  WithdrawOperation(Channels& channels, Guards& guards, Target target, AddressId id)
      : Operation(channels, std::move(target)), guards_(guards), id_(id) {}

  std::string what() const override;

 protected:
  std::optional<Completion> advance() override;
  std::string missing() const override { return "subflows that use it are still there"; }

 private:
  bool uses_it(const Subflow& subflow) const;
  Result<void> check_others(const std::vector<Subflow>& live) const;
  Result<void> close_users(const std::vector<Subflow>& live);
  Result<void> remove();
  Result<netlink::Answer> ask_to_remove();
  Result<void> put_back();

  Guards& guards_;
  const AddressId id_;
  bool removed_ = false;
};

}  // namespace mptcp::paths

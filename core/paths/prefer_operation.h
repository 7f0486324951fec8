// SPDX-License-Identifier: MIT
//
// Making one subflow a backup at both ends, or a regular one again.
#pragma once

#include "paths/operation.h"

namespace mptcp::paths {

class PreferOperation final : public Operation {
 public:
  PreferOperation(Channels& channels, Target target, SubflowRef subflow, Priority priority)
      : Operation(channels, std::move(target)), subflow_(subflow), priority_(priority) {}

  std::string what() const override;

 protected:
  std::optional<Completion> advance() override;
  std::string missing() const override { return "the kernel has not set it"; }

 private:
  Result<void> ask();
  std::optional<Completion> verify();

  const SubflowRef subflow_;
  const Priority priority_;
  std::optional<AddressPair> ends_;  // once asked
};

}  // namespace mptcp::paths

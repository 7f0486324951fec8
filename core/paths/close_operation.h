// SPDX-License-Identifier: MIT
//
// Closing one subflow, under whichever path manager.
#pragma once

#include "paths/operation.h"

namespace mptcp::paths {

class CloseOperation final : public Operation {
 public:
  CloseOperation(Channels& channels, Target target, SubflowRef subflow, LastSubflow last)
      : Operation(channels, std::move(target)), subflow_(subflow), last_(last) {}

  std::string what() const override;

 protected:
  std::optional<Completion> advance() override;
  std::string missing() const override { return "the kernel still has it"; }

 private:
  Result<void> ask();
  std::optional<Completion> verify();

  const SubflowRef subflow_;
  const LastSubflow last_;
  std::optional<AddressPair> ends_;  // once asked
};

// Closes a subflow as its path manager allows.  Also for withdrawing an address.
Result<void> destroy_subflow(Channels& channels, Token token, const AddressPair& ends,
                             const std::string& what);

}  // namespace mptcp::paths

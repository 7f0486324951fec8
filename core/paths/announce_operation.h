// SPDX-License-Identifier: MIT
//
// Announcing an address to the peer, with the listener that its port needs.
#pragma once

#include "paths/guards.h"
#include "paths/operation.h"

namespace mptcp::paths {

// The request with its interface filled in; `invalid_argument` when it can never be announced.
Result<AnnounceRequest> complete_announcement(AnnounceRequest request);

class AnnounceOperation final : public Operation {
 public:
  AnnounceOperation(Channels& channels, Guards& guards, Target target, AnnounceRequest request)
      : Operation(channels, std::move(target)), guards_(guards), request_(std::move(request)) {}

  std::string what() const override { return "announcing " + format(request_.address); }

 protected:
  std::optional<Completion> advance() override;
  std::string missing() const override {
    return "addresses can be announced only after some data has crossed the connection";
  }

 private:
  Result<std::optional<Guard>> listen();
  Result<AddressId> announce();
  Result<AddressId> ask();

  Guards& guards_;
  const AnnounceRequest request_;
};

}  // namespace mptcp::paths

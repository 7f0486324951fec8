// SPDX-License-Identifier: MIT
//
// The endpoints and limits of the kernel's own path manager: for a whole namespace.
#pragma once

#include <mptcp/paths.h>

#include "paths/channels.h"

namespace mptcp::paths {

Result<std::vector<Endpoint>> list_endpoints(Channels& channels);
Result<AddressId> add_endpoint(Channels& channels, const Endpoint& endpoint);
Result<void> change_endpoint(Channels& channels, AddressId id, std::uint32_t flags);
Result<void> remove_endpoint(Channels& channels, AddressId id);
Result<void> flush_endpoints(Channels& channels);
Result<Limits> limits(Channels& channels);
Result<void> set_limits(Channels& channels, const Limits& limits);

}  // namespace mptcp::paths

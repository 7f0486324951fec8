// SPDX-License-Identifier: MIT
//
// A notification of the kernel, as the event that it is.
#pragma once

#include <mptcp/events.h>

#include "netlink/mptcp_pm.h"

namespace mptcp::events {

// Nothing for a kind that this version does not know, or one that lacks what names its object.
std::optional<Event> translate(const netlink::PmEvent& notice,
                               std::chrono::steady_clock::time_point time);

// A link-local address means something on one interface only; the kernel leaves the scope out.
Address with_scope(Address address, std::optional<InterfaceIndex> interface);

}  // namespace mptcp::events

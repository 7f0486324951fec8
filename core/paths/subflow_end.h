// SPDX-License-Identifier: MIT
//
// Why a subflow did not come up, and whether others may join yet.
#pragma once

#include "netlink/mptcp_pm.h"
#include "paths/target.h"

namespace mptcp::paths {

// Whether the kernel lets subflows be added and addresses be announced: the first acknowledgement
// at the MPTCP level has been seen.  Nothing where the kernel does not tell.
std::optional<bool> is_joinable(const Target& target);

// `end` is the notification of it, if one came; `answered`: the peer had answered the join.
Error subflow_end_error(const std::optional<netlink::PmEvent>& end, bool answered,
                        const std::string& what);

}  // namespace mptcp::paths

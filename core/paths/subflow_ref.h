// SPDX-License-Identifier: MIT
//
// Naming one subflow of a connection, and finding it again.
#pragma once

#include <mptcp/paths.h>

#include "paths/target.h"

namespace mptcp::paths {

std::string describe(const SubflowRef& subflow);  // "subflow 3", "10.0.0.1:5 -> 10.0.0.2:80"
std::string describe(const AddressPair& addresses);

// Able to carry data.
inline bool is_up(const Subflow& subflow) { return subflow.state == TcpState::established; }
// Not closed, and not closing either: the initial subflow says goodbye in the list.
bool is_open(const Subflow& subflow);

// Among those listed: in the form that the kernel keeps, v4-mapped or not, whichever form the
// caller used.  Nothing when it is not there.
const Subflow* find_subflow(const std::vector<Subflow>& subflows, const SubflowRef& subflow);

// The same among those that are open; `not_found` names what is missing.
Result<Subflow> require_subflow(const std::vector<Subflow>& subflows, const SubflowRef& subflow,
                                const Target& target);

inline AddressPair ends_of(const Subflow& subflow) { return {subflow.local, subflow.remote}; }

}  // namespace mptcp::paths

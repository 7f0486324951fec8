// SPDX-License-Identifier: MIT
//
// Connections and subflows, translated: for every room that hands some out.
#pragma once

#include <mptcp/connection.h>

#include "gate.h"

namespace mptcp::c {

mptcp_connection_info_t to_c(const ConnectionInfo& info);
mptcp_subflow_t to_c(const Subflow& subflow);

// As many as fit.
void put(OutputArray<mptcp_subflow_t>& array, std::span<const Subflow> subflows);

}  // namespace mptcp::c

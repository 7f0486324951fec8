// SPDX-License-Identifier: MIT
//
// Connections and subflows, translated: for every room that hands some out.
#pragma once

#include <mptcp/connection.h>

#include "gate.h"

namespace mptcp::c {

// All fields but `size`.
void write(const ConnectionInfo& info, mptcp_connection_info_t& out);
void write(const Subflow& subflow, mptcp_subflow_t& out);

// As many as fit, and says how many.
int put(OutputArray<mptcp_subflow_t>& array, std::span<const Subflow> subflows);

}  // namespace mptcp::c

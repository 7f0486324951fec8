// SPDX-License-Identifier: MIT
//
// One probe for each capability: it tries, and says what stood in its way.  None changes anything
// that outlives it.
#pragma once

#include <optional>
#include <string>

#include <mptcp/capabilities.h>

#include "kernel/kernel.h"

namespace mptcp::probes {

// As in CapabilityReport.
struct Lack {
  std::string reason;
  std::string remedy;
};
// Nothing when the capability is there.
using Probe = std::optional<Lack>(kernel::Kernel& kernel);

Probe probe_mptcp_sockets;
Probe probe_connection_info;
Probe probe_full_info;
Probe probe_subflow_detail;
Probe probe_connection_listing;
Probe probe_path_manager_query;
Probe probe_manage_paths;
Probe probe_userspace_path_manager;
Probe probe_change_path_manager;
Probe probe_convert_path_manager;
Probe probe_destroy_sockets;
Probe probe_events;
Probe probe_descriptor_passing;
Probe probe_network_lab;

// What everybody lacks who has no CAP_NET_ADMIN can be had so.
inline constexpr const char* become_administrator =
    "run it as root, or: sudo setcap cap_net_admin+ep PROGRAM";

}  // namespace mptcp::probes

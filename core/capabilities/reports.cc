// SPDX-License-Identifier: MIT
#include "capabilities/reports.h"

#include <algorithm>
#include <iterator>

#include "capabilities/probes.h"

namespace mptcp::probes {
namespace {

struct Row {
  Capability capability;
  Probe* probe;
};

// In the order of the enumeration.
constexpr Row rows[] = {
    {Capability::mptcp_sockets, probe_mptcp_sockets},
    {Capability::connection_info, probe_connection_info},
    {Capability::full_info, probe_full_info},
    {Capability::subflow_detail, probe_subflow_detail},
    {Capability::connection_listing, probe_connection_listing},
    {Capability::path_manager_query, probe_path_manager_query},
    {Capability::manage_paths, probe_manage_paths},
    {Capability::userspace_path_manager, probe_userspace_path_manager},
    {Capability::change_path_manager, probe_change_path_manager},
    {Capability::convert_path_manager, probe_convert_path_manager},
    {Capability::destroy_sockets, probe_destroy_sockets},
    {Capability::events, probe_events},
    {Capability::descriptor_passing, probe_descriptor_passing},
    {Capability::network_lab, probe_network_lab},
};

CapabilityReport report_row(kernel::Kernel& kernel, const Row& row) {
  if (kernel.is_switched_off(row.capability)) {
    return {row.capability, false, "switched off by LIBMPTCP_DISABLE", "unset LIBMPTCP_DISABLE"};
  }
  auto lack = row.probe(kernel);
  if (!lack) return {row.capability, true, "", ""};
  return {row.capability, false, std::move(lack->reason), std::move(lack->remedy)};
}

}  // namespace

std::vector<CapabilityReport> report_all(kernel::Kernel& kernel) {
  std::vector<CapabilityReport> reports;
  for (const Row& row : rows) reports.push_back(report_row(kernel, row));
  return reports;
}

CapabilityReport report(kernel::Kernel& kernel, Capability which) {
  return report_row(kernel, *std::find_if(std::begin(rows), std::end(rows),
                                          [&](const Row& row) { return row.capability == which; }));
}

}  // namespace mptcp::probes

namespace mptcp {

std::vector<CapabilityReport> capabilities() { return probes::report_all(kernel::system_kernel()); }

CapabilityReport capability(Capability which) {
  return probes::report(kernel::system_kernel(), which);
}

}  // namespace mptcp

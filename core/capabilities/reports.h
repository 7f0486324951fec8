// SPDX-License-Identifier: MIT
//
// <mptcp/capabilities.h> with the kernel given.
#pragma once

#include <mptcp/capabilities.h>

#include "kernel/kernel.h"

namespace mptcp::probes {

std::vector<CapabilityReport> report_all(kernel::Kernel& kernel);
CapabilityReport report(kernel::Kernel& kernel, Capability which);

}  // namespace mptcp::probes

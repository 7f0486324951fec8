// SPDX-License-Identifier: MIT
#include <mptcp/capabilities.h>

#include "gate.h"

namespace mptcp::c {

static mptcp_capability_report_t to_c(const CapabilityReport& report) {
  mptcp_capability_report_t out{};
  out.capability = static_cast<std::uint32_t>(report.capability);
  out.available = report.available ? 1 : 0;
  write_text(report.reason, out.reason, sizeof out.reason);
  write_text(report.remedy, out.remedy, sizeof out.remedy);
  return out;
}

namespace {

constexpr Capability last_capability = Capability::network_lab;

}  // namespace
}  // namespace mptcp::c

using namespace mptcp;

int mptcp_capability_list(mptcp_capability_report_t* reports, size_t report_size, size_t capacity,
                          size_t* total, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto array =
        c::OutputArray<mptcp_capability_report_t>::of(reports, report_size, capacity, "reports");
    if (!array) return array.error();
    const auto found = capabilities();
    const std::size_t fitting = std::min(capacity, found.size());
    for (std::size_t i = 0; i < fitting; ++i) array->put(i, c::to_c(found[i]));
    if (total) *total = found.size();
    return static_cast<int>(fitting);
  });
}

int mptcp_capability_get(int which, mptcp_capability_report_t* report, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto known = c::enumerator(which, c::last_capability, "capability");
    if (!known) return known.error();
    if (auto valid = c::check_output(report, "report"); !valid) return valid.error();
    const CapabilityReport found = capability(*known);
    c::write_struct(report, c::to_c(found));
    return found.available ? 1 : 0;
  });
}

const char* mptcp_capability_name(int capability) {
  return c::name_or_unknown(capability, c::last_capability);
}

const char* mptcp_capability_describe(int capability) {
  if (!c::enumerator(capability, c::last_capability, "capability")) return "unknown";
  return describe(static_cast<Capability>(capability)).data();
}

int mptcp_capability_parse(const char* text, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(text, "text"); !given) return given.error();
    auto capability = parse_capability(text);
    if (!capability) return capability.error();
    return static_cast<int>(*capability);
  });
}

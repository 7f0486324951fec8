// SPDX-License-Identifier: MIT
#include <mptcp/capabilities.h>

#include "boundary.h"
#include "value.h"

namespace mptcp::ruby {
namespace {

std::string_view description(const CapabilityReport& report) { return describe(report.capability); }

VALUE capabilities_native(VALUE) {
  return boundary([] {
    const auto reports = offload([] { return capabilities(); });
    return protect([&] { return to_ruby(reports); });
  });
}

VALUE capability_native(VALUE, VALUE word) {
  const auto which = read_word<Capability>(word, "a capability");
  return boundary([=] {
    const auto report = offload([=] { return capability(which); });
    return protect([&] { return to_ruby(report); });
  });
}

}  // namespace

void define_capabilities() {
  using Class = Value<CapabilityReport>;
  Class::define("CapabilityReport");
  Class::field<&CapabilityReport::capability>("capability");
  Class::field<&CapabilityReport::available>("available");
  Class::field<&CapabilityReport::reason>("reason");
  Class::field<&CapabilityReport::remedy>("remedy");
  Class::method<&CapabilityReport::available>("available?");
  Class::method<description>("description");
  Class::end();

  rb_define_singleton_method(mptcp_module(), "capabilities", capabilities_native, 0);
  rb_define_singleton_method(mptcp_module(), "capability", capability_native, 1);
}

}  // namespace mptcp::ruby

// SPDX-License-Identifier: MIT
#include "steer.h"

#include <fmt/core.h>

namespace mptcp::program {

Result<Steering> steer(const ConnectionName& name) {
  auto target = find_target(name);
  if (!target) return target.error();
  auto control = PathControl::direct();
  if (!control) return control.error();
  return Steering{std::move(*target), std::move(*control)};
}

Subflow with_id(const Target& target, Subflow subflow) {
  auto view = look(target);
  if (!view) return subflow;
  for (const Subflow& known : view->subflows) {
    if (known.local == subflow.local && known.remote == subflow.remote) subflow.id = known.id;
  }
  return subflow;
}

int report(bool json, const char* what_happened, const Subflow& subflow) {
  if (json) {
    print_json({value_field("subflow", subflow_record(subflow))});
  } else {
    print(fmt::format("{} subflow {}\n", what_happened, subflow_text(subflow)));
  }
  return done;
}

}  // namespace mptcp::program

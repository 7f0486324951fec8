// SPDX-License-Identifier: MIT
#include "paths/guards.h"

namespace mptcp::paths {

Result<void> Guards::keep(Token token, AddressId id, Guard guard) {
  int code = kernel_->epoll_add(epoll_, guard.descriptor());
  if (code < 0) return kernel::system_error(-code, "watching a listener for joins");
  kept_.push_back({token, id, std::move(guard)});
  return {};
}

void Guards::drop(Token token, AddressId id) {
  std::erase_if(kept_, [&](const Kept& kept) { return kept.token == token && kept.id == id; });
}

void Guards::drop_all(Token token) {
  std::erase_if(kept_, [&](const Kept& kept) { return kept.token == token; });
}

void Guards::turn_strangers_away() {
  for (Kept& kept : kept_) kept.guard.turn_strangers_away();
}

}  // namespace mptcp::paths

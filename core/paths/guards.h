// SPDX-License-Identifier: MIT
//
// The guarded listeners of one PathControl, each kept for one announcement.
#pragma once

#include <vector>

#include "paths/guard.h"

namespace mptcp::paths {

class Guards {
 public:
  // The listeners' descriptors are watched by `epoll`, which is not owned.
  Guards(kernel::Kernel& kernel, int epoll) : kernel_(&kernel), epoll_(epoll) {}

  Result<void> keep(Token token, AddressId id, Guard guard);
  void drop(Token token, AddressId id);
  void drop_all(Token token);
  void turn_strangers_away();

 private:
  struct Kept {
    Token token{};
    AddressId id{};
    Guard guard;
  };
  kernel::Kernel* kernel_;
  int epoll_;
  std::vector<Kept> kept_;
};

}  // namespace mptcp::paths

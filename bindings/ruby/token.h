// SPDX-License-Identifier: MIT
//
// A connection's token, as a class of its own: a number there is a descriptor.
#pragma once

#include <mptcp/base.h>

namespace mptcp::ruby {

struct TokenValue {
  Token token;
};

}  // namespace mptcp::ruby

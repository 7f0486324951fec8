// SPDX-License-Identifier: MIT
#pragma once

#include <ruby.h>

#include <mptcp/paths.h>

namespace mptcp::ruby {

// Endpoint flags: an Array of words, or of raw bits that have none.
std::uint32_t read_flags(VALUE words);

}  // namespace mptcp::ruby

// SPDX-License-Identifier: MIT
//
// Somebody's text in an error's message.
#pragma once

#include <string>
#include <string_view>

namespace mptcp {

// In quotes, and whatever the text holds, one line that is safe to print: control characters become
// question marks.
std::string quoted(std::string_view text);

}  // namespace mptcp

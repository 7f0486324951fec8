// SPDX-License-Identifier: MIT
#include "base/quoted.h"

namespace mptcp {

std::string quoted(std::string_view text) {
  std::string written = "\"";
  for (const char byte : text) {
    const bool is_control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
    written += is_control ? '?' : byte;
  }
  return written + "\"";
}

}  // namespace mptcp

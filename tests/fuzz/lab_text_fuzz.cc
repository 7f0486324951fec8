// SPDX-License-Identifier: MIT
//
// Descriptions of paths and changes, and what a lab's two sides say to each other.
#include <mptcp/lab.h>

#include "fuzz/fuzzed_kernel.h"
#include "lab/protocol.h"

using namespace mptcp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = fuzz::text_of(bytes, size);
  if (auto path = parse_path(text)) {
    const std::string written = format(*path);
    auto again = parse_path(written);
    fuzz::must(again && format(*again) == written);
  } else {
    fuzz::must(path.error().message.find('\n') == std::string::npos);
  }
  if (auto change = parse_change(text)) {
    const std::string written = format(*change);
    auto again = parse_change(written);
    fuzz::must(again && format(*again) == written);
  }
  if (auto greeting = lab::decode_greeting(text)) (void)lab::encode(*greeting);
  if (auto states = lab::decode_states(text)) (void)lab::encode(*states);
  (void)lab::decode_answer(text);
  return 0;
}

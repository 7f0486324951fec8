// SPDX-License-Identifier: MIT
//
// Frames on a lab's wire: counted, looked into, stripped of their MPTCP options.
#include "fuzz/fuzzed_kernel.h"
#include "lab/frame.h"

using namespace mptcp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < sizeof(kernel::OffloadHeader) + 1) return 0;  // the ring hands out no less
  const OptionKinds kinds = bytes[0] & option_all;
  // Of its own size on the heap, so that reading past the end shows.
  const std::vector<std::byte> copy(reinterpret_cast<const std::byte*>(bytes) + 1,
                                    reinterpret_cast<const std::byte*>(bytes) + size);
  lab::Frame frame = lab::make_frame(copy);
  fuzz::must(frame.bytes.size() == copy.size());
  const bool carried = lab::carries_options(frame, kinds);
  fuzz::must(lab::strip_options(frame, kinds) == carried);
  fuzz::must(!lab::carries_options(frame, kinds));
  fuzz::must(frame.bytes.size() == copy.size());
  return 0;
}

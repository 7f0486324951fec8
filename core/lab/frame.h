// SPDX-License-Identifier: MIT
//
// What a wire must know of a frame, and the one thing it may change in it: its MPTCP options.
//
// Frames come from whoever sends in the lab: nothing in them is trusted, and what is not
// understood has no options and passes.
#pragma once

#include <mptcp/lab_spec.h>

#include "kernel/packets.h"

namespace mptcp::lab {

struct Frame {
  std::vector<std::byte> bytes;  // an OffloadHeader and the frame
  std::uint32_t packets = 1;     // a burst counts as what it will be cut into
  std::uint32_t ip_bytes = 0;    // of all of them, with their headers
  bool is_counted = false;       // an IP packet for one host; the rest is the link's own talk
};

Frame make_frame(kernel::FrameBytes bytes);

// Whether a frame carries an MPTCP option of these kinds.
bool carries_options(const Frame& frame, OptionKinds kinds);
// Overwrites them with NOPs, as middleboxes do, and corrects the checksum.  True when there were
// any.
bool strip_options(Frame& frame, OptionKinds kinds);

}  // namespace mptcp::lab

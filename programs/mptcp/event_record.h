// SPDX-License-Identifier: MIT
//
// An event as a line.
#pragma once

#include <mptcp/events.h>

#include "output.h"

namespace mptcp::program {

Record event_record(const Event& event);
void print_event(const Event& event, bool json);

}  // namespace mptcp::program

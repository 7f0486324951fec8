// SPDX-License-Identifier: MIT
//
// Sockets of this process in the two hosts of a lab.
#pragma once

#include <mptcp/lab.h>

#include "support/connections.h"

namespace mptcp::test {

Lab start_lab(const std::vector<std::string>& paths, std::uint64_t seed = 1);

// Over one path, with the listener that it came from.  What fails, fails the test.
Connection connect_over(const Lab& lab, std::string_view path, Family family,
                        Transport transport = Transport::tcp);

// Changes a path as `mptcp lab path` would.
void change(Lab& lab, std::string_view path, std::string_view words);

// Waits until the counters say so, ten seconds at most.
bool eventually(Lab& lab, std::string_view path,
                const std::function<bool(const PathState&)>& holds);

}  // namespace mptcp::test

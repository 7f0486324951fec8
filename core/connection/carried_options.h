// SPDX-License-Identifier: MIT
//
// What a TCP socket's user has set, put onto the MPTCP socket that takes its place.
#pragma once

#include <mptcp/result.h>

#include "kernel/kernel.h"

namespace mptcp::connection {

// Copies every option in which `from` differs from `fresh`, a TCP socket that nobody has touched:
// copying the rest would change it (a buffer size, once written, no longer tunes itself).  Fails
// with `not_supported`, naming the option, when one cannot be carried over.  Options that
// nobody can read are not noticed: TCP_MD5SIG keys, multicast groups.
Result<void> carry_options(kernel::Kernel& kernel, int from, int fresh, int to);

}  // namespace mptcp::connection

// SPDX-License-Identifier: MIT
//
// A change carried out on a value, and a value seen as a change.
#pragma once

#include <mptcp/lab.h>

namespace mptcp::lab {

// Fails with `invalid_argument` when the path cannot have what is asked; then nothing changed.
Result<void> apply(const PathChange& change, PathSpec& path);

// The change that makes a path with defaults into this one.
PathChange change_from_default(const PathSpec& path);

}  // namespace mptcp::lab

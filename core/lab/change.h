// SPDX-License-Identifier: MIT
//
// A change carried out on a value, and a value seen as a change.
#pragma once

#include <mptcp/lab_spec.h>

namespace mptcp::lab {

// Fails with `invalid_argument` when a path cannot be like that.
Result<void> check(const PathSpec& path);

// Fails as check() does; then nothing changed.
Result<void> apply(const PathChange& change, PathSpec& path);

// The change that makes a path with defaults into this one.
PathChange change_from_default(const PathSpec& path);

}  // namespace mptcp::lab

// SPDX-License-Identifier: MIT
//
// Where running labs are found: a directory that only this user can use, with a socket for each
// lab that has a name.  A socket that nobody answers at is what a killed lab left; it is removed.
#pragma once

#include <mptcp/lab.h>

namespace mptcp::lab {

// The environment variable that holds the socket of the lab that a process runs in.
inline constexpr std::string_view lab_variable = "MPTCP_LAB";

// The socket for a lab that is to be called so; `already_exists` when one runs.
Result<std::string> reserve(const std::string& name);
// Connects to the lab of that name; the empty one as for Lab::attach().
Result<OwnedFd> connect(std::string_view name);
Result<std::vector<std::string>> list_running();

}  // namespace mptcp::lab

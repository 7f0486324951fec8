// SPDX-License-Identifier: MIT
//
// A lab as a text file, in TOML:
//
//   name = "two-access"
//   seed = 7
//   paths = ["name=wifi,50mbit,10ms", "name=lte,20mbit,40ms,loss=0.1%"]
//
//   [hosts.client]
//   path_manager = "userspace"
//   congestion_control = "cubic"
//   sysctls = { "net.ipv4.tcp_sack" = 1 }
//
// All of it may be left out; without hosts there are client and server.
#pragma once

#include <mptcp/lab.h>

namespace mptcp::program {

// Reads the file into `spec`.  Fails with `invalid_argument`, naming file, line and word; then
// `spec` is as it was.
Result<void> read_lab_file(const std::string& file, LabSpec& spec);
// The same of what is in a file; `file` is its name in errors.
Result<void> parse_lab_file(std::string_view text, const std::string& file, LabSpec& spec);

}  // namespace mptcp::program

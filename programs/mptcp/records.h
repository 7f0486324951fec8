// SPDX-License-Identifier: MIT
//
// The things that verbs show, as records (output.h).  One place says how a connection and a
// subflow look, so every verb shows them alike.
#pragma once

#include <mptcp/connection.h>
#include <mptcp/paths.h>

#include "output.h"
#include "view.h"

namespace mptcp::program {

Record connection_record(const Target& target);
// Every field of the kernel's mptcp_info, under its names.
Record info_record(const ConnectionInfo& info);
Record subflow_record(const Subflow& subflow);
// Connection, info and subflows in one document.
Record view_record(const View& view, const std::string& path_manager);

// "kernel", "userspace", or empty where this kernel does not tell.
std::string path_manager_of(const Target& target);

// "curl 1234:5", as far as it is known.
std::string process_text(const Target& target);
// The name of an interface, or its number when it has gone.
std::string interface_text(InterfaceIndex interface);

// "2  10.0.2.1:4321 -> 10.0.2.2:80"; the id only where it is known.
std::string subflow_text(const Subflow& subflow);

}  // namespace mptcp::program

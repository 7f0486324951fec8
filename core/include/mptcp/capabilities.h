// SPDX-License-Identifier: MIT
//
// What this machine, this user and this network namespace allow, found by trying;
// never guessed from a version number.
//
// Finding out opens and closes a few sockets of its own and changes nothing.  Any
// thread may ask; the answer holds for the calling thread's network namespace.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mptcp/result.h>

namespace mptcp {

enum class Capability : std::uint8_t {
  mptcp_sockets,           // socket(…, IPPROTO_MPTCP) works
  connection_info,         // MPTCP_INFO: status, token, totals
  full_info,               // MPTCP_FULL_INFO: subflow ids, one atomic snapshot
  subflow_detail,          // sock_diag tells backup bits and address ids
  connection_listing,      // sock_diag lists the connections of the namespace
  path_manager_query,      // which path manager a connection has
  manage_paths,            // CAP_NET_ADMIN over this namespace: path commands are accepted
  userspace_path_manager,  // the kernel has one
  change_path_manager,     // may set the namespace's path manager
  convert_path_manager,    // one unconnected socket can be converted alone
  destroy_sockets,         // SOCK_DESTROY: subflows close under the kernel's manager too
  events,                  // may subscribe to the kernel's notifications
  descriptor_passing,      // pidfd_getfd: descriptors of the user's other processes
  network_lab,             // namespaces and packet sockets, for `mptcp lab`
};

// "mptcp_sockets", …
std::string_view name(Capability capability);
// One sentence: what a program can do with it.
std::string_view describe(Capability capability);
Result<Capability> parse_capability(std::string_view text);

struct CapabilityReport {
  Capability capability{};
  bool available = false;
  std::string reason;  // why not, in the kernel's words where it has some; empty when available
  std::string remedy;  // what to do about it: a command, a setting, a newer kernel; may be empty
};

// One report for every Capability, in their order.
//
// A capability named in the environment variable LIBMPTCP_DISABLE (comma separated) counts as
// absent: reported so here, and not used by the rest of the library, which then does what it does
// on a machine that lacks it.  For tests.  Ignored in set-user-ID programs.
std::vector<CapabilityReport> capabilities();

// The report of one.
CapabilityReport capability(Capability which);

}  // namespace mptcp

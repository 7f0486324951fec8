// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>

#include <mptcp/capabilities.h>

#include "base/quoted.h"

namespace mptcp {
namespace {

struct Word {
  Capability capability;
  std::string_view name;
  std::string_view description;
};

constexpr Word words[] = {
    {Capability::mptcp_sockets, "mptcp_sockets", "Sockets that speak Multipath TCP."},
    {Capability::connection_info, "connection_info",
     "Learn whether a connection is MPTCP now, its token and its totals."},
    {Capability::full_info, "full_info",
     "List the subflows of a connection with their ids, as one atomic snapshot."},
    {Capability::subflow_detail, "subflow_detail",
     "Learn a subflow's address ids and backup bits."},
    {Capability::connection_listing, "connection_listing",
     "List the MPTCP connections of the whole namespace."},
    {Capability::path_manager_query, "path_manager_query",
     "Learn which path manager a connection has."},
    {Capability::manage_paths, "manage_paths", "Open, close, prefer and announce paths, directly."},
    {Capability::userspace_path_manager, "userspace_path_manager",
     "Connections whose paths are managed by programs instead of the kernel."},
    {Capability::change_path_manager, "change_path_manager",
     "Set the path manager of the namespace's new connections."},
    {Capability::convert_path_manager, "convert_path_manager",
     "Put one unconnected socket under the userspace path manager."},
    {Capability::destroy_sockets, "destroy_sockets",
     "Close a subflow under the kernel's path manager."},
    {Capability::events, "events", "Be notified by the kernel of what happens to connections."},
    {Capability::descriptor_passing, "descriptor_passing",
     "Look at connections of the user's other processes through their own descriptors."},
    {Capability::network_lab, "network_lab",
     "Make networks of namespaces on this machine, for experiments and tests."},
};

const Word& word_of(Capability capability) {
  return *std::find_if(std::begin(words), std::end(words),
                       [&](const Word& word) { return word.capability == capability; });
}

}  // namespace

std::string_view name(Capability capability) { return word_of(capability).name; }
std::string_view describe(Capability capability) { return word_of(capability).description; }

Result<Capability> parse_capability(std::string_view text) {
  for (const Word& word : words) {
    if (word.name == text) return word.capability;
  }
  return Error{ErrorKind::invalid_argument, 0, quoted(text) + " is not a capability"};
}

}  // namespace mptcp

// SPDX-License-Identifier: MIT
//
// What can be learnt of a connection now.
//
// Subflow ids are told to a connection's owner only.  Where this user may, its descriptor is
// borrowed for an instant; otherwise everything else is learnt by token, and ids stay unknown.
#pragma once

#include <vector>

#include <mptcp/connection.h>
#include <mptcp/paths.h>

#include "connection_name.h"
#include "target.h"

namespace mptcp::program {

// How a connection is now.
struct View {
  Target target;
  ConnectionInfo info;
  std::vector<Subflow> subflows;
  bool has_ids = false;
};
// Fails with `not_found` when it is gone, `fell_back` when it is plain TCP now.
Result<View> look(const Target& target);

// The one live subflow that a name means; its addresses are in the kernel's own form.
Result<Subflow> find_subflow(const Target& target, const SubflowName& name);

AddressPair addresses_of(const Subflow& subflow);

}  // namespace mptcp::program

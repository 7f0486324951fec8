// SPDX-License-Identifier: MIT
//
// What the kernel says when it refuses a command of its path manager, in terms that a caller can
// act on.  Kernels agree on the errno and differ in the words; where only the words tell two causes
// apart, the errno decides alone on kernels that say nothing.
#pragma once

#include "netlink/socket.h"

namespace mptcp::paths {

enum class Refusal : std::uint8_t {
  not_permitted,
  no_such_connection,
  not_userspace_managed,
  id_mismatch,  // (address, port) and id contradict the kernel's list
  no_such_id,
  no_such_subflow,
  not_joinable,  // ENOTCONN: no data has crossed yet, or an end has shut down
  other,
};
Refusal classify(const netlink::Answer& answer);

// The error for it; `what` says what was attempted, on what.
Error refusal_error(const netlink::Answer& answer, std::string what);

// The same for an errno that a subflow ended with.
Error subflow_error(int os_code, std::string what);

// Under the kernel's path manager: what can be done about it.
Error kernel_managed(const std::string& what);

}  // namespace mptcp::paths

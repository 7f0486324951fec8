// SPDX-License-Identifier: MIT
//
// Turning MPTCP on, with the kernel given.  The promises are those of <mptcp/connection.h>.
#pragma once

#include <mptcp/connection.h>

#include "kernel/kernel.h"

namespace mptcp::connection {

Result<OwnedFd> open_socket(kernel::Kernel& kernel, Family family, Fallback fallback,
                            Blocking blocking);
Result<Transport> enable(kernel::Kernel& kernel, int fd, Fallback fallback);

// Why the kernel refused to open an MPTCP socket: `not_supported`, `disabled` or something that
// plain TCP would suffer from as well.  Give the positive errno.
Error open_failure(int os_code);

}  // namespace mptcp::connection

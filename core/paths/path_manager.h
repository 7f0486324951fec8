// SPDX-License-Identifier: MIT
//
// Who looks after a connection's paths: the kernel, or programs.  Fixed when the socket is made.
#pragma once

#include <mptcp/paths.h>

#include "paths/channels.h"

namespace mptcp::paths {

Result<PathManager> path_manager(Channels& channels, ConnectionRef connection);
Result<PathManager> namespace_path_manager(kernel::Kernel& kernel);
Result<void> set_namespace_path_manager(kernel::Kernel& kernel, PathManager manager);
Result<void> convert_path_manager(Channels& channels, int fd);

}  // namespace mptcp::paths

// SPDX-License-Identifier: MIT
#include <mptcp/connection.h>

#include "connection/reader.h"

namespace mptcp {

using kernel::system_kernel;

Result<Status> status(int fd) { return connection::status(system_kernel(), fd); }
Result<ConnectionInfo> info(int fd) { return connection::info(system_kernel(), fd); }

Result<std::vector<Subflow>> subflows(int fd, Depth depth) {
  return connection::subflows(system_kernel(), fd, depth);
}

Result<SubflowCount> subflows(int fd, std::span<Subflow> storage, Depth depth) {
  return connection::subflows(system_kernel(), fd, storage, depth);
}

Result<std::vector<ListedConnection>> list_connections() {
  return connection::list_connections(system_kernel());
}

Result<ListedConnection> find_connection(Token token) {
  return connection::find_connection(system_kernel(), token);
}

}  // namespace mptcp

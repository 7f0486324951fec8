// SPDX-License-Identifier: MIT
#include "connection.h"

static_assert(sizeof(mptcp_listed_connection_t) == 128);

struct mptcp_connection_list_t {
  std::vector<mptcp::ListedConnection> connections;
};

namespace mptcp::c {

static mptcp_listed_connection_t to_c(const ListedConnection& connection) {
  mptcp_listed_connection_t out{};
  out.token = number(connection.token);
  out.state = static_cast<std::uint32_t>(connection.state);
  out.owner = connection.owner;
  out.inode = connection.inode;
  out.local = c::to_c(connection.local);
  out.remote = c::to_c(connection.remote);
  write_optional(connection.pid, out.pid, LIBMPTCP_LISTED_HAS_PID, out.present);
  write_optional(connection.fd, out.fd, LIBMPTCP_LISTED_HAS_FD, out.present);
  write_text(connection.process, out.process, sizeof out.process);
  return out;
}

namespace {

Result<const ListedConnection*> at(const mptcp_connection_list_t* list, std::size_t index) {
  if (auto given = require(list, "list"); !given) return given.error();
  if (index >= list->connections.size()) {
    return invalid_argument("index " + std::to_string(index) + " of a list of " +
                            std::to_string(list->connections.size()));
  }
  return &list->connections[index];
}

}  // namespace
}  // namespace mptcp::c

using namespace mptcp;

int mptcp_descriptor_borrow(int pid, int fd, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto borrowed = borrow_descriptor(pid, fd);
    if (!borrowed) return borrowed.error();
    return borrowed->release();
  });
}

int mptcp_connection_list_open(mptcp_connection_list_t** list, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(list, "list"); !given) return given.error();
    auto found = list_connections();
    if (!found) return found.error();
    const auto count = static_cast<int>(found->size());
    *list = new mptcp_connection_list_t{std::move(*found)};
    return count;
  });
}

void mptcp_connection_list_close(mptcp_connection_list_t* list) { delete list; }

int mptcp_connection_list_get(const mptcp_connection_list_t* list, size_t index,
                              mptcp_listed_connection_t* out, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto connection = c::at(list, index);
    if (!connection) return connection.error();
    if (auto valid = c::require_output(out, "connection"); !valid) return valid;
    c::write_struct(out, c::to_c(**connection));
    return {};
  });
}

int mptcp_connection_list_get_info(const mptcp_connection_list_t* list, size_t index,
                                   mptcp_connection_info_t* out, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto connection = c::at(list, index);
    if (!connection) return connection.error();
    if (auto valid = c::require_output(out, "info"); !valid) return valid;
    c::write_struct(out, [&](auto& to) { c::write((*connection)->info, to); });
    return {};
  });
}

int mptcp_connection_list_get_subflows(const mptcp_connection_list_t* list, size_t index,
                                       mptcp_subflow_t* out, size_t subflow_size, size_t capacity,
                                       size_t* total, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto connection = c::at(list, index);
    if (!connection) return connection.error();
    auto array = c::OutputArray<mptcp_subflow_t>::of(out, subflow_size, capacity, "subflows");
    if (!array) return array.error();
    const auto& subflows = (*connection)->subflows;
    c::put(*array, subflows);
    if (total) *total = subflows.size();
    return static_cast<int>(std::min(capacity, subflows.size()));
  });
}

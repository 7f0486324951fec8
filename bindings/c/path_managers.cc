// SPDX-License-Identifier: MIT
#include "path_control.h"

using namespace mptcp;

const char* mptcp_path_manager_name(int manager) {
  return c::name_or_unknown(manager, PathManager::other);
}

int mptcp_connection_get_path_manager(mptcp_path_control_t* handle,
                                      mptcp_connection_ref_t connection, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    auto which = c::from_c(connection);
    if (!which) return which.error();
    auto manager = (*control)->path_manager(*which);
    if (!manager) return manager.error();
    return static_cast<int>(*manager);
  });
}

int mptcp_namespace_get_path_manager(mptcp_path_control_t* handle, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    auto manager = (*control)->namespace_path_manager();
    if (!manager) return manager.error();
    return static_cast<int>(*manager);
  });
}

int mptcp_namespace_set_path_manager(mptcp_path_control_t* handle, int manager,
                                     mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    auto wanted = c::enumerator(manager, PathManager::other, "path manager");
    if (!wanted) return wanted.error();
    return (*control)->set_namespace_path_manager(*wanted);
  });
}

int mptcp_socket_convert_path_manager(mptcp_path_control_t* handle, int fd, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    return (*control)->convert_path_manager(fd);
  });
}

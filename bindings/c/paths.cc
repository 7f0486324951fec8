// SPDX-License-Identifier: MIT
//
// Each operation in its two forms: what waits, and what starts and returns.
#include "path_control.h"

namespace mptcp::c {
namespace {

// What every operation is given.
struct Target {
  PathControl* control;
  ConnectionRef connection;
  Deadline deadline;
};

Result<Target> target(mptcp_path_control_t* handle, mptcp_connection_ref_t connection,
                      int timeout_ms) {
  auto control = control_of(handle);
  if (!control) return control.error();
  auto which = from_c(connection);
  if (!which) return which.error();
  auto deadline = deadline_after(timeout_ms);
  if (!deadline) return deadline.error();
  return Target{*control, *which, *deadline};
}

Result<LastSubflow> last_subflow(std::uint32_t flags) {
  auto known = require_flags(flags, LIBMPTCP_CLOSE_MAY_CLOSE_LAST, "flags");
  if (!known) return known.error();
  return flags & LIBMPTCP_CLOSE_MAY_CLOSE_LAST ? LastSubflow::may_close : LastSubflow::keep;
}

Result<void> write_operation(const Result<OperationId>& started, std::uint64_t* operation) {
  if (!started) return started.error();
  if (operation) *operation = number(*started);
  return {};
}

}  // namespace
}  // namespace mptcp::c

using namespace mptcp;

int mptcp_subflow_open(mptcp_path_control_t* control, mptcp_connection_ref_t connection,
                       const mptcp_open_request_t* request, int timeout_ms,
                       mptcp_subflow_t* subflow, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto on = c::target(control, connection, timeout_ms);
    if (!on) return on.error();
    auto wanted = c::from_c(request);
    if (!wanted) return wanted.error();
    if (auto valid = c::check_output(subflow, "subflow"); !valid) return valid;
    auto opened = on->control->open(on->connection, *wanted, on->deadline);
    if (!opened) return opened.error();
    c::write_struct(subflow, [&](auto& to) { c::write(*opened, to); });
    return {};
  });
}

int mptcp_subflow_close(mptcp_path_control_t* control, mptcp_connection_ref_t connection,
                        const mptcp_subflow_ref_t* which, uint32_t flags, int timeout_ms,
                        mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto on = c::target(control, connection, timeout_ms);
    if (!on) return on.error();
    auto subflow = c::from_c(which);
    if (!subflow) return subflow.error();
    auto last = c::last_subflow(flags);
    if (!last) return last.error();
    return on->control->close(on->connection, *subflow, on->deadline, *last);
  });
}

int mptcp_subflow_prefer(mptcp_path_control_t* control, mptcp_connection_ref_t connection,
                         const mptcp_subflow_ref_t* which, int priority, int timeout_ms,
                         mptcp_subflow_t* out, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto on = c::target(control, connection, timeout_ms);
    if (!on) return on.error();
    auto subflow = c::from_c(which);
    if (!subflow) return subflow.error();
    auto wanted = c::enumerator(priority, Priority::backup, "priority");
    if (!wanted) return wanted.error();
    if (auto valid = c::check_output(out, "subflow"); !valid) return valid;
    auto preferred = on->control->prefer(on->connection, *subflow, *wanted, on->deadline);
    if (!preferred) return preferred.error();
    c::write_struct(out, [&](auto& to) { c::write(*preferred, to); });
    return {};
  });
}

int mptcp_address_announce(mptcp_path_control_t* control, mptcp_connection_ref_t connection,
                           const mptcp_announce_request_t* request, int timeout_ms,
                           mptcp_announcement_t* out, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto on = c::target(control, connection, timeout_ms);
    if (!on) return on.error();
    auto wanted = c::from_c(request);
    if (!wanted) return wanted.error();
    if (auto valid = c::check_output(out, "announcement"); !valid) return valid;
    auto announced = on->control->announce(on->connection, *wanted, on->deadline);
    if (!announced) return announced.error();
    c::write_struct(out, c::to_c(*announced));
    return {};
  });
}

int mptcp_address_withdraw(mptcp_path_control_t* control, mptcp_connection_ref_t connection,
                           uint32_t id, int timeout_ms, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto on = c::target(control, connection, timeout_ms);
    if (!on) return on.error();
    auto address = c::address_id(id);
    if (!address) return address.error();
    return on->control->withdraw(on->connection, *address, on->deadline);
  });
}

int mptcp_subflow_start_open(mptcp_path_control_t* control, mptcp_connection_ref_t connection,
                             const mptcp_open_request_t* request, int timeout_ms,
                             uint64_t* operation, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto on = c::target(control, connection, timeout_ms);
    if (!on) return on.error();
    auto wanted = c::from_c(request);
    if (!wanted) return wanted.error();
    return c::write_operation(on->control->start_open(on->connection, *wanted, on->deadline),
                              operation);
  });
}

int mptcp_subflow_start_close(mptcp_path_control_t* control, mptcp_connection_ref_t connection,
                              const mptcp_subflow_ref_t* which, uint32_t flags, int timeout_ms,
                              uint64_t* operation, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto on = c::target(control, connection, timeout_ms);
    if (!on) return on.error();
    auto subflow = c::from_c(which);
    if (!subflow) return subflow.error();
    auto last = c::last_subflow(flags);
    if (!last) return last.error();
    return c::write_operation(
        on->control->start_close(on->connection, *subflow, on->deadline, *last), operation);
  });
}

int mptcp_subflow_start_prefer(mptcp_path_control_t* control, mptcp_connection_ref_t connection,
                               const mptcp_subflow_ref_t* which, int priority, int timeout_ms,
                               uint64_t* operation, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto on = c::target(control, connection, timeout_ms);
    if (!on) return on.error();
    auto subflow = c::from_c(which);
    if (!subflow) return subflow.error();
    auto wanted = c::enumerator(priority, Priority::backup, "priority");
    if (!wanted) return wanted.error();
    return c::write_operation(
        on->control->start_prefer(on->connection, *subflow, *wanted, on->deadline), operation);
  });
}

int mptcp_address_start_announce(mptcp_path_control_t* control, mptcp_connection_ref_t connection,
                                 const mptcp_announce_request_t* request, int timeout_ms,
                                 uint64_t* operation, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto on = c::target(control, connection, timeout_ms);
    if (!on) return on.error();
    auto wanted = c::from_c(request);
    if (!wanted) return wanted.error();
    return c::write_operation(on->control->start_announce(on->connection, *wanted, on->deadline),
                              operation);
  });
}

int mptcp_address_start_withdraw(mptcp_path_control_t* control, mptcp_connection_ref_t connection,
                                 uint32_t id, int timeout_ms, uint64_t* operation,
                                 mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto on = c::target(control, connection, timeout_ms);
    if (!on) return on.error();
    auto address = c::address_id(id);
    if (!address) return address.error();
    return c::write_operation(on->control->start_withdraw(on->connection, *address, on->deadline),
                              operation);
  });
}

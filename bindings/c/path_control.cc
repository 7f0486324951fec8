// SPDX-License-Identifier: MIT
#include "path_control.h"

static_assert(sizeof(mptcp_completion_t) == 24);

namespace mptcp::c {
namespace {

// Where process() writes; each may be NULL.
struct Outputs {
  mptcp_completion_t* completion;
  mptcp_subflow_t* subflow;
  mptcp_announcement_t* announcement;
  mptcp_error_t* failure;
};

Result<void> check(const Outputs& to) {
  if (auto valid = require_output(to.completion, "completion"); !valid) return valid;
  if (auto valid = check_output(to.subflow, "subflow"); !valid) return valid;
  return check_output(to.announcement, "announcement");
}

void hand_out(const Completion& finished, const Outputs& to) {
  mptcp_completion_t out{};
  out.operation = number(finished.operation);
  if (finished.error) out.result = fail(*finished.error, to.failure);
  if (finished.subflow) {
    out.present |= LIBMPTCP_COMPLETION_HAS_SUBFLOW;
    write_struct(to.subflow, [&](auto& subflow) { write(*finished.subflow, subflow); });
  }
  if (finished.announcement) {
    out.present |= LIBMPTCP_COMPLETION_HAS_ANNOUNCEMENT;
    write_struct(to.announcement, to_c(*finished.announcement));
  }
  write_struct(to.completion, out);
}

// An operation that process() already found finished.
std::optional<Completion> take(std::deque<Completion>& finished, OperationId operation) {
  const auto found = std::find_if(finished.begin(), finished.end(), [&](const Completion& one) {
    return one.operation == operation;
  });
  if (found == finished.end()) return std::nullopt;
  Completion taken = std::move(*found);
  finished.erase(found);
  return taken;
}

}  // namespace
}  // namespace mptcp::c

using namespace mptcp;

int mptcp_path_control_open_direct(mptcp_path_control_t** control, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require(control, "control"); !given) return given;
    auto opened = PathControl::direct();
    if (!opened) return opened.error();
    *control = new mptcp_path_control_t{std::move(*opened), {}};
    return {};
  });
}

void mptcp_path_control_close(mptcp_path_control_t* control) { delete control; }

int mptcp_path_control_cancel(mptcp_path_control_t* handle, uint64_t operation,
                              mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    (*control)->cancel(OperationId{operation});
    c::take(handle->finished, OperationId{operation});
    return {};
  });
}

int mptcp_path_control_descriptor(const mptcp_path_control_t* control, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(control, "path control"); !given) return given.error();
    return control->control->descriptor();
  });
}

int mptcp_path_control_process(mptcp_path_control_t* handle, mptcp_completion_t* completion,
                               mptcp_subflow_t* subflow, mptcp_announcement_t* announcement,
                               mptcp_error_t* failure, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    const c::Outputs outputs{completion, subflow, announcement, failure};
    if (auto valid = c::check(outputs); !valid) return valid.error();
    auto& finished = handle->finished;
    if (finished.empty()) {
      auto fresh = (*control)->process();
      if (!fresh) return fresh.error();
      finished.assign(fresh->begin(), fresh->end());
    }
    if (finished.empty()) return 0;
    c::hand_out(finished.front(), outputs);
    finished.pop_front();
    return 1;
  });
}

int mptcp_path_control_wait(mptcp_path_control_t* handle, uint64_t operation,
                            mptcp_completion_t* completion, mptcp_subflow_t* subflow,
                            mptcp_announcement_t* announcement, mptcp_error_t* failure,
                            mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    const c::Outputs outputs{completion, subflow, announcement, failure};
    if (auto valid = c::check(outputs); !valid) return valid;
    auto finished = c::take(handle->finished, OperationId{operation});
    if (!finished) {
      auto waited = (*control)->wait(OperationId{operation});
      if (!waited) return waited.error();
      finished = std::move(*waited);
    }
    c::hand_out(*finished, outputs);
    return {};
  });
}

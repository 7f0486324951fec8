// SPDX-License-Identifier: MIT
//
// The waiting forms: begin, wait, unpack.
#include "paths/direct_control.h"

namespace mptcp {
namespace {

template <class T>
Result<T> unpack(Result<Completion> completion, std::optional<T> Completion::*field) {
  if (!completion) return completion.error();
  return *((*completion).*field);
}

Result<void> unpack(const Result<Completion>& completion) {
  if (!completion) return completion.error();
  return {};
}

}  // namespace

template <class Start>
Result<Completion> PathControl::finish(Start start) {
  caller_waits_ = true;
  Result<OperationId> started = start();
  Result<Completion> completion = started ? wait(*started) : Result<Completion>(started.error());
  caller_waits_ = false;
  if (completion && completion->error) return *completion->error;
  return completion;
}

std::string_view name(PathManager manager) {
  switch (manager) {
    case PathManager::kernel:
      return "kernel";
    case PathManager::userspace:
      return "userspace";
    case PathManager::other:
      return "other";
  }
  return "";
}

Result<std::unique_ptr<PathControl>> PathControl::direct() {
  return paths::DirectControl::open(kernel::system_kernel());
}

Result<Subflow> PathControl::open(ConnectionRef connection, const OpenRequest& request,
                                  Deadline deadline) {
  return unpack(finish([&] { return start_open(connection, request, deadline); }),
                &Completion::subflow);
}

Result<void> PathControl::close(ConnectionRef connection, SubflowRef subflow, Deadline deadline,
                                LastSubflow last) {
  return unpack(finish([&] { return start_close(connection, subflow, deadline, last); }));
}

Result<Subflow> PathControl::prefer(ConnectionRef connection, SubflowRef subflow, Priority priority,
                                    Deadline deadline) {
  return unpack(finish([&] { return start_prefer(connection, subflow, priority, deadline); }),
                &Completion::subflow);
}

Result<Announcement> PathControl::announce(ConnectionRef connection, const AnnounceRequest& request,
                                           Deadline deadline) {
  return unpack(finish([&] { return start_announce(connection, request, deadline); }),
                &Completion::announcement);
}

Result<void> PathControl::withdraw(ConnectionRef connection, AddressId id, Deadline deadline) {
  return unpack(finish([&] { return start_withdraw(connection, id, deadline); }));
}

}  // namespace mptcp

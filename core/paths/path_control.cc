// SPDX-License-Identifier: MIT
//
// The waiting forms: begin, wait, unpack.
#include "paths/direct_control.h"

namespace mptcp {
namespace {

Result<Completion> finish(PathControl& control, Result<OperationId> started) {
  if (!started) return started.error();
  auto completion = control.wait(*started);
  if (completion && completion->error) return *completion->error;
  return completion;
}

template <class T>
Result<T> unpack(Result<Completion> completion, std::optional<T> Completion::*field) {
  if (!completion) return completion.error();
  return *((*completion).*field);
}

}  // namespace

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
  return unpack(finish(*this, start_open(connection, request, deadline)), &Completion::subflow);
}

Result<void> PathControl::close(ConnectionRef connection, SubflowRef subflow, Deadline deadline,
                                LastSubflow last) {
  auto completion = finish(*this, start_close(connection, subflow, deadline, last));
  if (!completion) return completion.error();
  return {};
}

Result<Subflow> PathControl::prefer(ConnectionRef connection, SubflowRef subflow, Priority priority,
                                    Deadline deadline) {
  return unpack(finish(*this, start_prefer(connection, subflow, priority, deadline)),
                &Completion::subflow);
}

Result<Announcement> PathControl::announce(ConnectionRef connection, const AnnounceRequest& request,
                                           Deadline deadline) {
  return unpack(finish(*this, start_announce(connection, request, deadline)),
                &Completion::announcement);
}

Result<void> PathControl::withdraw(ConnectionRef connection, AddressId id, Deadline deadline) {
  auto completion = finish(*this, start_withdraw(connection, id, deadline));
  if (!completion) return completion.error();
  return {};
}

}  // namespace mptcp

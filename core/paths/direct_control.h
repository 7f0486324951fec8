// SPDX-License-Identifier: MIT
//
// The PathControl that speaks to the kernel itself.
//
// It runs operations: hands them notifications, steps them when something may have changed, and
// enforces their deadlines.  What an operation does is its own file.
#pragma once

#include <map>

#include "paths/guards.h"
#include "paths/operation.h"

namespace mptcp::paths {

class DirectControl final : public PathControl {
 public:
  static Result<std::unique_ptr<PathControl>> open(kernel::Kernel& kernel);

  Result<OperationId> start_open(ConnectionRef, const OpenRequest&, Deadline) override;
  Result<OperationId> start_close(ConnectionRef, SubflowRef, Deadline, LastSubflow) override;
  Result<OperationId> start_prefer(ConnectionRef, SubflowRef, Priority, Deadline) override;
  Result<OperationId> start_announce(ConnectionRef, const AnnounceRequest&, Deadline) override;
  Result<OperationId> start_withdraw(ConnectionRef, AddressId, Deadline) override;
  void cancel(OperationId operation) override;

  int descriptor() const override { return epoll_.get(); }
  Result<std::vector<Completion>> process() override;
  Result<Completion> wait(OperationId operation) override;

  Result<PathManager> path_manager(ConnectionRef connection) override;
  Result<PathManager> namespace_path_manager() override;
  Result<void> set_namespace_path_manager(PathManager manager) override;
  Result<void> convert_path_manager(int fd) override;

  Result<std::vector<Endpoint>> list_endpoints() override;
  Result<AddressId> add_endpoint(const Endpoint& endpoint) override;
  Result<void> change_endpoint(AddressId id, std::uint32_t flags) override;
  Result<void> remove_endpoint(AddressId id) override;
  Result<void> flush_endpoints() override;
  Result<Limits> limits() override;
  Result<void> set_limits(const Limits& limits) override;

 private:
  struct Running {
    std::unique_ptr<Operation> operation;
    Deadline deadline;
  };

  DirectControl(Channels channels, OwnedFd epoll, OwnedFd timer);
  void subscribe();

  Result<Target> target(ConnectionRef connection);
  OperationId start(std::unique_ptr<Operation> operation, Deadline deadline);
  void work();
  void drain_notifications();
  void hear(const netlink::PmEvent& event);
  void step(OperationId id, Running& running);
  std::optional<TimePoint> next_wake() const;
  void wake_for_what_runs();
  void listen_if_needed();
  void set_timer();
  std::optional<Completion> take(OperationId operation);

  Channels channels_;
  OwnedFd epoll_;
  OwnedFd timer_;
  // Notifications.  The socket stays subscribed all the time, because a kernel with no subscriber
  // refuses joins to userspace-managed connections; it is polled only while an operation runs.
  // The kernel counts subscribers of the whole machine, in whatever namespace: no test can be sure
  // to be without one.
  std::optional<netlink::Socket> notifications_;
  std::optional<Error> not_subscribed_;  // why there are none
  bool listening_ = false;

  Guards guards_;
  std::map<OperationId, Running> running_;
  std::vector<Completion> finished_;
  std::optional<TimePoint> timer_set_to_;
  std::uint64_t last_operation_ = 0;
};

}  // namespace mptcp::paths

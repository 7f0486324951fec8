// SPDX-License-Identifier: MIT
//
// Opening one subflow: ask, wait for the peer's answer, and make sure that it stays.
#pragma once

#include "paths/operation.h"
#include "paths/route.h"

namespace mptcp::paths {

class OpenOperation final : public Operation {
 public:
  OpenOperation(Channels& channels, Target target, Route route, const OpenRequest& request);

  void hear(const netlink::PmEvent& event) override;
  void overflowed() override;
  Error give_up() override;
  std::string what() const override;

 protected:
  std::optional<Completion> advance() override;
  std::string missing() const override;

 private:
  // What is known of the new subflow.
  enum class Progress : std::uint8_t { not_asked, asked, answered };

  std::optional<Completion> ask();
  std::optional<Completion> refused(const netlink::Answer& answer);
  netlink::PmRequest request_of(AddressId id) const;
  void claim(const std::vector<Subflow>& live);

  std::optional<Completion> look();
  std::optional<Completion> confirm(const Subflow& subflow);
  bool is_confirmed(const Subflow& subflow);
  std::optional<Completion> gone();
  bool is_ours(const netlink::PmEvent& event) const;
  Error reason() const;

  const Route route_;
  const Priority priority_;
  const std::optional<AddressId> wanted_id_;
  const std::optional<AddressId> remote_id_;

  Progress progress_ = Progress::not_asked;
  AddressId id_{};
  bool may_ask_ = true;
  bool claimed_ = false;
  bool asked_kernel_for_ids_ = false;
  bool was_joinable_ = false;
  bool deaf_ = false;                      // notifications were lost: look instead
  std::vector<Subflow> before_;            // when we asked
  std::optional<AddressPair> ends_;        // of the new one, once seen
  std::optional<netlink::PmEvent> end_;    // its end, when it was reported
  std::optional<TimePoint> missed_since_;  // it is gone, and nobody has said why yet
  std::optional<TimePoint> answered_at_;
};

}  // namespace mptcp::paths

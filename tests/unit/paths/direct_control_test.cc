// SPDX-License-Identifier: MIT
//
// What is asked of the kernel, and what becomes of its answers.
#include "paths/direct_control.h"

#include <gtest/gtest.h>

#include "support/scripted_manager.h"

namespace mptcp::paths {
namespace {

using namespace std::chrono_literals;
using netlink::PmCommand;
using test::ScriptedManager;

Address at(const std::string& text) { return parse_address(text).value(); }

class Control : public testing::Test {
 protected:
  test::ScriptedManager kernel_;
  std::unique_ptr<PathControl> control_ = std::move(*DirectControl::open(kernel_));
  static constexpr int fd = ScriptedManager::connection;
  const OpenRequest request_{.local = at("127.0.0.2"), .remote = at("127.0.0.1:80")};

  Deadline in(std::chrono::milliseconds time) { return Deadline(kernel_.clock + time); }
  Result<Subflow> open() { return control_->open(fd, request_, in(1s)); }
  // The kernel does what a CREATE says, in this state.
  void let_create(TcpState state) {
    kernel_.on_success = [this, state](const netlink::PmRequest& request) {
      if (request.command == PmCommand::subflow_create) {
        kernel_.add_subflow(request.local->address.with_port(Port{2000}), state);
      }
    };
  }
  AddressPair ends() const { return {at("127.0.0.2:2000"), at("127.0.0.1:80")}; }
  template <class T>
  void expect_failure(const Result<T>& result, ErrorKind kind, const std::string& words) {
    ASSERT_FALSE(result);
    EXPECT_EQ(name(result.error().kind), name(kind)) << result.error().message;
    EXPECT_NE(result.error().message.find(words), std::string::npos) << result.error().message;
  }
};

// --- what is asked -------------------------------------------------------------------------------

TEST_F(Control, asks_for_a_subflow_with_an_id_and_a_remote_port) {
  let_create(TcpState::established);
  auto subflow = open();
  ASSERT_TRUE(subflow) << subflow.error().message;
  EXPECT_EQ(subflow->id, SubflowId{2});
  ASSERT_EQ(kernel_.asked.size(), 1u);
  const auto& asked = kernel_.asked[0];
  EXPECT_EQ(asked.command, PmCommand::subflow_create);
  EXPECT_EQ(asked.token, Token{7});
  EXPECT_EQ(asked.local->address, at("127.0.0.2"));
  EXPECT_NE(asked.local->id.value_or(AddressId{}), AddressId{});
  EXPECT_EQ(asked.local->flags, std::nullopt);
  EXPECT_EQ(asked.remote->address, at("127.0.0.1:80"));
}

TEST_F(Control, writes_ports_in_the_hosts_order_and_v4_mapped_addresses_plain) {
  let_create(TcpState::established);
  ASSERT_TRUE(control_->open(
      fd, {.local = at("[::ffff:127.0.0.2]:2000"), .remote = at("127.0.0.1:80")}, in(1s)));
  EXPECT_EQ(kernel_.asked[0].local->address.port, Port{2000});
  EXPECT_FALSE(kernel_.asked[0].local->address.mapped);
}

TEST_F(Control, destroys_a_v4_mapped_subflow_in_its_own_form) {
  kernel_.client().subflows[0].local.mapped = kernel_.client().subflows[0].remote.mapped = true;
  kernel_.on_success = [this](const netlink::PmRequest&) { kernel_.client().subflows.clear(); };
  auto closed = control_->close(fd, SubflowId{1}, in(1s), LastSubflow::may_close);
  ASSERT_TRUE(closed) << closed.error().message;
  EXPECT_EQ(kernel_.asked[0].command, PmCommand::subflow_destroy);
  EXPECT_TRUE(kernel_.asked[0].local->address.mapped);
  EXPECT_EQ(kernel_.asked[0].local->address, at("127.0.0.1:1000"));
  EXPECT_EQ(kernel_.asked[0].remote->address, at("127.0.0.1:80"));
}

TEST_F(Control, closes_one_that_a_first_snapshot_had_no_room_for) {
  for (int i = 0; i < 40; ++i) {
    kernel_.add_subflow(at("127.0.0.2:" + std::to_string(2000 + i)));
  }
  kernel_.on_success = [this](const netlink::PmRequest&) { kernel_.client().subflows.pop_back(); };
  auto closed = control_->close(fd, SubflowId{41}, in(1s));
  ASSERT_TRUE(closed) << closed.error().message;
  ASSERT_EQ(kernel_.asked.size(), 1u);
  EXPECT_EQ(kernel_.asked[0].local->address, at("127.0.0.2:2039"));
}

TEST_F(Control, asks_nothing_that_would_close_the_last_one_or_prefer_one_that_is_not_up) {
  expect_failure(control_->close(fd, SubflowId{1}, in(1s)), ErrorKind::invalid_argument,
                 "the last one");
  kernel_.add_subflow(at("127.0.0.2:2000"), TcpState::syn_sent);
  expect_failure(control_->prefer(fd, SubflowId{2}, Priority::backup, in(1s)),
                 ErrorKind::invalid_argument, "not up");
  EXPECT_TRUE(kernel_.asked.empty());
}

// A kernel without words refuses so what its own path manager looks after.
TEST_F(Control, without_words_takes_a_refusal_to_close_for_the_kernels_path_manager) {
  kernel_.switched_off.insert(Capability::destroy_sockets);
  kernel_.answers[PmCommand::subflow_destroy] = {{EINVAL, ""}};
  expect_failure(control_->close(fd, SubflowId{1}, in(1s), LastSubflow::may_close),
                 ErrorKind::not_supported, "the kernel's path manager");
}

TEST_F(Control, prefers_with_both_ports) {
  auto subflow = control_->prefer(fd, SubflowId{1}, Priority::backup, in(1s));
  ASSERT_TRUE(subflow) << subflow.error().message;
  EXPECT_EQ(kernel_.asked[0].command, PmCommand::set_flags);
  EXPECT_EQ(kernel_.asked[0].local->flags, netlink::pm_flag_backup);
  EXPECT_EQ(kernel_.asked[0].local->address.port, Port{1000});
  EXPECT_EQ(kernel_.asked[0].remote->address.port, Port{80});
}

TEST_F(Control, asks_for_the_address_list_once_and_not_for_every_open) {
  kernel_.listed = {{.address = at("127.0.0.2"), .id = AddressId{44}}};
  let_create(TcpState::established);
  ASSERT_TRUE(open());
  EXPECT_EQ(kernel_.asked[0].local->id, AddressId{44});
  kernel_.listed = {};
  kernel_.client().subflows.resize(1);
  ASSERT_TRUE(open());
  EXPECT_EQ(kernel_.asked[1].local->id, AddressId{44});
}

TEST_F(Control, asks_for_the_list_again_when_the_kernel_objects_to_an_id) {
  let_create(TcpState::established);
  kernel_.answers[PmCommand::subflow_create] = {{EINVAL, "did not match address and id"}};
  ASSERT_TRUE(open());
  ASSERT_EQ(kernel_.asked.size(), 2u);
}

// Linux 6.1 says EINVAL and no more.
TEST_F(Control, asks_for_the_list_again_once_when_the_kernel_objects_without_a_word) {
  kernel_.answers[PmCommand::subflow_create] = {{EINVAL, ""}, {EINVAL, ""}};
  expect_failure(open(), ErrorKind::invalid_argument, "Invalid argument");
  EXPECT_EQ(kernel_.asked.size(), 2u);
}

TEST_F(Control, announces_again_when_somebody_else_used_the_id_meanwhile) {
  kernel_.answers[PmCommand::announce] = {{EINVAL, "did not match address and id"}};
  ASSERT_TRUE(control_->announce(fd, {.address = at("127.0.0.9")}, in(1s)));
  EXPECT_EQ(kernel_.asked.size(), 2u);
}

TEST_F(Control, asks_for_the_list_again_after_notifications_were_lost) {
  let_create(TcpState::established);
  ASSERT_TRUE(open());
  kernel_.listed = {{.address = at("127.0.0.2"), .id = AddressId{44}}};
  kernel_.overflow();
  kernel_.client().subflows.resize(1);
  ASSERT_TRUE(open());
  EXPECT_EQ(kernel_.asked[1].local->id, AddressId{44});
}

TEST_F(Control, does_not_hand_out_the_id_of_a_subflow_that_the_peer_joined) {
  let_create(TcpState::established);
  ASSERT_TRUE(open());
  kernel_.notify_up({at("127.0.0.8:80"), at("127.0.0.9:90")}, AddressId{5});
  expect_failure(
      control_->open(
          fd, {.local = at("127.0.0.3"), .remote = request_.remote, .local_id = AddressId{5}},
          in(1s)),
      ErrorKind::already_exists, "address id 5");
}

TEST_F(Control, has_an_id_to_give_again_after_a_request_that_failed) {
  // Opening tells: it takes an id that is given away for an error, and asks nobody again.
  let_create(TcpState::established);
  const auto open_from = [&](const char* local, AddressId id) {
    return control_->open(fd, {.local = at(local), .remote = request_.remote, .local_id = id},
                          in(1s));
  };
  kernel_.answers[PmCommand::subflow_create] = {{EADDRNOTAVAIL, "connect error: -99"}};
  expect_failure(open_from("127.0.0.2", AddressId{77}), ErrorKind::system, "Cannot assign");
  EXPECT_TRUE(open_from("127.0.0.3", AddressId{77}));

  kernel_.answers[PmCommand::announce] = {{EINVAL, "invalid addr id"}};
  expect_failure(control_->announce(fd, {.address = at("127.0.0.4"), .id = AddressId{78}}, in(1s)),
                 ErrorKind::invalid_argument, "addr id");
  EXPECT_TRUE(open_from("127.0.0.5", AddressId{78}));
}

TEST_F(Control, has_an_id_to_give_again_after_it_was_withdrawn) {
  let_create(TcpState::established);
  OpenRequest request = request_;
  request.local_id = AddressId{79};
  ASSERT_TRUE(control_->announce(fd, {.address = at("127.0.0.4"), .id = AddressId{79}}, in(1s)));
  expect_failure(control_->open(fd, request, in(1s)), ErrorKind::already_exists, "address id 79");
  ASSERT_TRUE(control_->withdraw(fd, AddressId{79}, in(1s)));
  EXPECT_TRUE(control_->open(fd, request, in(1s)));
}

TEST_F(Control, has_every_id_to_give_again_when_the_connection_is_closed) {
  let_create(TcpState::established);
  ASSERT_TRUE(open());
  kernel_.notify_connection_closed();  // the token may be another's by now
  kernel_.listed = {{.address = at("127.0.0.2"), .id = AddressId{44}}};
  kernel_.client().subflows.resize(1);
  ASSERT_TRUE(open());
  EXPECT_EQ(kernel_.asked[1].local->id, AddressId{44});
}

TEST_F(Control, does_not_trust_a_list_that_ignores_the_token) {
  kernel_.reads_tokens = false;  // it is the endpoints' list then
  kernel_.listed = {{.address = at("127.0.0.2"), .id = AddressId{44}}};
  let_create(TcpState::established);
  ASSERT_TRUE(open());
  EXPECT_NE(kernel_.asked[0].local->id, AddressId{44});
}

// --- waiting
// ---------------------------------------------------------------------------------------

TEST_F(Control, waits_for_established_after_enotconn_and_then_asks_once_more) {
  let_create(TcpState::established);
  kernel_.answers[PmCommand::subflow_create] = {{ENOTCONN, "connect error: -107"}};
  int waits = 0;
  kernel_.on_wait = [&] {
    if (++waits == 5) kernel_.notify_established();
  };
  auto subflow = open();
  ASSERT_TRUE(subflow) << subflow.error().message;
  EXPECT_EQ(kernel_.asked.size(), 2u);
  EXPECT_EQ(waits, 5) << "not before it was told";
}

TEST_F(Control, reports_a_refusal_that_came_before_it_could_look) {
  kernel_.on_success = [this](const netlink::PmRequest& request) {
    kernel_.notify_closed(ends(), *request.local->id, ECONNREFUSED);
  };
  auto refused = open();
  expect_failure(refused, ErrorKind::system, "Connection refused");
  EXPECT_EQ(refused.error().os_code, ECONNREFUSED);
}

TEST_F(Control, says_what_a_connection_lacks_that_the_kernel_cannot_connect_from) {
  kernel_.answers[PmCommand::subflow_create] = {{EINVAL, "connect error: -22"}};
  expect_failure(open(), ErrorKind::invalid_argument, "has the connection been accepted?");
  EXPECT_EQ(kernel_.asked.size(), 1u);
}

TEST_F(Control, takes_no_other_subflows_end_for_its_own) {
  kernel_.add_subflow(at("127.0.0.2:1999"));
  int waits = 0;
  kernel_.on_success = [this](const netlink::PmRequest& request) {
    // An older one from the same address under the same id ends just then.
    kernel_.notify_closed({at("127.0.0.2:1999"), at("127.0.0.1:80")}, *request.local->id,
                          ECONNABORTED);
    kernel_.add_subflow(at("127.0.0.2:2000"), TcpState::syn_sent);
  };
  kernel_.on_wait = [&] {
    if (++waits == 3) kernel_.client().subflows.back().state = TcpState::established;
  };
  auto subflow = open();
  ASSERT_TRUE(subflow) << subflow.error().message;
  EXPECT_EQ(subflow->local, at("127.0.0.2:2000"));
}

TEST_F(Control, takes_no_other_subflows_end_for_its_reason) {
  kernel_.add_subflow(at("127.0.0.2:1999"));
  kernel_.on_success = [this](const netlink::PmRequest& request) {
    kernel_.notify_closed({at("127.0.0.2:1999"), at("127.0.0.1:80")}, *request.local->id,
                          ECONNABORTED);
  };
  auto failed = open();
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().os_code, ECONNABORTED) << failed.error().message;
}

TEST_F(Control, does_not_report_a_subflow_that_the_peer_takes_back) {
  let_create(TcpState::syn_sent);
  int waits = 0;
  kernel_.on_wait = [&] {
    if (++waits == 2) {
      kernel_.client().subflows.back().state = TcpState::established;
      kernel_.client().subflows.back().tcp.segs_in = 1;  // the SYN/ACK, and nothing since
      kernel_.notify_up(ends(), *kernel_.asked[0].local->id);
    }
    if (waits == 20) {
      kernel_.client().subflows.pop_back();
      kernel_.notify_closed(ends(), *kernel_.asked[0].local->id);
    }
  };
  expect_failure(open(), ErrorKind::limit_reached, "took it back");
}

TEST_F(Control, counts_a_subflow_that_stays_as_confirmed_where_the_kernel_does_not_tell) {
  let_create(TcpState::established);
  const auto began = kernel_.clock;
  kernel_.on_wait = [&] { kernel_.client().subflows.back().tcp.segs_out = 3; };
  kernel_.on_success = [this](const netlink::PmRequest&) {
    kernel_.add_subflow(at("127.0.0.2:2000")).tcp.segs_out = 3;  // something was sent again
  };
  ASSERT_TRUE(open());
  EXPECT_GT(kernel_.clock - began, 2 * 20ms) << "two round trips";
}

TEST_F(Control, at_the_deadline_takes_the_request_back_and_says_what_is_missing) {
  let_create(TcpState::syn_sent);
  expect_failure(control_->open(fd, request_, in(50ms)), ErrorKind::timed_out,
                 "the peer has not answered");
  ASSERT_EQ(kernel_.asked.size(), 2u);
  EXPECT_EQ(kernel_.asked[1].command, PmCommand::subflow_destroy);
  EXPECT_EQ(kernel_.asked[1].local->address, at("127.0.0.2:2000"));
}

TEST_F(Control, looks_for_itself_when_notifications_were_lost) {
  let_create(TcpState::syn_sent);
  int waits = 0;
  kernel_.on_wait = [&] {
    if (++waits == 2) kernel_.overflow();
    if (waits == 4) kernel_.client().subflows.back().state = TcpState::established;
  };
  ASSERT_TRUE(open());
  EXPECT_LT(waits, 100);
}

TEST_F(Control, gives_up_when_the_subflow_went_while_notifications_were_lost) {
  let_create(TcpState::syn_sent);
  const auto began = kernel_.clock;
  int waits = 0;
  kernel_.on_wait = [&] {
    if (++waits != 2) return;
    kernel_.overflow();
    kernel_.client().subflows.pop_back();
  };
  expect_failure(open(), ErrorKind::system, "did not take it for a join");
  EXPECT_LT(kernel_.clock - began, 100ms) << "waited for a report that cannot come";
}

TEST_F(Control, cancelled_asks_nothing_more_and_reports_nothing) {
  let_create(TcpState::syn_sent);
  auto started = control_->start_open(fd, request_, in(50ms));
  ASSERT_TRUE(started);
  control_->cancel(*started);
  kernel_.clock += 1s;
  EXPECT_TRUE(control_->process()->empty());
  EXPECT_EQ(kernel_.asked.size(), 1u);
}

TEST_F(Control, sets_its_timer_to_the_next_deadline_and_disarms_it_when_nothing_runs) {
  let_create(TcpState::syn_sent);
  const auto deadline = in(50ms);
  auto started = control_->start_open(fd, request_, deadline);
  ASSERT_EQ(kernel_.timers.size(), 1u);
  EXPECT_EQ(kernel_.timers.begin()->second, deadline.when());
  kernel_.clock = deadline.when();
  auto finished = control_->process();
  ASSERT_EQ(finished->size(), 1u);
  EXPECT_EQ(name(finished->front().error->kind), name(ErrorKind::timed_out));
  EXPECT_EQ(kernel_.timers.begin()->second, TimePoint{});
}

TEST_F(Control, notices_that_the_number_became_another_socket) {
  let_create(TcpState::syn_sent);
  auto started = control_->start_open(fd, request_, in(1s));
  ASSERT_TRUE(started);
  kernel_.client().cookie = 99;
  auto finished = control_->process();
  ASSERT_EQ(finished->size(), 1u);
  EXPECT_EQ(name(finished->front().error->kind), name(ErrorKind::not_found));
}

// --- the rest
// --------------------------------------------------------------------------------------

TEST_F(Control, puts_an_address_back_into_the_list_before_it_withdraws_it) {
  let_create(TcpState::established);
  ASSERT_TRUE(open());
  const auto id = *kernel_.asked[0].local->id;
  kernel_.asked.clear();
  kernel_.answers[PmCommand::remove] = {{EINVAL, "address with id 1 not found"}};
  auto withdrawn = control_->withdraw(fd, id, in(1s));
  ASSERT_TRUE(withdrawn) << withdrawn.error().message;
  ASSERT_EQ(kernel_.asked.size(), 3u);
  EXPECT_EQ(kernel_.asked[0].command, PmCommand::remove);
  EXPECT_EQ(kernel_.asked[1].command, PmCommand::announce);
  EXPECT_EQ(kernel_.asked[1].local->address, at("127.0.0.2"));
  EXPECT_EQ(kernel_.asked[1].local->id, id);
  EXPECT_EQ(kernel_.asked[2].command, PmCommand::remove);
  EXPECT_EQ(kernel_.asked[2].removed_id, id);
}

TEST_F(Control, announces_with_the_flag_signal_and_leaves_the_connections_own_port_out) {
  auto announced = control_->announce(fd, {.address = at("127.0.0.9")}, in(1s));
  ASSERT_TRUE(announced) << announced.error().message;
  EXPECT_EQ(kernel_.asked[0].command, PmCommand::announce);
  EXPECT_EQ(kernel_.asked[0].local->flags, netlink::pm_flag_signal);
  EXPECT_EQ(kernel_.asked[0].local->id, announced->id);
}

TEST(ControlWithoutRights, reads_and_says_what_it_needs_to_write) {
  ScriptedManager kernel;
  kernel.subscription = -EPERM;
  auto control = std::move(*DirectControl::open(kernel));
  auto opened = control->open(ScriptedManager::connection, {.local = at("127.0.0.2")},
                              Deadline(kernel.clock + 1s));
  ASSERT_FALSE(opened);
  EXPECT_EQ(name(opened.error().kind), name(ErrorKind::not_permitted));
  EXPECT_TRUE(kernel.asked.empty());
  EXPECT_EQ(*control->path_manager(ScriptedManager::connection), PathManager::userspace);
}

TEST(ControlWithoutRights, is_what_a_switched_off_capability_leaves) {
  ScriptedManager kernel;
  kernel.switched_off.insert(Capability::manage_paths);
  auto control = std::move(*DirectControl::open(kernel));
  auto closed = control->close(ScriptedManager::connection, SubflowId{1},
                               Deadline(kernel.clock + 1s), LastSubflow::may_close);
  EXPECT_EQ(name(closed.error().kind), name(ErrorKind::not_permitted));
}

TEST(ControlOfAnOldKernel, without_notifications_is_not_supported) {
  ScriptedManager kernel;
  kernel.has_events = false;
  auto control = std::move(*DirectControl::open(kernel));
  auto opened = control->open(ScriptedManager::connection, {.local = at("127.0.0.2")},
                              Deadline(kernel.clock + 1s));
  EXPECT_EQ(name(opened.error().kind), name(ErrorKind::not_supported));
}

TEST(ControlOfAnOldKernel, learns_the_path_manager_from_a_refusal) {
  ScriptedManager kernel;
  kernel.reads_tokens = false;
  auto control = std::move(*DirectControl::open(kernel));
  auto& script = kernel.answers[PmCommand::subflow_destroy];
  script = {{EINVAL, "invalid request; userspace PM not selected"},
            {EINVAL, "missing local port"},
            {EPERM, ""}};
  const int fd = ScriptedManager::connection;
  EXPECT_EQ(*control->path_manager(fd), PathManager::kernel);
  EXPECT_EQ(*control->path_manager(fd), PathManager::userspace);
  EXPECT_EQ(name(control->path_manager(fd).error().kind), name(ErrorKind::not_permitted));
}

}  // namespace
}  // namespace mptcp::paths

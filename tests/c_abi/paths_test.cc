// SPDX-License-Identifier: MIT
#include <poll.h>

#include "c_abi/c_abi.h"

namespace mptcp::test {
namespace {

mptcp_open_request_t from(const char* local) {
  auto request = sized<mptcp_open_request_t>();
  request.present = LIBMPTCP_OPEN_HAS_LOCAL;
  request.local = address(local);
  return request;
}

mptcp_subflow_ref_t by_id(std::uint32_t id) {
  auto which = sized<mptcp_subflow_ref_t>();
  which.id = id;
  return which;
}

int count_subflows(int fd) {
  std::size_t total = 0;
  EXPECT_EQ(
      mptcp_connection_list_subflows(fd, LIBMPTCP_DEPTH_SNAPSHOT, nullptr, 0, 0, &total, nullptr),
      0);
  return static_cast<int>(total);
}

// A subflow that was closed is listed until the peer has agreed.
bool comes_down_to(int fd, int count) {
  for (int looks = 0; looks < 10'000; ++looks) {
    if (count_subflows(fd) == count) return true;
    ::poll(nullptr, 0, 1);
  }
  return false;
}

class COperationsTest : public PathsTest {
 protected:
  void SetUp() override {
    PathsTest::SetUp();
    connection_ = Connection::make();
  }

  mptcp_subflow_t open(const char* local) {
    const auto request = from(local);
    auto subflow = sized<mptcp_subflow_t>();
    mptcp_error_t error{};
    EXPECT_EQ(
        mptcp_subflow_open(control_, connection_.client, &request, patience_ms, &subflow, &error),
        0)
        << error.message;
    return subflow;
  }

  // Drives the poll loop until something is finished.
  mptcp_completion_t complete(mptcp_subflow_t* subflow, mptcp_announcement_t* announcement,
                              mptcp_error_t* failure) {
    auto completion = sized<mptcp_completion_t>();
    for (;;) {
      mptcp_error_t error{};
      const int handed =
          mptcp_path_control_process(control_, &completion, subflow, announcement, failure, &error);
      EXPECT_GE(handed, 0) << error.message;
      if (handed != 0) return completion;
      pollfd wait{mptcp_path_control_descriptor(control_, nullptr), POLLIN, 0};
      EXPECT_EQ(::poll(&wait, 1, patience_ms), 1);
      if (HasFailure()) return completion;
    }
  }

  Connection connection_;
};

// --- what waits --------------------------------------------------------------------------

TEST_F(COperationsTest, open_answers_with_the_subflow) {
  const mptcp_subflow_t opened = open("127.0.0.2");
  EXPECT_EQ(opened.size, sizeof opened);
  EXPECT_GT(opened.id, 1u);
  EXPECT_EQ(opened.state, static_cast<std::uint32_t>(LIBMPTCP_TCP_ESTABLISHED));
  EXPECT_EQ(opened.local.bytes[3], 2);
  EXPECT_EQ(count_subflows(connection_.client), 2);
}

TEST_F(COperationsTest, open_takes_every_field_of_the_request) {
  auto request = from("127.0.0.2");
  request.present |= LIBMPTCP_OPEN_HAS_REMOTE | LIBMPTCP_OPEN_HAS_LOCAL_ID |
                     LIBMPTCP_OPEN_HAS_REMOTE_ID | LIBMPTCP_OPEN_HAS_INTERFACE;
  request.priority = LIBMPTCP_PRIORITY_BACKUP;
  request.remote = address("127.0.0.3");
  mptcp_subflow_t first{};
  mptcp_connection_list_subflows(connection_.client, 0, &first, sizeof first, 1, nullptr, nullptr);
  request.remote.port = first.remote.port;
  request.local_id = 17;
  request.remote_id = 18;
  request.interface_index = 1;  // lo
  auto opened = sized<mptcp_subflow_t>();
  ASSERT_DONE(
      mptcp_subflow_open(control_, connection_.client, &request, patience_ms, &opened, &error));
  EXPECT_EQ(opened.remote.bytes[3], 3);
  mptcp_subflow_t subflows[2];
  ASSERT_EQ(mptcp_connection_list_subflows(connection_.client, LIBMPTCP_DEPTH_DETAIL, subflows,
                                           sizeof subflows[0], 2, nullptr, nullptr),
            2);
  EXPECT_EQ(subflows[1].interface_index, 1u);
  if (subflows[1].present & LIBMPTCP_SUBFLOW_HAS_LOCAL_ID) {
    EXPECT_EQ(subflows[1].local_id, 17);
  }
  if (subflows[1].present & LIBMPTCP_SUBFLOW_HAS_BACKUP) {
    EXPECT_EQ(subflows[1].backup, 1);
  }
}

TEST_F(COperationsTest, close_takes_an_id_or_two_addresses) {
  const mptcp_subflow_t second = open("127.0.0.2");
  const mptcp_subflow_t third = open("127.0.0.3");
  const auto which = by_id(second.id);
  ASSERT_DONE(mptcp_subflow_close(control_, connection_.client, &which, 0, patience_ms, &error));

  auto addresses = sized<mptcp_subflow_ref_t>();
  addresses.local = third.local;
  addresses.remote = third.remote;
  const auto token = mptcp_connection_from_token(token_of(connection_.client));
  ASSERT_DONE(mptcp_subflow_close(control_, token, &addresses, 0, patience_ms, &error));
  EXPECT_TRUE(comes_down_to(connection_.client, 1));
}

TEST_F(COperationsTest, close_keeps_the_last_subflow_unless_told_otherwise) {
  const auto only = by_id(1);
  EXPECT_INVALID(mptcp_subflow_close(control_, connection_.client, &only, 0, patience_ms, &error));
  ASSERT_DONE(mptcp_subflow_close(control_, connection_.client, &only,
                                  LIBMPTCP_CLOSE_MAY_CLOSE_LAST, patience_ms, &error));
  EXPECT_TRUE(comes_down_to(connection_.client, 0));
}

TEST_F(COperationsTest, prefer_answers_with_the_subflow_as_it_is_now) {
  const auto which = by_id(open("127.0.0.2").id);
  auto preferred = sized<mptcp_subflow_t>();
  ASSERT_DONE(mptcp_subflow_prefer(control_, connection_.client, &which, LIBMPTCP_PRIORITY_BACKUP,
                                   patience_ms, &preferred, &error));
  EXPECT_EQ(preferred.id, which.id);
  if (preferred.present & LIBMPTCP_SUBFLOW_HAS_BACKUP) {
    EXPECT_EQ(preferred.backup, 1);
  }
  ASSERT_DONE(mptcp_subflow_prefer(control_, connection_.client, &which, LIBMPTCP_PRIORITY_REGULAR,
                                   patience_ms, nullptr, &error));
}

TEST_F(COperationsTest, an_address_is_announced_and_withdrawn) {
  auto request = sized<mptcp_announce_request_t>();
  request.address = address("127.0.0.4");
  request.present = LIBMPTCP_ANNOUNCE_HAS_ID;
  request.id = 44;
  auto announced = sized<mptcp_announcement_t>();
  ASSERT_DONE(mptcp_address_announce(control_, connection_.client, &request, patience_ms,
                                     &announced, &error));
  EXPECT_EQ(announced.id, 44u);
  EXPECT_EQ(announced.address.bytes[3], 4);
  ASSERT_DONE(mptcp_address_withdraw(control_, connection_.client, 44, patience_ms, &error));
}

// --- the same, for a poll loop ----------------------------------------------------------------

TEST_F(COperationsTest, every_operation_can_be_started_and_completed) {
  const auto request = from("127.0.0.2");
  std::uint64_t operation = 0;
  auto subflow = sized<mptcp_subflow_t>();
  ASSERT_DONE(mptcp_subflow_start_open(control_, connection_.client, &request, patience_ms,
                                       &operation, &error));
  auto completion = complete(&subflow, nullptr, nullptr);
  EXPECT_EQ(completion.operation, operation);
  EXPECT_EQ(completion.result, 0);
  EXPECT_EQ(completion.present, static_cast<std::uint64_t>(LIBMPTCP_COMPLETION_HAS_SUBFLOW));
  EXPECT_GT(subflow.id, 1u);

  const auto which = by_id(subflow.id);
  ASSERT_DONE(mptcp_subflow_start_prefer(control_, connection_.client, &which,
                                         LIBMPTCP_PRIORITY_BACKUP, patience_ms, &operation,
                                         &error));
  completion = complete(nullptr, nullptr, nullptr);
  EXPECT_EQ(completion.operation, operation);
  EXPECT_EQ(completion.present, static_cast<std::uint64_t>(LIBMPTCP_COMPLETION_HAS_SUBFLOW));

  ASSERT_DONE(mptcp_subflow_start_close(control_, connection_.client, &which, 0, patience_ms,
                                        &operation, &error));
  completion = complete(nullptr, nullptr, nullptr);
  EXPECT_EQ(completion.operation, operation);
  EXPECT_EQ(completion.present, 0u);

  auto announce = sized<mptcp_announce_request_t>();
  announce.address = address("127.0.0.4");
  auto announcement = sized<mptcp_announcement_t>();
  ASSERT_DONE(mptcp_address_start_announce(control_, connection_.client, &announce, patience_ms,
                                           &operation, &error));
  completion = complete(nullptr, &announcement, nullptr);
  EXPECT_EQ(completion.present, static_cast<std::uint64_t>(LIBMPTCP_COMPLETION_HAS_ANNOUNCEMENT));

  ASSERT_DONE(mptcp_address_start_withdraw(control_, connection_.client, announcement.id,
                                           patience_ms, &operation, &error));
  EXPECT_EQ(complete(nullptr, nullptr, nullptr).operation, operation);
}

TEST_F(COperationsTest, a_failed_operation_hands_out_its_error) {
  auto request = from("127.0.0.2");
  request.present |= LIBMPTCP_OPEN_HAS_REMOTE;
  request.remote = address("127.0.0.1:1");  // nobody listens there
  std::uint64_t operation = 0;
  ASSERT_DONE(mptcp_subflow_start_open(control_, connection_.client, &request, patience_ms,
                                       &operation, &error));
  Output<mptcp_subflow_t> subflow;
  mptcp_error_t failure{};
  const auto completion = complete(&subflow, nullptr, &failure);
  EXPECT_EQ(completion.operation, operation);
  EXPECT_EQ(completion.result, -ECONNREFUSED) << failure.message;
  EXPECT_EQ(failure.kind, LIBMPTCP_ERROR_SYSTEM);
  EXPECT_EQ(failure.os_code, ECONNREFUSED);
  EXPECT_TRUE(subflow.untouched());
}

TEST_F(COperationsTest, wait_waits_for_one_operation_and_keeps_the_others) {
  const auto request = from("127.0.0.2");
  const auto other = from("127.0.0.3");
  std::uint64_t first = 0, second = 0;
  ASSERT_DONE(mptcp_subflow_start_open(control_, connection_.client, &request, patience_ms, &first,
                                       &error));
  ASSERT_DONE(
      mptcp_subflow_start_open(control_, connection_.client, &other, patience_ms, &second, &error));
  auto completion = sized<mptcp_completion_t>();
  auto subflow = sized<mptcp_subflow_t>();
  ASSERT_DONE(
      mptcp_path_control_wait(control_, second, &completion, &subflow, nullptr, nullptr, &error));
  EXPECT_EQ(completion.operation, second);
  EXPECT_EQ(subflow.local.bytes[3], 3);
  EXPECT_EQ(complete(nullptr, nullptr, nullptr).operation, first);
  EXPECT_FAILS(
      mptcp_path_control_wait(control_, second, &completion, nullptr, nullptr, nullptr, &error),
      ENOENT, LIBMPTCP_ERROR_NOT_FOUND);
}

TEST_F(COperationsTest, what_process_found_finished_can_still_be_waited_for_or_cancelled) {
  const auto request = from("127.0.0.2");
  const auto other = from("127.0.0.3");
  const auto third = from("127.0.0.4");
  std::uint64_t operations[3] = {};
  ASSERT_DONE(mptcp_subflow_start_open(control_, connection_.client, &request, patience_ms,
                                       &operations[0], &error));
  ASSERT_DONE(mptcp_subflow_start_open(control_, connection_.client, &other, patience_ms,
                                       &operations[1], &error));
  ASSERT_DONE(mptcp_subflow_start_open(control_, connection_.client, &third, patience_ms,
                                       &operations[2], &error));
  // Whatever order they finish in, the other two are finished or under way.
  const std::uint64_t done = complete(nullptr, nullptr, nullptr).operation;
  std::uint64_t left[2] = {};
  std::size_t at = 0;
  for (const std::uint64_t one : operations) {
    if (one != done) left[at++] = one;
  }
  auto completion = sized<mptcp_completion_t>();
  ASSERT_DONE(mptcp_path_control_cancel(control_, left[0], &error));
  ASSERT_DONE(
      mptcp_path_control_wait(control_, left[1], &completion, nullptr, nullptr, nullptr, &error));
  EXPECT_EQ(completion.operation, left[1]);
  EXPECT_EQ(mptcp_path_control_process(control_, &completion, nullptr, nullptr, nullptr, nullptr),
            0);
  EXPECT_FAILS(
      mptcp_path_control_wait(control_, left[0], &completion, nullptr, nullptr, nullptr, &error),
      ENOENT, LIBMPTCP_ERROR_NOT_FOUND);
}

// --- errors -------------------------------------------------------------------------------

TEST_F(COperationsTest, unknown_things_are_not_found) {
  const auto nobody = by_id(99);
  const auto fd = static_cast<mptcp_connection_ref_t>(connection_.client);
  EXPECT_FAILS(mptcp_subflow_close(control_, fd, &nobody, 0, patience_ms, &error), ENOENT,
               LIBMPTCP_ERROR_NOT_FOUND);
  EXPECT_FAILS(mptcp_subflow_prefer(control_, fd, &nobody, LIBMPTCP_PRIORITY_BACKUP, patience_ms,
                                    nullptr, &error),
               ENOENT, LIBMPTCP_ERROR_NOT_FOUND);
  EXPECT_FAILS(mptcp_address_withdraw(control_, fd, 99, patience_ms, &error), ENOENT,
               LIBMPTCP_ERROR_NOT_FOUND);
  const auto stranger = mptcp_connection_from_token(token_of(connection_.client) ^ 1);
  EXPECT_FAILS(mptcp_connection_get_path_manager(control_, stranger, &error), ENOENT,
               LIBMPTCP_ERROR_NOT_FOUND);
}

TEST_F(COperationsTest, a_deadline_that_has_passed_is_timed_out) {
  const Fd idle_listener(mptcp_socket_open(AF_INET, 0, nullptr));
  sockaddr_in at{};
  socklen_t length = sizeof at;
  at.sin_family = AF_INET;
  auto* raw = reinterpret_cast<sockaddr*>(&at);
  ASSERT_EQ(::bind(idle_listener, raw, length), 0);
  ASSERT_EQ(::listen(idle_listener, 1), 0);
  ASSERT_EQ(::getsockname(idle_listener, raw, &length), 0);
  const Fd idle(mptcp_socket_open(AF_INET, 0, nullptr));
  ASSERT_EQ(::connect(idle, raw, length), 0);  // and never a byte: others may not join
  const auto request = from("127.0.0.2");
  Output<mptcp_subflow_t> subflow;
  EXPECT_FAILS(mptcp_subflow_open(control_, idle, &request, 20, &subflow, &error), ETIMEDOUT,
               LIBMPTCP_ERROR_TIMED_OUT);
  EXPECT_TRUE(subflow.untouched());
}

TEST_F(COperationsTest, an_address_id_in_use_already_exists) {
  open("127.0.0.2");
  auto request = sized<mptcp_announce_request_t>();
  request.address = address("127.0.0.2");
  request.present = LIBMPTCP_ANNOUNCE_HAS_ID;
  request.id = 99;  // 127.0.0.2 has another one
  EXPECT_FAILS(
      mptcp_address_announce(control_, connection_.client, &request, patience_ms, nullptr, &error),
      EEXIST, LIBMPTCP_ERROR_ALREADY_EXISTS);
}

TEST_F(COperationsTest, who_lacks_the_right_is_told_so) {
  const Unprivileged unprivileged;
  const auto request = from("127.0.0.2");
  EXPECT_FAILS(
      mptcp_subflow_open(control_, connection_.client, &request, patience_ms, nullptr, &error),
      EPERM, LIBMPTCP_ERROR_NOT_PERMITTED);
}

TEST_F(COperationsTest, the_kernels_path_manager_does_not_share) {
  ASSERT_DONE(mptcp_namespace_set_path_manager(control_, LIBMPTCP_PATH_MANAGER_KERNEL, &error));
  const auto theirs = Connection::make();
  const auto request = from("127.0.0.2");
  EXPECT_FAILS(mptcp_subflow_open(control_, theirs.client, &request, patience_ms, nullptr, &error),
               EPROTONOSUPPORT, LIBMPTCP_ERROR_NOT_SUPPORTED);
}

// --- arguments: each operation, in both forms, refuses each of them --------------------------

TEST_F(COperationsTest, bad_targets_are_refused) {
  const auto request = from("127.0.0.2");
  auto announce = sized<mptcp_announce_request_t>();
  announce.address = address("127.0.0.4");
  const auto which = by_id(1);
  Output<std::uint64_t> operation;
  struct Target {
    mptcp_path_control_t* control;
    mptcp_connection_ref_t connection;
    int timeout_ms;
  };
  const auto good = static_cast<mptcp_connection_ref_t>(connection_.client);
  for (const auto& [control, connection, timeout] :
       {Target{nullptr, good, 10}, Target{control_, -1, 10}, Target{control_, INT64_MAX, 10},
        Target{control_, INT64_MIN, 10}, Target{control_, good, -1}}) {
    EXPECT_INVALID(mptcp_subflow_open(control, connection, &request, timeout, nullptr, &error));
    EXPECT_INVALID(mptcp_subflow_close(control, connection, &which, 0, timeout, &error));
    EXPECT_INVALID(mptcp_subflow_prefer(control, connection, &which, 0, timeout, nullptr, &error));
    EXPECT_INVALID(
        mptcp_address_announce(control, connection, &announce, timeout, nullptr, &error));
    EXPECT_INVALID(mptcp_address_withdraw(control, connection, 9, timeout, &error));
    EXPECT_INVALID(
        mptcp_subflow_start_open(control, connection, &request, timeout, &operation, &error));
    EXPECT_INVALID(
        mptcp_subflow_start_close(control, connection, &which, 0, timeout, &operation, &error));
    EXPECT_INVALID(
        mptcp_subflow_start_prefer(control, connection, &which, 0, timeout, &operation, &error));
    EXPECT_INVALID(
        mptcp_address_start_announce(control, connection, &announce, timeout, &operation, &error));
    EXPECT_INVALID(
        mptcp_address_start_withdraw(control, connection, 9, timeout, &operation, &error));
  }
  EXPECT_TRUE(operation.untouched());
}

TEST_F(COperationsTest, bad_requests_are_refused) {
  const auto fd = static_cast<mptcp_connection_ref_t>(connection_.client);
  const auto both = [&](const mptcp_open_request_t* request, int code, int kind) {
    EXPECT_FAILS(mptcp_subflow_open(control_, fd, request, 10, nullptr, &error), code, kind);
    EXPECT_FAILS(mptcp_subflow_start_open(control_, fd, request, 10, nullptr, &error), code, kind);
  };
  both(nullptr, EINVAL, LIBMPTCP_ERROR_INVALID_ARGUMENT);
  auto request = from("127.0.0.2");
  request.size = 0;
  both(&request, EINVAL, LIBMPTCP_ERROR_INVALID_ARGUMENT);
  request = from("127.0.0.2");
  request.priority = 2;
  both(&request, EINVAL, LIBMPTCP_ERROR_INVALID_ARGUMENT);
  request = from("127.0.0.2");
  request.present |= std::uint64_t{1} << 63;
  both(&request, EPROTONOSUPPORT, LIBMPTCP_ERROR_NOT_SUPPORTED);
  request = from("127.0.0.2");
  request.present |= LIBMPTCP_OPEN_HAS_REMOTE;  // and no address
  both(&request, EINVAL, LIBMPTCP_ERROR_INVALID_ARGUMENT);
  request = from("127.0.0.2");
  request.local.family = AF_UNIX;
  both(&request, EINVAL, LIBMPTCP_ERROR_INVALID_ARGUMENT);
  request = from("127.0.0.2");
  request.present = 0;  // nothing named
  EXPECT_INVALID(mptcp_subflow_open(control_, fd, &request, 10, nullptr, &error));
  request = from("127.0.0.2");
  Output<mptcp_subflow_t> subflow;
  subflow->size = 1;
  EXPECT_INVALID(mptcp_subflow_open(control_, fd, &request, 10, &subflow, &error));
  EXPECT_EQ(count_subflows(connection_.client), 1) << "nothing was opened";
}

TEST_F(COperationsTest, bad_references_flags_and_priorities_are_refused) {
  const auto fd = static_cast<mptcp_connection_ref_t>(connection_.client);
  const auto good = by_id(1);
  auto nowhere = sized<mptcp_subflow_ref_t>();
  nowhere.local = address("127.0.0.1:1");  // and no remote one
  auto unsized_ref = good;
  unsized_ref.size = 0;
  for (const auto* which : {static_cast<const mptcp_subflow_ref_t*>(nullptr),
                            static_cast<const mptcp_subflow_ref_t*>(&nowhere),
                            static_cast<const mptcp_subflow_ref_t*>(&unsized_ref)}) {
    EXPECT_INVALID(mptcp_subflow_close(control_, fd, which, 0, 10, &error));
    EXPECT_INVALID(mptcp_subflow_start_close(control_, fd, which, 0, 10, nullptr, &error));
    EXPECT_INVALID(mptcp_subflow_prefer(control_, fd, which, 0, 10, nullptr, &error));
    EXPECT_INVALID(mptcp_subflow_start_prefer(control_, fd, which, 0, 10, nullptr, &error));
  }
  EXPECT_FAILS(mptcp_subflow_close(control_, fd, &good, 2, 10, &error), EPROTONOSUPPORT,
               LIBMPTCP_ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(mptcp_subflow_start_close(control_, fd, &good, 2, 10, nullptr, &error),
               EPROTONOSUPPORT, LIBMPTCP_ERROR_NOT_SUPPORTED);
  EXPECT_INVALID(mptcp_subflow_prefer(control_, fd, &good, 2, 10, nullptr, &error));
  EXPECT_INVALID(mptcp_subflow_start_prefer(control_, fd, &good, -1, 10, nullptr, &error));
  Output<mptcp_subflow_t> subflow;
  subflow->size = 1;
  EXPECT_INVALID(mptcp_subflow_prefer(control_, fd, &good, 0, 10, &subflow, &error));
}

TEST_F(COperationsTest, bad_announcements_are_refused) {
  const auto fd = static_cast<mptcp_connection_ref_t>(connection_.client);
  auto request = sized<mptcp_announce_request_t>();  // no address
  EXPECT_INVALID(mptcp_address_announce(control_, fd, &request, 10, nullptr, &error));
  EXPECT_INVALID(mptcp_address_announce(control_, fd, nullptr, 10, nullptr, &error));
  EXPECT_INVALID(mptcp_address_start_announce(control_, fd, &request, 10, nullptr, &error));
  request.address = address("127.0.0.4");
  request.present = 4;
  EXPECT_FAILS(mptcp_address_announce(control_, fd, &request, 10, nullptr, &error), EPROTONOSUPPORT,
               LIBMPTCP_ERROR_NOT_SUPPORTED);
  request.present = 0;
  Output<mptcp_announcement_t> announcement;
  announcement->size = 0;
  EXPECT_INVALID(mptcp_address_announce(control_, fd, &request, 10, &announcement, &error));
  EXPECT_INVALID(mptcp_address_withdraw(control_, fd, 256, 10, &error));
  EXPECT_INVALID(mptcp_address_start_withdraw(control_, fd, 256, 10, nullptr, &error));
}

TEST_F(COperationsTest, process_wait_and_cancel_refuse_bad_arguments) {
  auto completion = sized<mptcp_completion_t>();
  Output<mptcp_subflow_t> subflow;
  subflow->size = 0;
  Output<mptcp_announcement_t> announcement;
  announcement->size = 0;
  EXPECT_INVALID(
      mptcp_path_control_process(nullptr, &completion, nullptr, nullptr, nullptr, &error));
  EXPECT_INVALID(mptcp_path_control_process(control_, nullptr, nullptr, nullptr, nullptr, &error));
  EXPECT_INVALID(
      mptcp_path_control_process(control_, &completion, &subflow, nullptr, nullptr, &error));
  EXPECT_INVALID(
      mptcp_path_control_process(control_, &completion, nullptr, &announcement, nullptr, &error));
  EXPECT_INVALID(
      mptcp_path_control_wait(nullptr, 1, &completion, nullptr, nullptr, nullptr, &error));
  EXPECT_INVALID(mptcp_path_control_wait(control_, 1, nullptr, nullptr, nullptr, nullptr, &error));
  EXPECT_INVALID(mptcp_path_control_cancel(nullptr, 1, &error));
  EXPECT_EQ(mptcp_path_control_cancel(control_, 12345, nullptr), 0);
  EXPECT_INVALID(mptcp_path_control_descriptor(nullptr, &error));
  EXPECT_INVALID(mptcp_path_control_open_direct(nullptr, &error));
  mptcp_path_control_close(nullptr);
}

}  // namespace
}  // namespace mptcp::test

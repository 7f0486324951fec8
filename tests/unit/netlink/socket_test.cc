// SPDX-License-Identifier: MIT
#include "netlink/socket.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "support/netlink_script.h"

namespace mptcp::netlink {
namespace {

using test::make_ack;
using test::make_done;

struct Exchange : testing::Test {
  test::FakeKernel kernel;
  std::vector<std::uint32_t> seen;

  Result<Answer> ask(std::function<test::Answers(const View&)> answer) {
    test::script_netlink(kernel, std::move(answer));
    return ask_again();
  }
  Result<Answer> ask_again() {
    auto socket = Socket::open(kernel, NETLINK_GENERIC);
    EXPECT_TRUE(socket);
    Message message(20, NLM_F_REQUEST | NLM_F_ACK);
    return socket->exchange(message, [&](const View& view) {
      Bytes payload = view.payload;
      seen.push_back(take_header<std::uint32_t>(payload).value_or(0));
    });
  }
  static Message data(std::uint32_t number, std::uint16_t flags = 0) {
    Message message(21, flags);
    message.header(number);
    return message;
  }
};

TEST_F(Exchange, hands_out_every_message_until_the_acknowledgement) {
  auto answer = ask([](const View&) { return test::Answers{data(1), data(2), make_ack()}; });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, 0);
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{1, 2}));
}

TEST_F(Exchange, ends_a_dump_where_it_is_done) {
  auto answer = ask([](const View&) { return test::Answers{data(1), make_done(), data(2)}; });
  ASSERT_TRUE(answer);
  EXPECT_EQ(seen, std::vector<std::uint32_t>{1});
}

TEST_F(Exchange, is_refused_in_the_kernels_own_words) {
  auto answer = ask([](const View&) { return test::Answers{make_ack(EINVAL, "invalid token")}; });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, EINVAL);
  EXPECT_EQ(answer->text, "invalid token");
  EXPECT_EQ(refusal(*answer, "closing it").message, "closing it: invalid token: Invalid argument");
}

TEST_F(Exchange, finds_the_refusal_of_a_dump_in_its_end) {
  auto answer = ask([](const View&) { return test::Answers{make_done(EINVAL)}; });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, EINVAL);
}

TEST_F(Exchange, finds_the_words_behind_a_request_that_is_echoed) {
  auto answer = ask([](const View&) {
    Message message(NLMSG_ERROR, NLM_F_ACK_TLVS);
    message.header(nlmsgerr{.error = -ENOENT, .msg = {.nlmsg_len = sizeof(nlmsghdr) + 5}});
    message.header(std::uint64_t{0});  // the echo: five bytes, padded
    message.text_attribute(NLMSGERR_ATTR_MSG, "no such thing");
    return test::Answers{message};
  });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text, "no such thing");
}

TEST_F(Exchange, names_the_attribute_that_the_kernel_misses) {
  auto answer = ask([](const View&) {
    Message message(NLMSG_ERROR, NLM_F_ACK_TLVS | NLM_F_CAPPED);
    message.header(nlmsgerr{.error = -EINVAL, .msg = {}});
    message.attribute(5, std::uint32_t{6});  // NLMSGERR_ATTR_MISS_TYPE
    return test::Answers{message};
  });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text, "attribute 6 is missing");
}

TEST_F(Exchange, overlooks_what_belongs_to_another_request) {
  test::script_netlink(kernel, [](const View&) { return test::Answers{data(1), make_ack()}; });
  auto inner = kernel.on_send;
  kernel.on_send = [&](int fd, const void* bytes, std::size_t length) {
    kernel.incoming[fd].push_back(test::to_vector(make_ack(EPERM).finish(999)));
    return inner(fd, bytes, length);
  };
  auto answer = ask_again();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, 0);
  EXPECT_EQ(seen, std::vector<std::uint32_t>{1});
}

TEST_F(Exchange, says_when_the_table_changed_under_a_dump) {
  auto answer = ask([](const View&) {
    return test::Answers{data(1, NLM_F_MULTI | NLM_F_DUMP_INTR), make_done()};
  });
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->interrupted);
  EXPECT_FALSE(ask([](const View&) { return test::Answers{make_done()}; })->interrupted);
}

TEST_F(Exchange, ends_a_dump_that_says_nothing_at_its_end) {
  auto answer = ask([](const View&) { return test::Answers{Message(NLMSG_DONE, 0)}; });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, 0);
}

TEST_F(Exchange, times_out_when_nothing_comes) {
  auto answer = ask([](const View&) { return test::Answers{}; });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::timed_out);
}

TEST_F(Exchange, calls_an_ending_that_is_cut_short_malformed) {
  auto answer = ask([](const View&) {
    Message message(NLMSG_ERROR, 0);
    message.header(std::int32_t{0});
    return test::Answers{message};
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::malformed);
}

TEST_F(Exchange, calls_a_code_that_is_no_errno_malformed) {
  for (const std::int32_t code : {1, -4096, INT32_MIN, INT32_MAX}) {
    auto answer = ask([&](const View&) {
      Message message(NLMSG_ERROR, NLM_F_CAPPED);
      message.header(nlmsgerr{.error = code, .msg = {}});
      return test::Answers{message};
    });
    ASSERT_FALSE(answer) << code;
    EXPECT_EQ(answer.error().kind, ErrorKind::malformed);
  }
  auto answer = ask([](const View&) {
    Message message(NLMSG_DONE, 0);
    message.header(std::int32_t{INT32_MIN});
    return test::Answers{message};
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::malformed);
}

TEST_F(Exchange, calls_a_datagram_larger_than_its_storage_malformed) {
  std::byte storage[64];
  test::script_netlink(kernel, [](const View&) {
    Message message(21, 0);
    message.attribute(1, std::array<std::byte, 100>{});
    return test::Answers{message};
  });
  auto socket = Socket::open(kernel, NETLINK_GENERIC, storage);
  Message message(20, NLM_F_REQUEST);
  auto answer = socket->exchange(message);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::malformed);
}

TEST_F(Exchange, gives_each_request_a_number_of_its_own) {
  std::vector<std::uint32_t> numbers;
  test::script_netlink(kernel, [&](const View& request) {
    numbers.push_back(request.sequence);
    return test::Answers{make_ack()};
  });
  auto socket = Socket::open(kernel, NETLINK_GENERIC);
  Message message(20, NLM_F_REQUEST);
  auto whole = test::to_vector(Message(20, NLM_F_REQUEST).finish(0));
  ASSERT_TRUE(socket->exchange(message));
  ASSERT_TRUE(socket->exchange(message));
  ASSERT_TRUE(socket->exchange(whole, [](const View&) {}));
  EXPECT_EQ(numbers, (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST_F(Exchange, survives_being_moved_between_two_requests) {
  test::script_netlink(kernel, [](const View&) { return test::Answers{make_ack()}; });
  auto socket = Socket::open(kernel, NETLINK_GENERIC);
  Socket moved = std::move(*socket);
  Message message(20, NLM_F_REQUEST);
  EXPECT_TRUE(moved.exchange(message));
}

TEST_F(Exchange, passes_on_that_it_could_not_ask) {
  kernel.on_send = [](int, const void*, std::size_t) { return ssize_t{-ENOBUFS}; };
  auto answer = ask_again();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().os_code, ENOBUFS);
}

TEST(NetlinkSocket, says_that_it_cannot_be_opened) {
  test::FakeKernel kernel;
  kernel.on_socket = [](int, int, int) { return -EAFNOSUPPORT; };
  auto socket = Socket::open(kernel, NETLINK_GENERIC);
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().os_code, EAFNOSUPPORT);
}

TEST(NetlinkSocket, would_block_when_no_notification_waits_and_tells_of_lost_ones) {
  test::FakeKernel kernel;
  auto socket = Socket::open(kernel, NETLINK_GENERIC);
  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->receive().error().kind, ErrorKind::would_block);
  kernel.on_receive = [](int, void*, std::size_t, int) { return ssize_t{-ENOBUFS}; };
  EXPECT_EQ(socket->receive().error().os_code, ENOBUFS);
}

}  // namespace
}  // namespace mptcp::netlink

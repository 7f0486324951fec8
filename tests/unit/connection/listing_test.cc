// SPDX-License-Identifier: MIT
//
// How list_connections() puts together what sock_diag and /proc say; real ones are in tests/kernel.
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>

#include <cerrno>

#include "connection/reader.h"
#include "support/diag_messages.h"
#include "support/netlink_script.h"

namespace mptcp::connection {
namespace {

using test::make_ack;
using test::make_diag;
using test::make_done;

netlink::SocketKey key(const std::string& local, const std::string& remote) {
  return {*parse_address(local), *parse_address(remote), {}};
}
const auto first = key("10.0.0.1:1000", "10.0.0.9:80");
const auto second = key("10.0.0.2:2000", "10.0.0.9:80");

struct ListingOf : testing::Test {
  test::FakeKernel kernel;
  test::Answers connections;  // of IPv4
  test::Answers sockets;

  ListingOf() {
    kernel.directories["/proc"] = {};
    test::script_netlink(kernel, [this](const netlink::View& request) {
      netlink::Bytes payload = request.payload;
      const auto body = *netlink::take_header<inet_diag_req_v2>(payload);
      const bool mptcp = netlink::Attributes(payload).find(3).has_value();
      const bool dump = (request.flags & NLM_F_ROOT) != 0;
      test::Answers answers;
      if (body.sdiag_family == AF_INET && body.idiag_states != 0) {
        answers = mptcp ? connections : sockets;
      }
      answers.push_back(dump ? make_done() : make_ack());
      return answers;
    });
  }
  static netlink::Message connection(const test::DiagSpec& spec, std::uint32_t token) {
    auto message = make_diag(spec);
    test::append_info(message, {.token = token});
    return message;
  }
  static netlink::Message subflow(const test::DiagSpec& spec, std::optional<Token> token) {
    auto message = make_diag(spec);
    if (token) test::append_ulp(message, {.local_token = *token, .local_id = AddressId{1}});
    return message;
  }
  std::vector<ListedConnection> list() {
    auto answer = list_connections(kernel);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? *answer : std::vector<ListedConnection>{};
  }
  void add_process(int pid, const std::string& name, int fd, const std::string& link) {
    const std::string process = "/proc/" + std::to_string(pid);
    kernel.directories["/proc"].push_back(std::to_string(pid));
    kernel.directories[process + "/fd"].push_back(std::to_string(fd));
    kernel.files[process + "/comm"] = name + "\n";
    kernel.links[process + "/fd/" + std::to_string(fd)] = link;
  }
};

TEST_F(ListingOf, connections_shows_the_oldest_first_each_with_its_subflows) {
  connections = {connection({.key = second, .owner = 2, .inode = 20}, 0x200),
                 connection({.key = first, .owner = 1, .inode = 10}, 0x100)};
  const auto joined = key("10.0.0.3:3000", "10.0.0.9:80");
  sockets = {subflow({.key = joined, .inode = 10}, Token{0x100}),
             subflow({.key = second, .inode = 20}, Token{0x200}),
             subflow({.key = first, .inode = 10}, Token{0x100}),
             subflow({.key = joined, .inode = 99}, Token{0x999})};
  const auto all = list();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].token, Token{0x100});
  EXPECT_EQ(all[0].owner, 1U);
  EXPECT_EQ(all[0].info.token, Token{0x100});
  ASSERT_EQ(all[0].subflows.size(), 2U);
  EXPECT_EQ(all[0].subflows[0].local, first.local) << "the initial one is not first";
  EXPECT_EQ(all[0].subflows[1].local, joined.local);
  EXPECT_EQ(all[1].subflows.size(), 1U);
}

TEST_F(ListingOf, connections_knows_subflows_by_the_inode_where_tokens_are_kept_secret) {
  connections = {connection({.key = first, .inode = 10}, 0x100)};
  sockets = {subflow({.key = first, .inode = 10}, {}), subflow({.key = second, .inode = 0}, {})};
  const auto all = list();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].subflows.size(), 1U);
  EXPECT_FALSE(all[0].subflows[0].detail->local_id);
}

TEST_F(ListingOf, connections_knows_the_subflows_of_orphans_by_the_token) {
  connections = {connection({.key = first, .inode = 0}, 0x100),
                 connection({.key = second, .inode = 0}, 0x200)};
  sockets = {subflow({.key = second, .inode = 0}, Token{0x200})};
  for (const auto& found : list()) {
    EXPECT_EQ(found.subflows.size(), found.token == Token{0x200} ? 1U : 0U);
  }
}

TEST_F(ListingOf, connections_leaves_out_listeners_and_what_is_no_connection) {
  connections = {connection({.key = first, .state = TcpState::listen, .inode = 10}, 0),
                 make_diag({.key = second, .inode = 20})};
  EXPECT_TRUE(list().empty());
}

TEST_F(ListingOf, connections_names_the_process_with_the_lowest_number_that_holds_it) {
  connections = {connection({.key = first, .inode = 10}, 0x100),
                 connection({.key = second, .inode = 20}, 0x200)};
  add_process(300, "later", 3, "socket:[10]");
  add_process(7, "earlier", 4, "socket:[10]");
  add_process(8, "other", 5, "pipe:[20]");
  kernel.directories["/proc"].push_back("self");
  const auto all = list();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].pid, 7);
  EXPECT_EQ(all[0].fd, 4);
  EXPECT_EQ(all[0].process, "earlier");
  EXPECT_FALSE(all[1].pid);
  EXPECT_EQ(all[1].process, "");
}

TEST_F(ListingOf, connections_does_without_a_proc_that_cannot_be_read) {
  connections = {connection({.key = first, .inode = 10}, 0x100)};
  kernel.directories.clear();
  ASSERT_EQ(list().size(), 1U);
}

TEST_F(ListingOf, one_connection_says_whether_it_is_missing_or_the_kernel_cannot_tell) {
  auto missing = find_connection(kernel, Token{0xabc});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_NE(missing.error().message.find("0x00000abc"), std::string::npos);

  test::script_netlink(kernel,
                       [](const netlink::View&) { return test::Answers{make_ack(ENOENT)}; });
  auto unknown = find_connection(kernel, Token{0xabc});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::not_supported);
}

TEST_F(ListingOf, one_connection_does_not_look_for_processes) {
  connections = {connection({.key = first, .inode = 10}, 0x100)};
  sockets = {subflow({.key = first, .inode = 10}, Token{0x100})};
  auto found = find_connection(kernel, Token{0x100});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->subflows.size(), 1U);
  EXPECT_EQ(kernel.count("list_directory"), 0);
}

}  // namespace
}  // namespace mptcp::connection

// SPDX-License-Identifier: MIT
//
// list and show: which connections there are, how they are named, what is told of them.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "programs/run.h"
#include "support/connections.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

std::vector<std::string> keys_of(const nlohmann::json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

std::string pair_name(int fd) { return format(local_address(fd)) + "-" + format(peer_address(fd)); }

// A process that has one end of a connection and nothing else of it, until it is destroyed.
class Holder {
 public:
  explicit Holder(OwnedFd fd) : pid_(::fork()) {
    if (pid_ != 0) return;
    ::dup2(fd.get(), 100);
    ::close_range(3, 99, 0);
    ::close_range(101, ~0U, 0);
    for (;;) ::pause();
  }
  ~Holder() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::string pid() const { return std::to_string(pid_); }

 private:
  pid_t pid_;
};

TEST(List, shows_both_ends_of_a_connection) {
  const Pair pair = make_pair();
  const Outcome list = mptcp({"list"});
  ASSERT_TRUE(succeeds(list));
  for (int fd : {pair.client.get(), pair.server.get()}) {
    EXPECT_NE(list.out.find(token_of(fd) + "  established  " + format(local_address(fd))),
              std::string::npos)
        << list.out;
    EXPECT_NE(list.out.find(held(fd)), std::string::npos) << list.out;
  }
}

TEST(List, says_so_when_there_is_none) {
  EXPECT_EQ(mptcp({"list"}).out, "No MPTCP connections in this network namespace.\n");
  EXPECT_EQ(mptcp({"list", "--json"}).json()["connections"], nlohmann::json::array());
}

TEST(List, has_the_keys_that_are_documented) {
  const Pair pair = make_pair();
  const auto document = mptcp({"list", "--json"}).json();
  ASSERT_EQ(document["connections"].size(), 2u);
  EXPECT_EQ(keys_of(document["connections"][0]),
            (std::vector<std::string>{"fd", "inode", "local", "owner_uid", "pid", "process",
                                      "remote", "state", "subflow_count", "token"}));
}

TEST(List, needs_no_privilege) {
  const Pair pair = make_pair();
  const Outcome list = mptcp({"list"}, {.rights = Rights::ordinary_user});
  ASSERT_TRUE(succeeds(list));
  EXPECT_NE(list.out.find(token_of(pair.client.get())), std::string::npos) << list.out;
}

// Every way to name the client's end.
TEST(Naming, finds_a_connection_by_each_of_its_names) {
  const Pair pair = make_pair({.connect_to = "127.0.0.2", .client_from = "127.0.0.3"});
  const std::string token = token_of(pair.client.get());
  const Holder holder(OwnedFd(::dup(pair.client.get())));
  const Words names = {token,
                       std::to_string(std::stoul(token, nullptr, 16)),
                       held(pair.client.get()),
                       holder.pid() + ":100",
                       holder.pid(),
                       pair_name(pair.client.get()),
                       "127.0.0.3-127.0.0.2"};
  for (const std::string& name : names) {
    const Outcome show = mptcp({"show", "--json", name});
    ASSERT_TRUE(succeeds(show)) << name;
    EXPECT_EQ(show.json()["token"], std::stoul(token, nullptr, 16)) << name;
  }
}

TEST(Naming, finds_it_by_an_address_that_only_it_has) {
  const Pair local = make_pair();
  const Pair other = make_pair({.connect_to = "127.0.0.2", .client_from = "127.0.0.3"});
  // The peer's end has the same addresses: only one end may be alive for a single one to do.
  const Outcome show = mptcp(
      {"show", "--json",
       format(local_address(other.client.get())) + "-:" + std::to_string(number(other.port()))});
  ASSERT_TRUE(succeeds(show));
  EXPECT_EQ(show.json()["remote"], format(peer_address(other.client.get())));
}

TEST(Naming, lists_the_candidates_when_a_name_fits_several) {
  const Pair pair = make_pair();
  const std::string port = ":" + std::to_string(number(pair.port()));
  const Outcome show = mptcp({"show", port});
  EXPECT_TRUE(refuses(show, 1, "\"" + port + "\" fits 2 connections"));
  EXPECT_NE(show.err.find(token_of(pair.client.get())), std::string::npos) << show.err;
  EXPECT_NE(show.err.find(token_of(pair.server.get())), std::string::npos) << show.err;
  EXPECT_TRUE(refuses(mptcp({"show", std::to_string(::getpid())}), 1, "fits 2 connections"));
}

TEST(Naming, says_that_nothing_fits) {
  const Pair pair = make_pair();
  for (const char* name : {"0xffffffff", "4294967295", "10.99.0.1", ":1", "10.0.0.1-10.0.0.2:80"}) {
    EXPECT_TRUE(refuses(mptcp({"show", name}), 1, "\"" + std::string(name) + "\""));
  }
}

TEST(Naming, says_what_a_descriptor_is_when_it_is_no_connection) {
  const Pair pair = make_pair();
  EXPECT_TRUE(refuses(mptcp({"show", held(pair.listener.get())}), 1, "without a connection"));
  EXPECT_TRUE(refuses(mptcp({"show", held(999)}), 1, "descriptor 999"));
  const OwnedFd tcp = make_socket(Family::v4, Transport::tcp);
  EXPECT_EQ(mptcp({"show", held(tcp.get())}).status, 1);
  EXPECT_EQ(mptcp({"show", held(0)}).status, 1);
}

TEST(Show, tells_the_subflows_with_their_ids_to_who_may_look) {
  const Pair pair = make_pair();
  const auto document = mptcp({"show", "--json", held(pair.client.get())}).json();
  ASSERT_EQ(document["subflows"].size(), 1u);
  EXPECT_EQ(document["subflows"][0]["id"], 1);
  EXPECT_EQ(document["subflows"][0]["local"], format(local_address(pair.client.get())));
  EXPECT_EQ(document["subflows"][0]["state"], "established");
  EXPECT_EQ(document["path_manager"], "userspace");
  EXPECT_EQ(document["info"]["bytes_sent"], 1);
}

TEST(Show, tells_everything_but_the_ids_to_an_ordinary_user) {
  const Pair pair = make_pair();
  const auto document =
      mptcp({"show", "--json", token_of(pair.client.get())}, {.rights = Rights::ordinary_user})
          .json();
  ASSERT_EQ(document["subflows"].size(), 1u);
  EXPECT_TRUE(document["subflows"][0]["id"].is_null());
  EXPECT_EQ(document["subflows"][0]["local"], format(local_address(pair.client.get())));
  EXPECT_TRUE(document["subflows"][0]["rtt_us"].is_number());
}

TEST(Show, has_the_keys_that_are_documented) {
  const Pair pair = make_pair();
  const auto document = mptcp({"show", "--json", held(pair.client.get())}).json();
  EXPECT_EQ(keys_of(document),
            (std::vector<std::string>{"fd", "info", "inode", "local", "owner_uid", "path_manager",
                                      "pid", "process", "remote", "state", "subflow_count",
                                      "subflows", "token"}));
  EXPECT_EQ(keys_of(document["info"]),
            (std::vector<std::string>{"add_addr_accepted", "add_addr_accepted_max",
                                      "add_addr_signal",   "add_addr_signal_max",
                                      "bytes_acked",       "bytes_received",
                                      "bytes_retrans",     "bytes_sent",
                                      "csum_enabled",      "endp_fullmesh_max",
                                      "endp_laminar_max",  "flags",
                                      "last_ack_recv_ms",  "last_data_recv_ms",
                                      "last_data_sent_ms", "local_addr_max",
                                      "local_addr_used",   "rcv_nxt",
                                      "retransmits",       "snd_una",
                                      "subflows",          "subflows_max",
                                      "subflows_total",    "write_seq"}));
  EXPECT_EQ(keys_of(document["subflows"][0]), (std::vector<std::string>{"backoff",
                                                                        "backup",
                                                                        "backup_by_peer",
                                                                        "bytes_acked",
                                                                        "bytes_received",
                                                                        "bytes_retrans",
                                                                        "bytes_sent",
                                                                        "congestion_control",
                                                                        "cwnd_segments",
                                                                        "delivery_rate_bps",
                                                                        "fully_established",
                                                                        "id",
                                                                        "interface",
                                                                        "last_ack_recv_ms",
                                                                        "last_data_recv_ms",
                                                                        "last_data_sent_ms",
                                                                        "local",
                                                                        "local_id",
                                                                        "lost_segments",
                                                                        "min_rtt_us",
                                                                        "mss_bytes",
                                                                        "notsent_bytes",
                                                                        "pacing_rate_bps",
                                                                        "remote",
                                                                        "remote_id",
                                                                        "retransmissions",
                                                                        "rto_us",
                                                                        "rtt_us",
                                                                        "rttvar_us",
                                                                        "state",
                                                                        "unacked_segments"}));
}

TEST(Show, answers_with_fallback_rather_than_an_error) {
  const Connection connection = connect({.server = Transport::tcp});
  const Outcome show = mptcp({"show", held(connection.client.get())});
  EXPECT_TRUE(succeeds(show));
  EXPECT_NE(show.out.find("fell back to plain TCP"), std::string::npos) << show.out;
  EXPECT_EQ(mptcp({"show", "--json", held(connection.client.get())}).json()["state"], "fell_back");
}

TEST(Show, leaves_the_connection_alone) {
  Pair pair = make_pair();
  mptcp({"show", held(pair.client.get())});
  pair.client = OwnedFd();
  EXPECT_TRUE(
      wait_for(pair.server.get(), POLLIN));  // a kept duplicate would hold the farewell back
  char byte = 0;
  EXPECT_EQ(::read(pair.server.get(), &byte, 1), 0);
}

}  // namespace
}  // namespace mptcp::test

MPTCP_PROGRAM_SUITE_MAIN()

// SPDX-License-Identifier: MIT
//
// What a wire does to real traffic, and that it can be told otherwise while traffic runs.
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <random>
#include <thread>

#include "support/lab_hosts.h"
#include "support/namespaces.h"

namespace {

using namespace mptcp;
using namespace mptcp::test;
using namespace std::chrono_literals;

constexpr Family families[] = {Family::v4, Family::v6};

// The smallest round trip that TCP has seen.
std::chrono::microseconds least_rtt(int fd) {
  // min_rtt came after what the C library's struct knows: it is at byte 148.
  std::uint8_t info[256] = {};
  socklen_t length = sizeof info;
  EXPECT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length), 0);
  std::uint32_t least;
  std::memcpy(&least, info + 148, sizeof least);
  return std::chrono::microseconds(least);
}

// Whether a host's end of a path sees the cable.
bool has_carrier(const Lab& lab, const char* host, const char* interface) {
  const HostScope scope = lab.enter(host).value();
  const OwnedFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, interface);
  EXPECT_EQ(::ioctl(fd.get(), SIOCGIFFLAGS, &request), 0);
  return (request.ifr_flags & IFF_RUNNING) != 0;
}

// Datagrams from client to server over path 1; each holds its number.
class Datagrams {
 public:
  explicit Datagrams(const Lab& lab) {
    sockaddr_storage address;
    auto to = lab.address("1", "server").value();
    {
      const HostScope scope = lab.enter("server").value();
      receiver_ = OwnedFd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
      const auto length = to_sockaddr(to, address);
      EXPECT_EQ(::bind(receiver_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
      to = local_address(receiver_.get());
    }
    const HostScope scope = lab.enter("client").value();
    sender_ = OwnedFd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto length = to_sockaddr(to, address);
    EXPECT_EQ(::connect(sender_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  }

  void send(std::uint32_t from, std::uint32_t to) {
    for (auto number = from; number < to; ++number) {
      EXPECT_EQ(::send(sender_.get(), &number, sizeof number, 0), 4) << std::strerror(errno);
    }
  }
  std::uint32_t receive() {
    std::uint32_t number = ~0U;
    if (wait_for(receiver_.get(), POLLIN)) ::recv(receiver_.get(), &number, sizeof number, 0);
    return number;
  }
  // What has arrived, in order, up to the one with that number.
  std::vector<std::uint32_t> receive_until(std::uint32_t last) {
    std::vector<std::uint32_t> numbers;
    while (numbers.empty() || numbers.back() != last) {
      numbers.push_back(receive());
      if (numbers.back() == ~0U) break;
    }
    return numbers;
  }

 private:
  OwnedFd receiver_;
  OwnedFd sender_;
};

TEST(LabWires, carry_tcp_of_both_families_both_ways) {
  const Lab lab = start_lab({"50mbit,5ms", "rate=unlimited"});
  for (auto family : families) {
    for (const char* path : {"1", "2"}) {
      const auto connection = connect_over(lab, path, family);
      exchange(connection);
    }
  }
}

TEST(LabWires, delay_both_directions) {
  const Lab lab = start_lab({"upload:20ms,download:5ms"});
  for (auto family : families) {
    const auto connection = connect_over(lab, "1", family);
    exchange(connection);
    EXPECT_GE(least_rtt(connection.client.get()), 25ms);
  }
}

TEST(LabWires, do_not_carry_more_than_their_rate) {
  Lab lab = start_lab({"20mbit,queue=1s"});
  const auto connection = connect_over(lab, "1", Family::v4);
  const std::string text(500'000, 'x');
  const auto start = std::chrono::steady_clock::now();
  std::thread sender([&] { send_text(connection.client.get(), text); });
  EXPECT_EQ(receive_text(connection.server.get(), text.size()), text);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 195ms);  // 4 Mbit at 20 Mbit/s, less a burst
  sender.join();
}

TEST(LabWires, a_large_transfer_arrives_whole_though_everything_changes_meanwhile) {
  Lab lab = start_lab({"200mbit,2ms"});
  for (auto family : families) {
    const auto connection = connect_over(lab, "1", family);
    std::string text(8'000'000, '\0');
    std::mt19937 random(7);
    for (char& c : text) c = static_cast<char>(random());
    std::thread sender([&] { send_text(connection.client.get(), text); });
    std::string received;
    const char* changes[] = {"loss=1%",
                             "rate=unlimited,loss=0%",
                             "jitter=1ms,reorder=1%",
                             "duplicate=2%,50mbit",
                             "300mbit,jitter=0ms",
                             "1ms,reorder=0%",
                             "duplicate=0%,queue=100p",
                             "rate=unlimited"};
    for (const char* words : changes) {
      received += receive_text(connection.server.get(), text.size() / std::size(changes));
      change(lab, "1", words);
    }
    EXPECT_TRUE(received == text);
    sender.join();
  }
}

TEST(LabWires, a_silent_path_keeps_its_carrier_and_goes_on_when_it_speaks_again) {
  Lab lab = start_lab({"50mbit,1ms"});
  for (auto family : families) {
    const auto connection = connect_over(lab, "1", family);
    exchange(connection);
    const auto blocked = lab.path("1").value().upload.blocked;
    change(lab, "1", "silent");
    send_text(connection.client.get(), "late");
    EXPECT_TRUE(
        eventually(lab, "1", [&](const auto& state) { return state.upload.blocked > blocked; }));
    EXPECT_TRUE(has_carrier(lab, "client", "path1"));
    change(lab, "1", "silent=off");
    EXPECT_EQ(receive_text(connection.server.get(), 4), "late");
  }
}

TEST(LabWires, one_direction_can_be_silent_alone) {
  Lab lab = start_lab({"50mbit,1ms"});
  const auto connection = connect_over(lab, "1", Family::v4);
  exchange(connection);
  change(lab, "1", "download:silent");
  send_text(connection.client.get(), "heard");
  EXPECT_EQ(receive_text(connection.server.get(), 5), "heard");
  EXPECT_TRUE(eventually(lab, "1", [](const auto& state) { return state.download.blocked > 0; }));
  EXPECT_EQ(lab.path("1").value().upload.blocked, 0U);
}

TEST(LabWires, a_path_that_is_down_has_no_carrier_at_either_end_and_comes_back) {
  Lab lab = start_lab({"50mbit,1ms"});
  for (auto family : families) {
    const auto connection = connect_over(lab, "1", family);
    exchange(connection);
    change(lab, "1", "down");
    EXPECT_FALSE(has_carrier(lab, "client", "path1"));
    EXPECT_FALSE(has_carrier(lab, "server", "path1"));
    send_text(connection.client.get(), "late");
    change(lab, "1", "up");
    EXPECT_TRUE(has_carrier(lab, "client", "path1"));
    EXPECT_EQ(receive_text(connection.server.get(), 4), "late");
  }
}

TEST(LabWires, a_path_may_begin_down) {
  Lab lab = start_lab({"50mbit,1ms,down"});
  EXPECT_FALSE(has_carrier(lab, "server", "path1"));
  change(lab, "1", "up");
  exchange(connect_over(lab, "1", Family::v4));
}

TEST(LabWires, loss_of_everything_is_silence_that_is_counted_as_loss) {
  Lab lab = start_lab({"50mbit,1ms"});
  Datagrams datagrams(lab);
  datagrams.send(0, 1);
  EXPECT_EQ(datagrams.receive(), 0U);
  change(lab, "1", "loss=100%");
  datagrams.send(1, 11);
  EXPECT_TRUE(eventually(lab, "1", [](const auto& state) { return state.upload.lost == 10; }));
  change(lab, "1", "loss=0%");
  datagrams.send(11, 12);
  EXPECT_EQ(datagrams.receive(), 11U);
}

TEST(LabWires, a_seed_repeats_the_same_losses) {
  constexpr std::uint32_t count = 200;
  const auto survivors = [&](std::uint64_t seed) {
    Lab lab = start_lab({"loss=20%"}, seed);
    Datagrams datagrams(lab);
    datagrams.send(0, count);
    EXPECT_TRUE(eventually(lab, "1", [&](const auto& state) {
      return state.upload.packets + state.upload.lost == count;
    }));
    change(lab, "1", "loss=0%");
    datagrams.send(count, count + 1);
    return datagrams.receive_until(count);
  };
  const auto first = survivors(42);
  EXPECT_LT(first.size(), count - 10);
  EXPECT_GT(first.size(), count / 2);
  EXPECT_EQ(first, survivors(42));
  EXPECT_NE(first, survivors(43));
}

TEST(LabWires, duplicates_arrive_twice) {
  const Lab lab = start_lab({"duplicate=100%"});
  Datagrams datagrams(lab);
  datagrams.send(0, 2);
  std::vector<std::uint32_t> received;
  for (int i = 0; i < 4; ++i) received.push_back(datagrams.receive());
  EXPECT_EQ(received, (std::vector<std::uint32_t>{0, 0, 1, 1}));
}

TEST(LabWires, a_reordered_packet_comes_after_those_behind_it) {
  Lab lab = start_lab({"10ms,reorder=100%"});
  Datagrams datagrams(lab);
  datagrams.send(0, 1);
  EXPECT_TRUE(eventually(lab, "1", [](const auto& state) { return state.upload.reordered == 1; }));
  change(lab, "1", "reorder=0%");
  datagrams.send(1, 2);
  const auto received = datagrams.receive_until(0);
  // On a machine that stood still in between, the first had already arrived.
  EXPECT_TRUE(received == (std::vector<std::uint32_t>{1, 0}) ||
              received == (std::vector<std::uint32_t>{0}));
}

TEST(LabWires, a_full_queue_drops_and_counts) {
  Lab lab = start_lab({"1mbit,queue=5p"});
  Datagrams datagrams(lab);
  datagrams.send(0, 100);
  EXPECT_TRUE(eventually(lab, "1", [](const auto& state) {
    return state.upload.queue_full > 0 && state.upload.packets + state.upload.queue_full == 100;
  }));
}

TEST(LabWires, nothing_is_overrun_or_dropped_where_nothing_should_be) {
  Lab lab = start_lab({"100mbit,5ms,queue=1s"});
  const auto connection = connect_over(lab, "1", Family::v4);
  const std::string text(2'000'000, 'x');
  std::thread sender([&] { send_text(connection.client.get(), text); });
  EXPECT_EQ(receive_text(connection.server.get(), text.size()), text);
  sender.join();
  const auto state = lab.path("1").value();
  for (const auto& counters : {state.upload, state.download}) {
    EXPECT_EQ(counters.queue_full + counters.lost + counters.blocked + counters.overrun, 0U);
  }
  EXPECT_GE(state.upload.bytes, text.size());
}

TEST(LabWires, paths_do_not_touch_each_other) {
  Lab lab = start_lab({"50mbit", "50mbit"});
  change(lab, "1", "silent");
  exchange(connect_over(lab, "2", Family::v4));
  EXPECT_EQ(lab.path("1").value().upload.packets, 0U);
  EXPECT_GT(lab.path("2").value().upload.packets, 0U);
}

TEST(LabWires, three_hosts_in_a_chain_reach_their_neighbours) {
  LabSpec spec{.hosts = {{"client"}, {"router"}, {"server"}},
               .paths = {parse_path("between=client+router,1ms").value(),
                         parse_path("between=router+server,1ms").value()}};
  const Lab lab = Lab::start(spec).value();
  const auto remote = lab.address("2", "server").value();
  OwnedFd listener;
  {
    const HostScope scope = lab.enter("server").value();
    listener = make_listener(format(remote), Transport::tcp);
  }
  const HostScope scope = lab.enter("router").value();
  const auto client = make_socket(Family::v4, Transport::tcp);
  start_connect(client.get(), local_address(listener.get()));
  EXPECT_TRUE(wait_for(listener.get(), POLLIN));
}

}  // namespace

MPTCP_KERNEL_SUITE_MAIN()

// SPDX-License-Identifier: MIT
//
// Measures the lab's wires against what was asked of them: delay, rate, loss, and the most they
// carry.  docs/lab.md shows its output.
//
//   lab_bench [seconds]      of each measurement (1)
//
// Every packet's delay is compared with what a perfect wire would have given it: the time in the
// queue that the packets before it made, its time on the line, and the delay.
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include <mptcp/lab.h>

namespace {

using namespace mptcp;
using Nanoseconds = std::int64_t;

constexpr std::size_t datagram_size = 1472;
constexpr double ip_bits = (datagram_size + 28) * 8;

Nanoseconds wall_clock() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

void wait_until(Nanoseconds when) {
  const timespec until{when / 1'000'000'000, when % 1'000'000'000};
  ::clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, nullptr);
}

OwnedFd make_socket(const Lab& lab, const char* host, int type) {
  const HostScope scope = lab.enter(host).value();
  return OwnedFd(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
}

sockaddr_storage server_address(const Lab& lab, std::size_t path) {
  sockaddr_storage address;
  const auto server = lab.address(std::to_string(path), "server").value();
  to_sockaddr(server.with_port(Port{9000}), address);
  return address;
}

struct Arrival {
  std::uint32_t number;
  Nanoseconds when;
};

// Takes datagrams, stamped by the kernel as they come, until none has come for half a second.
std::vector<Arrival> receive(int fd) {
  std::vector<Arrival> arrivals;
  const timeval patience{0, 500'000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  for (bool any = false;;) {
    std::uint32_t number = 0;
    alignas(cmsghdr) char control[128];
    iovec part{&number, sizeof number};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (::recvmsg(fd, &message, 0) < 0) {
      if (any) return arrivals;
      continue;
    }
    any = true;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof stamp);
    arrivals.push_back({number, stamp.tv_sec * 1'000'000'000LL + stamp.tv_nsec});
  }
}

struct Run {
  std::vector<Nanoseconds> sent;
  std::vector<Arrival> arrivals;
  DirectionCounters counters;
};

// Sends at a rate for so long over a lab of one path.
Run run(const std::string& path, double bits_per_second, double seconds) {
  Lab lab = Lab::start({.paths = {parse_path(path).value()}}).value();
  const auto receiver = make_socket(lab, "server", SOCK_DGRAM);
  const auto sender = make_socket(lab, "client", SOCK_DGRAM);
  const auto address = server_address(lab, 1);
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  const int on = 1;
  const int buffer = 8 << 20;
  ::setsockopt(receiver.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  ::setsockopt(receiver.get(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  ::bind(receiver.get(), to, sizeof(sockaddr_in));
  ::connect(sender.get(), to, sizeof(sockaddr_in));

  Run result;
  std::thread taking([&] { result.arrivals = receive(receiver.get()); });
  char datagram[datagram_size] = {};
  const auto count = static_cast<std::uint32_t>(bits_per_second * seconds / ip_bits);
  const auto start = wall_clock() + 20'000'000;
  for (std::uint32_t i = 0; i < count; ++i) {
    wait_until(start + static_cast<Nanoseconds>(i * ip_bits / bits_per_second * 1e9));
    std::memcpy(datagram, &i, sizeof i);
    result.sent.push_back(wall_clock());
    ::send(sender.get(), datagram, sizeof datagram, 0);
  }
  taking.join();
  result.counters = lab.path("1").value().upload;
  return result;
}

double at(std::vector<double>& values, double share) {
  if (values.empty()) return std::nan("");
  const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index),
                   values.end());
  return values[index];
}

// How much later than on a perfect wire, in milliseconds.
std::vector<double> lateness(const Run& run, double rate, double delay_ms) {
  const auto on_line = static_cast<Nanoseconds>(ip_bits / rate * 1e9);
  std::vector<Nanoseconds> due;
  Nanoseconds line_free = 0;
  for (auto sent : run.sent) {
    line_free = std::max(line_free, sent) + on_line;
    due.push_back(line_free + static_cast<Nanoseconds>(delay_ms * 1e6));
  }
  std::vector<double> late;
  for (const auto& [number, when] : run.arrivals) {
    late.push_back(static_cast<double>(when - due[number]) / 1e6);
  }
  return late;
}

double rate_of(const Run& run) {
  if (run.arrivals.size() < 2) return 0;
  const auto span = run.arrivals.back().when - run.arrivals.front().when;
  return static_cast<double>(run.arrivals.size() - 1) * ip_bits / (static_cast<double>(span) / 1e9);
}

void measure_delay_and_rate(double seconds) {
  std::printf(
      "| asked | delay: median | p99 | rate | of it | overruns |\n|---|---|---|---|---|---|\n");
  for (int megabits : {5, 20, 50, 90, 300}) {
    for (int delay : {1, 10, 50, 200}) {
      char path[64];
      std::snprintf(path, sizeof path, "%dmbit,%dms,queue=50ms", megabits, delay);
      const double rate = megabits * 1e6;
      const auto gentle = run(path, rate * 0.7, seconds);
      auto late = lateness(gentle, rate, delay);
      const auto median = at(late, 0.5);
      const auto worst = at(late, 0.99);
      const auto full = run(path, rate * 1.1, seconds);
      std::printf("| %d Mbit/s, %d ms | %+.2f ms | %+.2f ms | %.2f Mbit/s | %.1f %% | %llu |\n",
                  megabits, delay, median, worst, rate_of(full) / 1e6, rate_of(full) / rate * 100,
                  static_cast<unsigned long long>(gentle.counters.overrun + full.counters.overrun));
      std::fflush(stdout);
    }
  }
}

void measure_loss(double seconds) {
  std::printf("\n| loss asked | packets | lost | standard error |\n|---|---|---|---|\n");
  for (double share : {0.001, 0.01, 0.1}) {
    char path[64];
    std::snprintf(path, sizeof path, "200mbit,1ms,loss=%g%%", share * 100);
    const auto result = run(path, 100e6, 2 * seconds);
    const auto count = static_cast<double>(result.sent.size());
    const auto lost = count - static_cast<double>(result.arrivals.size());
    std::printf("| %g %% | %.0f | %.3f %% | %.3f %% |\n", share * 100, count, lost / count * 100,
                std::sqrt(share * (1 - share) / count) * 100);
    std::fflush(stdout);
  }
}

// One TCP transfer over a path; answers bits a second that the server's application got.
double transfer(const Lab& lab, std::size_t path, double seconds) {
  const auto listener = make_socket(lab, "server", SOCK_STREAM);
  const auto client = make_socket(lab, "client", SOCK_STREAM);
  const auto address = server_address(lab, path);
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  const char cubic[] = "cubic";
  ::setsockopt(client.get(), IPPROTO_TCP, 13 /* TCP_CONGESTION */, cubic, sizeof cubic);
  ::bind(listener.get(), to, sizeof(sockaddr_in));
  ::listen(listener.get(), 1);
  ::connect(client.get(), to, sizeof(sockaddr_in));
  const OwnedFd server(::accept(listener.get(), nullptr, nullptr));
  const auto start = wall_clock();
  // The first half second is for the congestion window to open.
  const auto counted_from = start + 500'000'000;
  const auto end = counted_from + static_cast<Nanoseconds>(seconds * 1e9);
  std::thread sending([&] {
    std::vector<char> bytes(256 * 1024);
    while (wall_clock() < end &&
           ::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
    }
    ::shutdown(client.get(), SHUT_WR);
  });
  std::vector<char> bytes(256 * 1024);
  double counted = 0;
  for (;;) {
    const auto got = ::recv(server.get(), bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    const auto now = wall_clock();
    if (now >= counted_from && now < end) counted += static_cast<double>(got);
  }
  sending.join();
  return counted * 8 / seconds;
}

void measure_throughput(double seconds) {
  std::printf(
      "\n| paths | asked of each | TCP goodput, all together | overruns |\n|---|---|---|---|\n");
  struct Case {
    std::size_t paths;
    const char* words;
  };
  for (const auto& [count, words] :
       {Case{1, "300mbit,5ms"}, Case{1, "1gbit,5ms"}, Case{1, "1gbit,5ms,loss=0.000001%"},
        Case{2, "300mbit,5ms"}, Case{4, "150mbit,5ms"}, Case{4, "250mbit,5ms"}, Case{1, "5ms"}}) {
    LabSpec spec;
    for (std::size_t i = 0; i < count; ++i) spec.paths.push_back(parse_path(words).value());
    Lab lab = Lab::start(spec).value();
    std::vector<double> rates(count);
    std::vector<std::thread> transfers;
    for (std::size_t i = 0; i < count; ++i) {
      transfers.emplace_back([&, i] { rates[i] = transfer(lab, i + 1, seconds); });
    }
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      transfers[i].join();
      sum += rates[i];
    }
    std::uint64_t overruns = 0;
    for (const auto& state : lab.paths().value()) {
      overruns += state.upload.overrun + state.download.overrun;
    }
    std::printf("| %zu | %s | %.0f Mbit/s | %llu |\n", count, words, sum / 1e6,
                static_cast<unsigned long long>(overruns));
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 1;
  if (const auto lab = Lab::start({}); !lab || !lab->enter("client")) {
    std::fprintf(stderr, "lab_bench must enter the hosts: run it as root, or under unshare -Urn\n");
    return 1;
  }
  measure_delay_and_rate(seconds);
  measure_loss(seconds);
  measure_throughput(seconds);
}

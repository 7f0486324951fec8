// SPDX-License-Identifier: MIT
//
// Measures the core against the bare system calls, in one run, and prints the rows of
// docs/benchmarks.md.
//
//   core_bench [read|open|events|aggregate|idle]…      all of them when none is named
//
// What is compared takes turns, so that a slow moment of the machine meets both.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <thread>

#include <mptcp/c.h>
#include <mptcp/events.h>
#include <mptcp/lab.h>
#include <mptcp/paths.h>

#include "kernel/constants.h"
#include "netlink/mptcp_pm.h"
#include "support/connections.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace {

using namespace mptcp;
using namespace mptcp::test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void row(const std::string& what, double bare_us, double ours_us) {
  std::printf("| %s | %.2f us | %.2f us | %.2f |\n", what.c_str(), bare_us, ours_us,
              ours_us / bare_us);
  std::fflush(stdout);
}

// --- reading -------------------------------------------------------------------------------------

constexpr int rounds = 301;
constexpr int calls = 200;

template <class Bare, class Ours>
void compare(const std::string& what, Bare bare, Ours ours) {
  std::vector<double> bare_us;
  std::vector<double> ours_us;
  for (int i = 0; i < rounds; ++i) {
    const auto start = Clock::now();
    for (int j = 0; j < calls; ++j) bare();
    const auto middle = Clock::now();
    for (int j = 0; j < calls; ++j) ours();
    const auto end = Clock::now();
    bare_us.push_back(microseconds(middle - start) / calls);
    ours_us.push_back(microseconds(end - middle) / calls);
  }
  row(what, median(bare_us), median(ours_us));
}

int bare_info(int fd) {
  kernel::MptcpInfo info;
  socklen_t length = sizeof info;
  return ::getsockopt(fd, kernel::sol_mptcp, kernel::mptcp_info, &info, &length);
}

// MPTCP_FULL_INFO into the caller's arrays.
int bare_full_info(int fd, TcpInfo* tcp, std::byte* ids, std::uint32_t room_for) {
  kernel::FullInfo request{};
  request.size_tcpinfo_user = sizeof(TcpInfo);
  request.size_sfinfo_user = kernel::subflow_info_size;
  request.size_arrays_user = room_for;
  request.tcp_info = reinterpret_cast<std::uint64_t>(tcp);
  request.subflow_info = reinterpret_cast<std::uint64_t>(ids);
  socklen_t length = offsetof(kernel::FullInfo, info);
  return ::getsockopt(fd, kernel::sol_mptcp, kernel::mptcp_full_info, &request, &length);
}

void measure_reading() {
  write_sysctl("mptcp/path_manager", "userspace");
  const auto control = PathControl::direct().value();
  const Pair pair = make_pair();
  const int fd = pair.client.get();
  std::puts("| call | bare getsockopt | libmptcp | ratio |\n|---|---|---|---|");
  compare(
      "status", [&] { return bare_info(fd); }, [&] { return status(fd).value(); });
  compare(
      "status, C", [&] { return bare_info(fd); },
      [&] { return mptcp_connection_get_status(fd, nullptr); });
  compare(
      "info", [&] { return bare_info(fd); }, [&] { return info(fd).value(); });
  mptcp_connection_info_t c_info;
  c_info.size = sizeof c_info;
  compare(
      "info, C", [&] { return bare_info(fd); },
      [&] { return mptcp_connection_get_info(fd, &c_info, nullptr); });
  std::array<TcpInfo, 8> tcp;
  std::array<std::byte, 8 * kernel::subflow_info_size> ids;
  std::array<Subflow, 8> storage;
  std::array<mptcp_subflow_t, 8> c_storage;
  std::size_t open = 1;
  for (std::uint32_t count : {1U, 2U, 8U}) {
    for (; open < count; ++open) {
      control->open(fd, {.local = at("127.0.0." + std::to_string(open + 1))}, soon()).value();
    }
    const auto what = "subflows of " + std::to_string(count);
    const auto bare = [&] { return bare_full_info(fd, tcp.data(), ids.data(), 8); };
    compare(what, bare, [&] { return subflows(fd).value().size(); });
    compare(what + ", own storage", bare, [&] { return subflows(fd, storage).value().total; });
    compare(what + ", C", bare, [&] {
      return mptcp_connection_list_subflows(fd, LIBMPTCP_DEPTH_SNAPSHOT, c_storage.data(),
                                            sizeof c_storage[0], 8, nullptr, nullptr);
    });
  }
}

// --- opening -------------------------------------------------------------------------------------

// A request on a bare netlink socket, and the event that says that the subflow is up.
class BareOpener {
 public:
  BareOpener() { events_.join(family_.events_group).value(); }

  AddressPair open(Token token, const Address& local, const Address& remote) {
    auto request =
        netlink::encode(family_, {.command = netlink::PmCommand::subflow_create,
                                  .token = token,
                                  .local = netlink::PmAddress{.address = local, .id = AddressId{9}},
                                  .remote = netlink::PmAddress{.address = remote}});
    const auto answer = commands_.exchange(request);
    if (!answer || answer->code != 0) throw std::runtime_error("the kernel refused a subflow");
    for (;;) {
      const auto event = next_event();
      if (event && event->type == netlink::PmEventType::subflow_established) {
        return {*event->local, *event->remote};
      }
    }
  }
  // Both ends' notifications of a subflow that is being closed: a worker of the kernel's sends
  // them, and whoever comes next would read them.
  void await_closed() {
    for (int ends = 0; ends < 2;) {
      const auto event = next_event();
      if (event && event->type == netlink::PmEventType::subflow_closed) ++ends;
    }
  }

 private:
  std::optional<netlink::PmEvent> next_event() {
    for (;;) {
      auto datagram = events_.receive();
      if (datagram) {
        auto message = netlink::next_message(*datagram);
        return message ? netlink::decode_event(*message) : std::nullopt;
      }
      pollfd waiting{events_.descriptor(), POLLIN, 0};
      ::poll(&waiting, 1, 1000);
    }
  }

  netlink::Socket commands_ = netlink::Socket::open(kernel::system_kernel(), 16).value();
  netlink::Socket events_ = netlink::Socket::open(kernel::system_kernel(), 16).value();
  netlink::PmFamily family_ = netlink::resolve_pm_family(commands_).value();
};

void measure_opening() {
  write_sysctl("mptcp/path_manager", "userspace");
  const auto control = PathControl::direct().value();
  BareOpener opener;
  const Pair pair = make_pair();
  const int fd = pair.client.get();
  const auto token = *info(fd).value().token;
  const auto local = at("127.0.0.2");
  const auto remote = at("127.0.0.1").with_port(pair.port());
  std::vector<double> bare_us;
  std::vector<double> ours_us;
  for (int i = 0; i < 1000; ++i) {
    auto start = Clock::now();
    const auto bare = opener.open(token, local, remote);
    bare_us.push_back(microseconds(Clock::now() - start));
    control->close(fd, bare, soon()).value();
    opener.await_closed();
    control->process().value();
    start = Clock::now();
    const auto ours = control->open(fd, {.local = local}, soon()).value();
    ours_us.push_back(microseconds(Clock::now() - start));
    control->close(fd, ours.id, soon()).value();
    opener.await_closed();
  }
  std::puts("\n| call | bare request and event | libmptcp | ratio |\n|---|---|---|---|");
  row("open, median of 1,000 on loopback", median(bare_us), median(ours_us));
}

// --- events --------------------------------------------------------------------------------------

// Listeners come and go: two events each, and nothing else that costs.
void make_events(int count) {
  for (int i = 0; i < count; i += 2) make_listener("127.0.0.1", Transport::mptcp);
}

void measure_events() {
  write_sysctl("mptcp/path_manager", "userspace");
  const auto stream = EventStream::open(Scope::namespace_).value();
  std::vector<double> rates;
  std::size_t lost = 0;
  constexpr int count = 4000;
  for (int i = 0; i < 25; ++i) {
    make_events(count);
    const auto start = Clock::now();
    std::size_t read = 0;
    while (read < count) {
      const auto events = stream->read().value();
      if (events.empty()) break;
      read += events.size();
    }
    rates.push_back(static_cast<double>(read) / microseconds(Clock::now() - start) * 1e6);
    lost += count - read;
  }
  std::printf("\nevents: %.0f a second (median of 25 readings of %d), %zu lost\n", median(rates),
              count, lost);
  make_events(200'000);
  const Pair pair = make_pair();
  std::size_t found = 0;
  for (auto events = stream->read().value(); !events.empty(); events = stream->read().value()) {
    for (const auto& event : events) found += event.kind == EventKind::created ? 1 : 0;
  }
  std::printf(
      "events: after an overflow, %zu of 2 connections' ends that came up during it were "
      "found\n",
      found);
}

// --- aggregation ---------------------------------------------------------------------------------

// Bits a second that arrive, from one second after the first byte on, for three seconds.
double carried(const Lab& lab, PathControl& control, std::size_t first, std::size_t count) {
  Pair pair;
  const auto address = [&](std::size_t path, const char* host) {
    return lab.address(std::to_string(path), host).value();
  };
  {
    const HostScope scope = lab.enter("server").value();
    pair.listener = make_listener("0.0.0.0", Transport::mptcp);
  }
  const auto server = address(first, "server").with_port(pair.port());
  pair.client = make_socket(Family::v4, Transport::mptcp);
  sockaddr_storage storage;
  auto length = to_sockaddr(address(first, "client"), storage);
  ::bind(pair.client.get(), reinterpret_cast<sockaddr*>(&storage), length);
  length = to_sockaddr(server, storage);
  ::connect(pair.client.get(), reinterpret_cast<sockaddr*>(&storage), length);
  pair.server = OwnedFd(::accept4(pair.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  exchange_bytes(pair);
  for (std::size_t i = 1; i < count; ++i) {
    const auto remote = address(first + i, "server").with_port(pair.port());
    control
        .open(pair.client.get(), {.local = address(first + i, "client"), .remote = remote}, soon())
        .value();
  }
  std::thread sending([&] {
    const std::vector<char> bytes(256 * 1024);
    while (::send(pair.client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
    }
  });
  std::vector<char> bytes(256 * 1024);
  const auto from = Clock::now() + 1s;
  const auto end = from + 3s;
  double counted = 0;
  for (auto now = Clock::now(); now < end; now = Clock::now()) {
    const auto got = ::recv(pair.server.get(), bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    if (now >= from) counted += static_cast<double>(got);
  }
  reset(pair.server);
  sending.join();
  return counted * 8 / 3;
}

void measure_aggregation() {
  LabSpec spec{.hosts = {{"client", "userspace", "cubic"}, {"server", "userspace", "cubic"}}};
  for (int i = 0; i < 4; ++i) spec.paths.push_back(parse_path("50mbit,10ms").value());
  for (auto& host : spec.hosts) {
    host.sysctls = {{"net.ipv4.tcp_rmem", "4096 1048576 33554432"},
                    {"net.ipv4.tcp_wmem", "4096 1048576 33554432"}};
  }
  const Lab lab = Lab::start(spec).value();
  const HostScope scope = lab.enter("client").value();
  const auto control = PathControl::direct().value();
  OwnedFd server_listens;
  std::unique_ptr<PathControl> there;
  {
    const HostScope inside = lab.enter("server").value();
    there = PathControl::direct().value();
  }
  std::array<double, 4> alone;
  for (std::size_t i = 0; i < 4; ++i) alone[i] = carried(lab, *control, i + 1, 1);
  std::puts("\n| paths | each alone, added | together | ratio |\n|---|---|---|---|");
  for (std::size_t count : {2U, 4U}) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += alone[i];
    const double together = carried(lab, *control, 1, count);
    std::printf("| %zu | %.1f Mbit/s | %.1f Mbit/s | %.2f |\n", count, sum / 1e6, together / 1e6,
                together / sum);
    std::fflush(stdout);
  }
}

// --- idling --------------------------------------------------------------------------------------

void measure_idling() {
  write_sysctl("mptcp/path_manager", "userspace");
  const auto control = PathControl::direct().value();
  const auto stream = EventStream::open(Scope::added).value();
  std::vector<Pair> pairs;
  for (int i = 0; i < 1000; ++i) {
    pairs.push_back(make_pair());
    stream->add(pairs.back().client.get()).value();
  }
  while (!stream->read().value().empty()) {
  }
  control->process().value();
  pollfd waiting[] = {{control->descriptor(), POLLIN, 0}, {stream->descriptor(), POLLIN, 0}};
  int woken = 0;
  const auto end = Clock::now() + 10s;
  for (auto now = Clock::now(); now < end; now = Clock::now()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - now);
    if (::poll(waiting, 2, static_cast<int>(left.count())) <= 0) continue;
    ++woken;
    stream->read().value();
    control->process().value();
  }
  std::printf("\nidle: watching 1,000 idle connections for 10 s woke the program %d times\n",
              woken);
}

struct Measurement {
  const char* name;
  void (*run)();
};
constexpr Measurement measurements[] = {{"read", measure_reading},
                                        {"open", measure_opening},
                                        {"events", measure_events},
                                        {"aggregate", measure_aggregation},
                                        {"idle", measure_idling}};

}  // namespace

int main(int argc, char** argv) {
  if (const auto why = enter_own_namespaces(); !why.empty()) {
    std::fprintf(stderr, "core_bench: %s\n", why.c_str());
    return 77;
  }
  for (const auto& [name, run] : measurements) {
    const auto is_this = [&](const char* argument) { return std::strcmp(argument, name) == 0; };
    if (argc == 1 || std::any_of(argv + 1, argv + argc, is_this)) run();
  }
}

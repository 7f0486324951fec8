// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <memory>
#include <system_error>

#include <mptcp/connection.h>
#include <mptcp/paths.h>

#include "demo.h"
#include "screen.h"

namespace demo {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto sample_interval = 100ms;

void check(ssize_t result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

mptcp::OwnedFd connect_to(const Order& order, mptcp::PathControl& control) {
  mptcp::OwnedFd fd;
  if (order.kind == Kind::plain) {
    fd = mptcp::OwnedFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    check(fd.get(), "socket");
  } else {
    fd = mptcp::open_socket(order.server.family, mptcp::Fallback::refused).value();
    // This connection's paths are ours to manage; the host's other connections stay as they were.
    control.convert_path_manager(fd.get()).value();
  }
  sockaddr_storage storage;
  const auto length = mptcp::to_sockaddr(order.server, storage);
  check(::connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), "connecting");
  return fd;
}

// The steering itself: what an application writes to use libmptcp.
class Steering {
 public:
  Steering(mptcp::PathControl& control, int fd, const Order& order)
      : control_(control), fd_(fd), order_(order) {}

  // Does what is due when `done` (0 to 1) of the file is there; one thing at a time.
  void advance(double done) {
    if (is_waiting_ || next_ == 3 || done < 0.25 * (next_ + 1)) return;
    const auto deadline = mptcp::Deadline::after(5s);
    const mptcp::SubflowId first{1};
    switch (next_) {
      case 0:
        control_
            .start_open(fd_, {.local = order_.second_local, .remote = order_.second_remote},
                        deadline)
            .value();
        break;
      case 1:  // the second is preferred when the first is only a backup
        control_.start_prefer(fd_, first, mptcp::Priority::backup, deadline).value();
        break;
      case 2:
        control_.start_close(fd_, first, deadline, mptcp::LastSubflow::keep).value();
        break;
    }
    ++next_;
    is_waiting_ = true;
  }

  // What has happened since, in words; throws when a step failed.
  std::vector<std::string> news() {
    std::vector<std::string> lines;
    for (const auto& completion : control_.process().value()) {
      is_waiting_ = false;
      if (completion.error) throw mptcp::Failure(*completion.error);
      lines.push_back(sentence(completion));
    }
    return lines;
  }

 private:
  std::string sentence(const mptcp::Completion& completion) const {
    switch (next_) {
      case 1:
        return fmt::format("opened subflow {}: {} -> {}", mptcp::number(completion.subflow->id),
                           format(completion.subflow->local), format(completion.subflow->remote));
      case 2:
        return "preferred subflow 2: subflow 1 is a backup now";
      default:
        return "closed subflow 1, the connection's first";
    }
  }

  mptcp::PathControl& control_;
  int fd_;
  const Order& order_;
  int next_ = 0;
  bool is_waiting_ = false;
};

// Turns byte counters into rates, a sample an interval.
class Meter {
 public:
  explicit Meter(Kind kind) : kind_(kind) {}

  bool is_due() const { return Clock::now() >= last_ + sample_interval; }

  // Reads the subflows of `fd`; `received` is what the application has read.
  std::vector<Row> sample(int fd, std::uint64_t received, Outcome& outcome) {
    const auto now = Clock::now();
    const double interval = std::chrono::duration<double>(now - last_).count();
    second_ += interval;
    last_ = now;
    total_rate_ = rate(0, received, interval);
    if (kind_ == Kind::plain) {
      outcome.samples.push_back({second_, 0, total_rate_});
      return {};
    }
    std::vector<Row> rows;
    for (const auto& subflow : mptcp::subflows(fd).value()) {
      const auto id = mptcp::number(subflow.id);
      const double megabits = rate(id, subflow.tcp.bytes_received, interval);
      outcome.samples.push_back({second_, id, megabits});
      rows.push_back({fmt::format("{}  {} -> {}", id, host(subflow.local), host(subflow.remote)),
                      megabits, subflow.tcp.rcv_rtt / 1000.0});
    }
    return rows;
  }

  double second() const { return second_; }
  double total_rate() const { return total_rate_; }

 private:
  static std::string host(const mptcp::Address& address) {
    return format(address.with_port(mptcp::Port{}));
  }
  double rate(unsigned id, std::uint64_t bytes, double interval) {
    const auto before = std::exchange(bytes_[id], bytes);
    return interval > 0 ? static_cast<double>(bytes - before) * 8 / interval / 1e6 : 0;
  }

  Kind kind_;
  Clock::time_point last_ = Clock::now();
  double second_ = 0;
  double total_rate_ = 0;
  std::map<unsigned, std::uint64_t> bytes_;
};

}  // namespace

Outcome download(const Order& order) {
  auto control = mptcp::PathControl::direct().value();
  const auto fd = connect_to(order, *control);
  const mptcp::OwnedFd file(
      ::open(order.file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  check(file.get(), order.file.c_str());

  Outcome outcome;
  Screen screen(order.kind == Kind::plain ? "plain TCP" : "with libmptcp");
  Steering steering(*control, fd.get(), order);
  Meter meter(order.kind);
  std::vector<char> buffer(256 * 1024);
  std::uint64_t received = 0;

  for (;;) {
    pollfd waiting[] = {{fd.get(), POLLIN, 0}, {control->descriptor(), POLLIN, 0}};
    check(::poll(waiting, 2, static_cast<int>(sample_interval.count())), "poll");
    const double done = static_cast<double>(received) / static_cast<double>(order.size);
    if (waiting[1].revents) {
      for (const auto& line : steering.news()) {
        outcome.steps.push_back({meter.second(), line});
        screen.note(fmt::format("{:>5.1f} s  {:>3.0f} %  {}", meter.second(), done * 100, line));
      }
    }
    if (waiting[0].revents) {
      const auto count = ::read(fd.get(), buffer.data(), buffer.size());
      check(count, "reading");
      if (count == 0) break;
      check(::write(file.get(), buffer.data(), static_cast<std::size_t>(count)), "writing");
      received += static_cast<std::uint64_t>(count);
    }
    if (order.kind == Kind::multipath) steering.advance(done);
    if (meter.is_due()) {
      const auto rows = meter.sample(fd.get(), received, outcome);
      screen.show(meter.second(), done, meter.total_rate(), rows);
    }
  }
  meter.sample(fd.get(), received, outcome);
  screen.finish();
  outcome.seconds = meter.second();
  if (received != order.size) {
    throw std::runtime_error(fmt::format("{} of {} bytes arrived", received, order.size));
  }
  return outcome;
}

}  // namespace demo

// SPDX-License-Identifier: MIT
//
// A download that steers the paths of its connection: what an application writes to use libmptcp.
// follow.h says what it tells on standard output.
//
//   mptcp-demo-download SERVER LOCAL REMOTE SIZE FILE
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <mptcp/connection.h>
#include <mptcp/paths.h>

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr mptcp::SubflowId first{1};

void check(ssize_t result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

std::string host(const mptcp::Address& address) { return format(address.with_port(mptcp::Port{})); }

class Download {
 public:
  Download(const mptcp::Address& server, const mptcp::OpenRequest& second, std::uint64_t size)
      : second_(second),
        size_(size),
        control_(mptcp::PathControl::direct().value()),
        fd_(mptcp::open_socket(server.family, mptcp::Fallback::refused).value()) {
    // This connection's paths are ours to manage; the host's other connections stay as they were.
    control_->convert_path_manager(fd_.get()).value();
    sockaddr_storage storage;
    const auto length = mptcp::to_sockaddr(server, storage);
    check(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&storage), length), "connecting");
    began_ = Clock::now();
  }

  void run(std::ofstream file) {
    std::vector<char> buffer(256 * 1024);
    for (auto due = began_ + 100ms;;) {
      pollfd waiting[] = {{fd_.get(), POLLIN, 0}, {control_->descriptor(), POLLIN, 0}};
      check(::poll(waiting, 2, 100), "poll");
      if (waiting[1].revents) tell_steps();
      if (waiting[0].revents) {
        const auto count = ::read(fd_.get(), buffer.data(), buffer.size());
        check(count, "reading");
        if (count == 0) break;
        file.write(buffer.data(), count);
        received_ += static_cast<std::uint64_t>(count);
      }
      steer();
      if (Clock::now() >= due) {
        tell_sample();
        due = Clock::now() + 100ms;
      }
    }
    tell_sample();
    file.exceptions(std::ios::badbit);
    file.close();
  }

 private:
  // Begins what is due, one step at a time; the loop goes on meanwhile.
  void steer() {
    if (is_waiting_ || steps_ == 3 || received_ < (steps_ + 1) * size_ / 4) return;
    const auto deadline = mptcp::Deadline::after(5s);
    switch (++steps_) {
      case 1:
        control_->start_open(fd_.get(), second_, deadline).value();
        break;
      case 2:  // the second is preferred when the first is only a backup
        control_->start_prefer(fd_.get(), first, mptcp::Priority::backup, deadline).value();
        break;
      case 3:
        control_->start_close(fd_.get(), first, deadline, mptcp::LastSubflow::keep).value();
        break;
    }
    is_waiting_ = true;
  }

  void tell_steps() {
    for (const auto& done : control_->process().value()) {
      is_waiting_ = false;
      if (done.error) throw mptcp::Failure(*done.error);
      fmt::print("step\t{:.3f}\t{}\t{}\n", second(), received_, sentence(done));
    }
    std::fflush(stdout);
  }

  std::string sentence(const mptcp::Completion& done) const {
    if (steps_ == 2) return "preferred subflow 2: subflow 1 is a backup now";
    if (steps_ == 3) return "closed subflow 1, the connection's first";
    return fmt::format("opened subflow {}: {} -> {}", mptcp::number(done.subflow->id),
                       format(done.subflow->local), format(done.subflow->remote));
  }

  void tell_sample() const {
    const double now = second();
    for (const auto& subflow : mptcp::subflows(fd_.get()).value()) {
      fmt::print("subflow\t{:.3f}\t{}\t{}\t{}\t{}\t{}\n", now, mptcp::number(subflow.id),
                 subflow.tcp.bytes_received, subflow.tcp.rcv_rtt, host(subflow.local),
                 host(subflow.remote));
    }
    fmt::print("total\t{:.3f}\t{}\n", now, received_);
    std::fflush(stdout);
  }

  double second() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

  mptcp::OpenRequest second_;
  std::uint64_t size_;
  std::unique_ptr<mptcp::PathControl> control_;
  mptcp::OwnedFd fd_;
  Clock::time_point began_;
  std::uint64_t received_ = 0;
  unsigned steps_ = 0;
  bool is_waiting_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: mptcp-demo-download SERVER LOCAL REMOTE SIZE FILE\n", stderr);
    return 2;
  }
  try {
    const mptcp::OpenRequest second{.local = mptcp::parse_address(argv[2]).value(),
                                    .remote = mptcp::parse_address(argv[3]).value()};
    Download download(mptcp::parse_address(argv[1]).value(), second, std::stoull(argv[4]));
    download.run(std::ofstream(argv[5], std::ios::binary));
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "mptcp-demo-download: %s\n", failure.what());
    return 1;
  }
}

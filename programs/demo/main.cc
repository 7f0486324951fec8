// SPDX-License-Identifier: MIT
//
// mptcp-demo: a lab of two paths of 50 Mbit/s, and in it the same file twice: over plain TCP, then
// over a connection whose application steers its paths.  Real sockets, the machine's own kernel.
//
// The program starts itself twice more: as the server in one host of the lab, and as the
// downloading application in the other.
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>

#include <mptcp/lab.h>

#include "demo.h"

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t megabyte = 1'000'000;
constexpr char server_address[] = "10.0.1.2:5001";

// One line an interval: the second, then the rate of each of `subflows`, 0 while there is none.
void write_rates(const std::string& file, const demo::Outcome& outcome,
                 const std::vector<unsigned>& subflows) {
  std::map<double, std::map<unsigned, double>> rows;
  for (const auto& sample : outcome.samples) {
    rows[sample.second][sample.subflow] = sample.megabits_per_second;
  }
  std::ofstream out(file);
  for (auto& [second, rates] : rows) {
    out << second;
    for (unsigned subflow : subflows) out << '\t' << rates[subflow];
    out << '\n';
  }
}

void write_steps(const std::string& file, const demo::Outcome& outcome) {
  static const std::array words = {"opened subflow 2", "preferred it", "closed subflow 1"};
  std::ofstream out(file);
  for (std::size_t i = 0; i < outcome.steps.size(); ++i) {
    out << outcome.steps[i].second << '\t' << words.at(i) << '\n';
  }
}

void download_both(std::uint64_t size, const std::string& output) {
  demo::Order order;
  order.server = mptcp::parse_address(server_address).value();
  order.second_local = mptcp::parse_address("10.0.2.1").value();
  order.second_remote = mptcp::parse_address("10.0.2.2:5001").value();
  order.size = size;

  order.kind = demo::Kind::plain;
  order.file = output + "/plain-tcp.bin";
  const auto plain = demo::download(order);
  order.kind = demo::Kind::multipath;
  order.file = output + "/libmptcp.bin";
  const auto multipath = demo::download(order);

  write_rates(output + "/plain.tsv", plain, {0});
  write_rates(output + "/multipath.tsv", multipath, {1, 2});
  write_steps(output + "/steps.tsv", multipath);
  fmt::print("\nplain TCP {:.1f} s, with libmptcp {:.1f} s: {:.2f} times as fast\n", plain.seconds,
             multipath.seconds, plain.seconds / multipath.seconds);
}

mptcp::Process start(const mptcp::Lab& lab, const std::string& host,
                     std::vector<std::string> arguments, int standard_output) {
  arguments.insert(arguments.begin(), std::filesystem::read_symlink("/proc/self/exe"));
  return lab
      .spawn({.host = host, .arguments = std::move(arguments), .standard_output = standard_output})
      .value();
}

// Waits until the server says that it listens.
void wait_for_line(int fd) {
  char byte = 0;
  do {
    if (::read(fd, &byte, 1) != 1) throw std::runtime_error("the server did not start");
  } while (byte != '\n');
}

int run_in_lab(std::uint64_t megabytes, const std::string& output) {
  mptcp::LabSpec spec;
  spec.paths = {mptcp::parse_path("50mbit,10ms").value(), mptcp::parse_path("50mbit,15ms").value()};
  auto lab = mptcp::Lab::start(spec).value();

  int ends[2];
  if (::pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const mptcp::OwnedFd read_end(ends[0]);
  mptcp::OwnedFd write_end(ends[1]);
  const auto size = std::to_string(megabytes);
  auto server = start(lab, "server", {"--role", "server", "--size", size}, write_end.get());
  write_end = mptcp::OwnedFd();
  wait_for_line(read_end.get());

  fmt::print("Two paths of 50 Mbit/s, 10 ms and 15 ms one way; a download of {} MB.\n\n",
             megabytes);
  std::fflush(stdout);
  auto client =
      start(lab, "client", {"--role", "client", "--size", size, "--output", output}, STDOUT_FILENO);
  const int status = client.wait().value();
  return status != 0 ? status : server.wait().value();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Downloads a file twice over two real paths, with and without libmptcp");
  std::uint64_t megabytes = 150;
  std::string output = ".";
  std::string role;
  app.add_option("--size", megabytes, "megabytes of the file")->check(CLI::Range(8, 10000));
  app.add_option("--output", output, "folder for the files and the measured rates")
      ->check(CLI::ExistingDirectory);
  app.add_option("--role", role, "used by the program itself: client, server")->group("");
  CLI11_PARSE(app, argc, argv);

  try {
    if (role == "server") {
      demo::serve(mptcp::parse_address("0.0.0.0:5001").value(), megabytes * megabyte, 2);
    } else if (role == "client") {
      download_both(megabytes * megabyte, output);
    } else {
      return run_in_lab(megabytes, output);
    }
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "mptcp-demo: {}\n", failure.what());
    return 1;
  }
}

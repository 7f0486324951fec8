// SPDX-License-Identifier: MIT
//
// mptcp-demo: a lab of two paths of 50 Mbit/s, and in it the same file several times: over plain
// TCP, then by an application, or one after another, that steers the paths of its connection.  Real
// sockets, the machine's own kernel.
//
// The server and the download over plain TCP are this program too, in the lab's hosts; the
// applications are programs of their own, in whatever language, that know nothing of the lab.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>

#include <mptcp/lab.h>

#include "follow.h"
#include "serve.h"

namespace {

constexpr std::uint64_t megabyte = 1'000'000;
constexpr char server_address[] = "10.0.1.2:5001";
constexpr char second_local[] = "10.0.2.1";  // the second path's two ends
constexpr char second_remote[] = "10.0.2.2:5001";

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
  for (std::size_t i = 0; i < std::min(words.size(), outcome.steps.size()); ++i) {
    out << outcome.steps[i].second << '\t' << words[i] << '\n';
  }
}

// Who downloads: words of a command, to which the server, the second path's two ends, the size and
// the file are added.
struct Application {
  std::string name;  // the language, for those who see the result; empty: the one we come with
  std::vector<std::string> command;

  std::string title() const { return "with libmptcp" + (name.empty() ? "" : " in " + name); }
  std::string stem() const { return name.empty() ? "libmptcp" : name; }
};

Application parse_application(const std::string& words) {
  const auto end = words.find('=');
  if (end == 0 || end == std::string::npos) {
    throw std::runtime_error("\"" + words + "\" is not NAME=COMMAND");
  }
  return {words.substr(0, end), {"sh", "-c", "exec " + words.substr(end + 1) + " \"$@\"", "sh"}};
}

std::filesystem::path own_path() { return std::filesystem::read_symlink("/proc/self/exe"); }

// What a program writes to its standard output.
struct Started {
  mptcp::Process process;
  mptcp::OwnedFd output;
};

Started start(const mptcp::Lab& lab, const std::string& host, std::vector<std::string> arguments) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  mptcp::OwnedFd read_end(ends[0]);
  const mptcp::OwnedFd write_end(ends[1]);
  auto process = lab.spawn(
      {.host = host, .arguments = std::move(arguments), .standard_output = write_end.get()});
  return {std::move(process).value(), std::move(read_end)};
}

// Waits until the server says that it listens.
void wait_for_line(int fd) {
  char byte = 0;
  do {
    if (::read(fd, &byte, 1) != 1) throw std::runtime_error("the server did not start");
  } while (byte != '\n');
}

void wait_for_success(Started& started, const std::string& what) {
  const int status = started.process.wait().value();
  if (status != 0) throw std::runtime_error(fmt::format("{}: exit status {}", what, status));
}

// A download is over when its application is: one that failed said why, on standard error.
demo::Outcome download(const mptcp::Lab& lab, std::vector<std::string> arguments,
                       const std::string& title, std::uint64_t size) {
  auto started = start(lab, "client", std::move(arguments));
  demo::Follower follower(title, size);
  follower.follow(started.output.get());
  wait_for_success(started, title);
  return follower.finish();
}

int run_in_lab(std::uint64_t megabytes, const std::string& output,
               const std::vector<Application>& applications) {
  mptcp::LabSpec spec;
  spec.paths = {mptcp::parse_path("50mbit,10ms").value(), mptcp::parse_path("50mbit,15ms").value()};
  auto lab = mptcp::Lab::start(spec).value();
  const auto size = megabytes * megabyte;

  auto server = start(lab, "server",
                      {own_path(), "--role", "server", "--size", std::to_string(megabytes),
                       "--connections", std::to_string(1 + applications.size())});
  wait_for_line(server.output.get());
  fmt::print("Two paths of 50 Mbit/s, 10 ms and 15 ms one way; a download of {} MB.\n\n",
             megabytes);
  std::fflush(stdout);

  const auto plain =
      download(lab, {own_path(), "--role", "plain", "--output", output}, "plain TCP", size);
  write_rates(output + "/plain.tsv", plain, {0});

  std::string result;
  for (const auto& application : applications) {
    const auto file = output + "/" + application.stem();
    auto arguments = application.command;
    for (const auto& word : {std::string(server_address), std::string(second_local),
                             std::string(second_remote), std::to_string(size), file + ".bin"}) {
      arguments.push_back(word);
    }
    const auto steered = download(lab, std::move(arguments), application.title(), size);
    write_rates(file + ".tsv", steered, {1, 2});
    write_steps(file + "-steps.tsv", steered);
    result += fmt::format("plain TCP {:.1f} s, {} {:.1f} s: {:.2f} times as fast\n", plain.seconds,
                          application.title(), steered.seconds, plain.seconds / steered.seconds);
  }
  wait_for_success(server, "the server");
  fmt::print("\n{}", result);
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app("Downloads a file over two real paths, without and with libmptcp");
  std::uint64_t megabytes = 150;
  std::string output = ".";
  std::vector<std::string> words;
  std::string role;
  int connections = 0;
  app.add_option("--size", megabytes, "megabytes of the file")->check(CLI::Range(8, 10000));
  app.add_option("--output", output, "folder for the files and the measured rates")
      ->check(CLI::ExistingDirectory);
  app.add_option("--application", words,
                 "NAME=COMMAND, who downloads, instead of the one in C++; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--role", role, "used by the program itself: server, plain")->group("");
  app.add_option("--connections", connections)->group("");
  CLI11_PARSE(app, argc, argv);

  if (role == "server") {
    demo::serve(mptcp::parse_address("0.0.0.0:5001").value(), megabytes * megabyte, connections);
    return 0;
  }
  if (role == "plain") {
    demo::download_plainly(mptcp::parse_address(server_address).value(), output + "/plain-tcp.bin");
    return 0;
  }
  std::vector<Application> applications;
  applications.reserve(words.size());
  for (const auto& word : words) applications.push_back(parse_application(word));
  if (applications.empty()) {
    applications.push_back({"", {own_path().replace_filename("mptcp-demo-download")}});
  }
  return run_in_lab(megabytes, output, applications);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "mptcp-demo: %s\n", failure.what());
    return 1;
  }
}

// SPDX-License-Identifier: MIT
#include "follow.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace demo {

void Follower::follow(int fd) {
  std::string pending;
  char buffer[4096];
  for (;;) {
    const auto count = ::read(fd, buffer, sizeof buffer);
    if (count < 0) throw std::system_error(errno, std::generic_category(), "reading");
    if (count == 0) return;
    pending.append(buffer, static_cast<std::size_t>(count));
    for (std::size_t end; (end = pending.find('\n')) != std::string::npos;) {
      take(pending.substr(0, end));
      pending.erase(0, end + 1);
    }
  }
}

Outcome Follower::finish() {
  screen_.finish();
  if (received_ != size_) {
    throw std::runtime_error(fmt::format("{} of {} bytes arrived", received_, size_));
  }
  return std::move(outcome_);
}

void Follower::take(const std::string& line) {
  std::istringstream words(line);
  std::string kind;
  words >> kind >> second_;
  if (kind == "subflow") {
    take_subflow(words);
  } else if (kind == "total") {
    take_total(words);
  } else if (kind == "step") {
    take_step(words);
  } else {
    words.setstate(std::ios::failbit);
  }
  if (words.fail()) throw std::runtime_error("the application said \"" + line + "\"");
}

void Follower::take_subflow(std::istringstream& words) {
  unsigned id = 0;
  std::uint64_t bytes = 0;
  double round_trip_us = 0;
  std::string local, remote;
  if (!(words >> id >> bytes >> round_trip_us >> local >> remote)) return;
  const double rate = megabits_per_second(id, bytes);
  told_.push_back({second_, id, rate});
  rows_.push_back({fmt::format("{}  {} -> {}", id, local, remote), rate, round_trip_us / 1000});
}

void Follower::take_total(std::istringstream& words) {
  if (!(words >> received_)) return;
  const double rate = megabits_per_second(0, received_);
  if (told_.empty()) told_.push_back({second_, 0, rate});
  for (auto& sample : told_) {
    sample.second = second_;  // one moment for all: the picture stacks them
    outcome_.samples.push_back(sample);
  }
  outcome_.seconds = second_;
  screen_.show(second_, done(), rate, rows_);
  told_.clear();
  rows_.clear();
}

void Follower::take_step(std::istringstream& words) {
  std::string text;
  if (!(words >> received_ >> std::ws) || !std::getline(words, text)) return;
  outcome_.steps.push_back({second_, text});
  screen_.note(fmt::format("{:>5.1f} s  {:>3.0f} %  {}", second_, done() * 100, text));
}

// Since its last reading; a subflow that is new has counted from the last sample at the earliest.
double Follower::megabits_per_second(unsigned subflow, std::uint64_t bytes) {
  const auto found = readings_.find(subflow);
  const Reading before = found == readings_.end() ? Reading{outcome_.seconds, 0} : found->second;
  readings_[subflow] = {second_, bytes};
  const double interval = second_ - before.second;
  return interval > 0 ? static_cast<double>(bytes - before.bytes) * 8 / interval / 1e6 : 0;
}

}  // namespace demo

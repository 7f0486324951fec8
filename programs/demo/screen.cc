// SPDX-License-Identifier: MIT
#include "screen.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace demo {
namespace {

constexpr int bar_width = 40;
constexpr double full_rate = 50;  // Mbit/s: what one path carries at most

std::string bar(double part) {
  static const char* const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int cells = static_cast<int>(std::clamp(part, 0.0, 1.0) * bar_width * 8);
  std::string text;
  for (int i = 0; i < cells / 8; ++i) text += "█";
  text += eighths[cells % 8];
  for (int i = (cells + 7) / 8; i < bar_width; ++i) text += "·";
  return text;
}

}  // namespace

Screen::Screen(std::string title)
    : title_(std::move(title)), terminal_(::isatty(STDOUT_FILENO) == 1) {}

void Screen::erase() {
  if (drawn_ > 0) fmt::print("\x1b[{}F\x1b[J", drawn_);
  drawn_ = 0;
}

void Screen::show(double second, double done, double total_rate, const std::vector<Row>& rows) {
  if (!terminal_) {
    if (second - last_line_ < 2) return;
    if (last_line_ < 0) fmt::print("{}\n", title_);
    last_line_ = second;
    fmt::print("{:>5.1f} s  {:>3.0f} %  {:>5.1f} Mbit/s", second, done * 100, total_rate);
    for (const Row& row : rows) fmt::print("   {} {:.1f}", row.label, row.megabits_per_second);
    fmt::print("\n");
    std::fflush(stdout);
    return;
  }
  erase();
  fmt::print("{:<34} {} {:>3.0f} %   {:>5.1f} Mbit/s\n", title_, bar(done), done * 100, total_rate);
  for (const Row& row : rows) {
    fmt::print("  {:<32} {} {:>5.1f} Mbit/s", row.label, bar(row.megabits_per_second / full_rate),
               row.megabits_per_second);
    if (row.round_trip_ms > 0) fmt::print("   RTT {:.0f} ms", row.round_trip_ms);
    fmt::print("\n");
  }
  drawn_ = static_cast<int>(rows.size()) + 1;
  std::fflush(stdout);
}

void Screen::note(const std::string& line) {
  erase();
  fmt::print("  {}\n", line);
  std::fflush(stdout);
}

void Screen::finish() { drawn_ = 0; }

}  // namespace demo

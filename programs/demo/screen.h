// SPDX-License-Identifier: MIT
//
// What the demonstration shows while it runs: bars redrawn in place on a terminal, a line every two
// seconds elsewhere.
#pragma once

#include <string>
#include <vector>

namespace demo {

struct Row {
  std::string label;
  double megabits_per_second = 0;
  double round_trip_ms = 0;  // 0: not known
};

class Screen {
 public:
  explicit Screen(std::string title);
  // Shows the state; `done` is from 0 to 1.
  void show(double second, double done, double total_rate, const std::vector<Row>& rows);
  // Prints a line that stays.
  void note(const std::string& line);
  // Leaves the last state on the screen.
  void finish();

 private:
  void erase();
  std::string title_;
  bool terminal_;
  int drawn_ = 0;          // lines to go back over
  double last_line_ = -2;  // when the last plain line was printed
};

}  // namespace demo

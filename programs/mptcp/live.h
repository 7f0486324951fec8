// SPDX-License-Identifier: MIT
//
// A connection over time: looks at it, one after the other, become rates, and rates become a
// frame of bars, lines of text, or a JSON document.  No I/O and no clock of its own.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "output.h"
#include "terminal.h"
#include "view.h"

namespace mptcp::program {

struct Rates {
  std::uint64_t send_bps = 0;
  std::uint64_t receive_bps = 0;
  std::uint64_t both() const { return send_bps + receive_bps; }
};

class Live {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Live(std::string path_manager, std::chrono::milliseconds interval)
      : path_manager_(std::move(path_manager)), interval_(interval) {}

  void update(View view, Time now);

  // At most terminal.rows - 1 lines of at most terminal.columns columns.
  std::string frame(const Terminal& terminal) const;
  // One line a subflow.
  std::string lines(std::chrono::system_clock::time_point time) const;
  Record document(std::chrono::system_clock::time_point time) const;

 private:
  struct Row {
    Subflow subflow;
    std::optional<Rates> rates;  // after the second look
    std::optional<Time> closed;
  };

  std::vector<std::string> heading(const Terminal& terminal) const;
  std::string title_line(const Row& row, std::size_t who_columns, const Terminal& terminal) const;
  std::string bars_line(const Row& row, const Terminal& terminal) const;
  void update(Row& row, const Subflow& subflow, std::chrono::duration<double> elapsed);
  Rates total() const;

  std::string path_manager_;
  std::chrono::milliseconds interval_;
  View view_;
  Time last_{};
  std::vector<Row> rows_;                 // oldest first
  std::uint64_t rate_scale_ = 1'000'000;  // what a full bar stands for
  std::uint64_t rtt_scale_us_ = 1'000;
};

}  // namespace mptcp::program

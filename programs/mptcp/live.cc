// SPDX-License-Identifier: MIT
#include "live.h"

#include <fmt/core.h>

#include <algorithm>

#include "records.h"

namespace mptcp::program {
namespace {

// How long a closed subflow is still shown.
constexpr std::chrono::seconds farewell{3};
constexpr std::chrono::milliseconds silence{1000};

bool same(const Subflow& a, const Subflow& b) {
  return a.id == b.id && a.local == b.local && a.remote == b.remote;
}

// Counters can only grow; a smaller one belongs to another socket.
std::uint64_t rate(std::optional<std::uint64_t> before, std::optional<std::uint64_t> after,
                   std::chrono::duration<double> elapsed) {
  if (!before || !after || *after < *before || elapsed.count() <= 0) return 0;
  return static_cast<std::uint64_t>(static_cast<double>(*after - *before) * 8 / elapsed.count());
}

// The next of 1, 2, 5, 10, 20, … that is not below.
std::uint64_t round_up(std::uint64_t value) {
  for (std::uint64_t decade = 1;; decade *= 10) {
    for (std::uint64_t step : {1U, 2U, 5U}) {
      if (step * decade >= value) return step * decade;
    }
  }
}

std::uint64_t rtt_us(const Subflow& subflow) {
  return subflow.tcp_field(&TcpInfo::rtt).value_or(0);
}

// For how long data has gone unanswered, if for too long.
std::optional<std::chrono::microseconds> silent_for(const Subflow& subflow) {
  const std::chrono::milliseconds since(subflow.tcp.last_ack_recv_ms);
  if (subflow.tcp.unacked == 0 || since < silence) return std::nullopt;
  return since;
}

bool is_backup(const Subflow& subflow) {
  return subflow.detail &&
         (subflow.detail->backup.value_or(false) || subflow.detail->backup_by_peer.value_or(false));
}

Colour colour_of(TcpState state) {
  switch (state) {
    case TcpState::established:
      return Colour::green;
    case TcpState::syn_sent:
    case TcpState::syn_recv:
      return Colour::yellow;
    default:
      return Colour::red;
  }
}

std::string who(const Subflow& subflow) {
  const std::string id = subflow.id == SubflowId{} ? "-" : std::to_string(number(subflow.id));
  return id + "  " + pair_text(subflow.local, subflow.remote);
}

}  // namespace

void Live::update(View view, Time now) {
  const std::chrono::duration<double> elapsed = now - last_;
  for (Row& row : rows_) {
    auto still = std::find_if(view.subflows.begin(), view.subflows.end(),
                              [&](const Subflow& subflow) { return same(subflow, row.subflow); });
    if (still != view.subflows.end()) {
      update(row, *still, elapsed);
    } else if (!row.closed) {
      row.closed = now;
      row.rates = Rates{};
    }
  }
  for (const Subflow& subflow : view.subflows) {
    const bool known = std::any_of(rows_.begin(), rows_.end(),
                                   [&](const Row& row) { return same(row.subflow, subflow); });
    if (!known) rows_.push_back({subflow, std::nullopt, std::nullopt});
    rtt_scale_us_ = std::max(rtt_scale_us_, round_up(rtt_us(subflow)));
  }
  std::erase_if(rows_, [&](const Row& row) { return row.closed && now - *row.closed > farewell; });
  view_ = std::move(view);
  last_ = now;
}

void Live::update(Row& row, const Subflow& subflow, std::chrono::duration<double> elapsed) {
  auto rate_of = [&](auto field) {
    return rate(row.subflow.tcp_field(field), subflow.tcp_field(field), elapsed);
  };
  row.rates = Rates{rate_of(&TcpInfo::bytes_acked), rate_of(&TcpInfo::bytes_received)};
  row.subflow = subflow;
  rate_scale_ = std::max(rate_scale_, round_up(row.rates->both()));
}

Rates Live::total() const {
  Rates sum;
  for (const Row& row : rows_) {
    sum.send_bps += row.rates ? row.rates->send_bps : 0;
    sum.receive_bps += row.rates ? row.rates->receive_bps : 0;
  }
  return sum;
}

std::vector<std::string> Live::heading(const Terminal& terminal) const {
  const Target& target = view_.target;
  const ConnectionInfo& info = view_.info;
  const Rates sum = total();
  auto traffic = [](const char* word, std::uint64_t bps, std::optional<std::uint64_t> bytes) {
    return fmt::format("{} {}{}", word, rate_text(bps),
                       bytes ? ", " + bytes_text(*bytes) + " in all" : "");
  };
  std::string what = fmt::format("{}  {}  {}", token_text(target.token), process_text(target),
                                 path_manager_.empty() ? "" : path_manager_ + " path manager");
  std::string state = target.listed ? pair_text(target.listed->local, target.listed->remote) : "";
  const std::string amounts = traffic("receives", sum.receive_bps, info.bytes_received) + "   " +
                              traffic("sends", sum.send_bps, info.bytes_acked);
  const std::string scale =
      fmt::format("full bars: {}, {}   every {}{}", rate_text(rate_scale_),
                  duration_text(std::chrono::microseconds(rtt_scale_us_)), duration_text(interval_),
                  terminal.interactive ? "   q quits" : "");
  return {terminal.paint(Colour::bold, fitted(what, terminal.columns)),
          fitted(state, terminal.columns), fitted(amounts, terminal.columns),
          terminal.paint(Colour::dim, fitted(scale, terminal.columns)), ""};
}

std::string Live::title_line(const Row& row, std::size_t who_columns,
                             const Terminal& terminal) const {
  const Subflow& subflow = row.subflow;
  std::string state = row.closed ? "closed" : std::string(name(subflow.state));
  Colour colour = row.closed ? Colour::dim : colour_of(subflow.state);
  if (is_backup(subflow)) state += ", backup";
  if (auto since = silent_for(subflow); since && !row.closed) {
    state += ", silent for " + duration_text(*since);
    colour = Colour::red;
  }
  const std::string more = fmt::format("  cwnd {}  resent {}", subflow.tcp.snd_cwnd,
                                       bytes_text(subflow.tcp.bytes_retrans));
  std::string line = fitted(who(subflow), std::min(who_columns, terminal.columns));
  const std::size_t room = terminal.columns - width(line);
  if (room < width(state) + 2) return line;
  line += "  " + terminal.paint(colour, state);
  return room < width(state) + 2 + width(more) ? line : line + terminal.paint(Colour::dim, more);
}

std::string Live::bars_line(const Row& row, const Terminal& terminal) const {
  const Rates rates = row.rates.value_or(Rates{});
  const std::uint64_t rtt = rtt_us(row.subflow);
  constexpr std::size_t words = 3 + 5 + 1 + 11 + 2 + 4 + 1 + 7;
  const std::size_t room = std::max<std::size_t>(terminal.columns, words + 5) - words;
  const std::size_t rate_room = room * 3 / 5;
  auto part = [](std::uint64_t value, std::uint64_t full) {
    return static_cast<double>(value) / static_cast<double>(full);
  };
  const std::string rate_bar = terminal.bar(part(rates.both(), rate_scale_), rate_room);
  const std::string rtt_bar =
      terminal.bar(row.closed ? 0 : part(rtt, rtt_scale_us_), room - rate_room);
  return fmt::format("   rate {} {:>11}  rtt {} {:>7}", terminal.paint(Colour::green, rate_bar),
                     rate_text(rates.both()), terminal.paint(Colour::cyan, rtt_bar),
                     duration_text(std::chrono::microseconds(rtt)));
}

std::string Live::frame(const Terminal& terminal) const {
  std::vector<std::string> lines = heading(terminal);
  std::size_t who_columns = 0;
  for (const Row& row : rows_) who_columns = std::max(who_columns, width(who(row.subflow)));
  for (const Row& row : rows_) {
    lines.push_back(title_line(row, who_columns, terminal));
    lines.push_back(bars_line(row, terminal));
  }
  const std::size_t most = std::max<std::size_t>(terminal.rows, 3) - 1;
  if (lines.size() > most) {
    lines.resize(most - 1);
    lines.push_back(fmt::format("… of {} subflows", rows_.size()));
  }
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

std::string Live::lines(std::chrono::system_clock::time_point time) const {
  std::string out;
  for (const Row& row : rows_) {
    auto rate = [&](std::uint64_t Rates::*which) {
      return row.rates ? rate_text((*row.rates).*which) : "-";
    };
    out += fmt::format("{}  {}  {}  receives {}  sends {}  rtt {}\n", clock_text(time),
                       subflow_text(row.subflow), row.closed ? "closed" : name(row.subflow.state),
                       rate(&Rates::receive_bps), rate(&Rates::send_bps),
                       duration_text(std::chrono::microseconds(rtt_us(row.subflow))));
  }
  return out;
}

Record Live::document(std::chrono::system_clock::time_point time) const {
  std::vector<Record> subflows;
  for (const Row& row : rows_) {
    if (row.closed) continue;
    auto told = [&](std::uint64_t bps) { return row.rates ? std::optional(bps) : std::nullopt; };
    const Rates rates = row.rates.value_or(Rates{});
    subflows.push_back(subflow_record(row.subflow));
    subflows.back().push_back(rate_field("", "receive_rate_bps", told(rates.receive_bps)));
    subflows.back().push_back(rate_field("", "send_rate_bps", told(rates.send_bps)));
  }
  Record document = {value_field("time_us", epoch_us(time))};
  for (Field& field : view_record(view_, path_manager_)) document.push_back(std::move(field));
  document.back().value = std::move(subflows);
  return document;
}

}  // namespace mptcp::program

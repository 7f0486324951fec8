// SPDX-License-Identifier: MIT
#include "output.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace mptcp::program {
namespace {

constexpr const char* absent = "-";

// Columns on a terminal: bytes that continue a UTF-8 character take none.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t columns) {
  return text + std::string(columns - width(text), ' ');
}

void append_row(std::string& out, const std::vector<std::string>& cells,
                const std::vector<std::size_t>& widths) {
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) row += padded(cells[i], widths[i] + 2);
  row.erase(row.find_last_not_of(' ') + 1);
  out += row + "\n";
}

// Three digits of `value` in the largest of `units`, each a thousand times the one before.
template <std::size_t N>
std::string scaled(double value, const char* const (&units)[N]) {
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < N) {
    value /= 1000;
    ++unit;
  }
  const int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f} {}", value, decimals, units[unit]);
}

template <class T>
Field optional_field(std::string heading, std::string key, const std::optional<T>& value,
                     std::string (*text)(T)) {
  Field field{std::move(heading), absent, std::move(key), nullptr};
  if (value) {
    field.text = text(*value);
    field.value = *value;
  }
  return field;
}

}  // namespace

Json to_json(const Record& record) {
  Json object = Json::object();
  for (const Field& field : record) {
    if (!field.key.empty()) object[field.key] = field.value;
  }
  return object;
}

Json to_json(const std::vector<Record>& records) {
  Json array = Json::array();
  for (const Record& record : records) array.push_back(to_json(record));
  return array;
}

std::string to_table(const std::vector<Record>& records) {
  if (records.empty()) return "";
  std::vector<std::vector<std::string>> rows(records.size() + 1);
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < records.front().size(); ++column) {
    if (records.front()[column].heading.empty()) continue;
    rows[0].push_back(records.front()[column].heading);
    std::size_t widest = width(rows[0].back());
    for (std::size_t i = 0; i < records.size(); ++i) {
      rows[i + 1].push_back(records[i][column].text);
      widest = std::max(widest, width(rows[i + 1].back()));
    }
    widths.push_back(widest);
  }
  std::string out;
  for (const auto& row : rows) append_row(out, row, widths);
  return out;
}

std::string to_lines(const Record& record) {
  std::size_t widest = 0;
  for (const Field& field : record) widest = std::max(widest, width(field.heading));
  std::string out;
  for (const Field& field : record) {
    if (!field.heading.empty()) append_row(out, {field.heading, field.text}, {widest, 0});
  }
  return out;
}

Field text_field(std::string heading, std::string key, const std::string& text) {
  return {std::move(heading), text.empty() ? absent : text, std::move(key),
          text.empty() ? Json(nullptr) : Json(text)};
}

Field flag_field(std::string heading, std::string key, std::optional<bool> flag) {
  return optional_field<bool>(std::move(heading), std::move(key), flag,
                              [](bool set) { return std::string(set ? "yes" : "no"); });
}

Field count_field(std::string heading, std::string key, std::optional<std::uint64_t> count) {
  return optional_field<std::uint64_t>(std::move(heading), std::move(key), count,
                                       [](std::uint64_t number) { return std::to_string(number); });
}

Field bytes_field(std::string heading, std::string key, std::optional<std::uint64_t> bytes) {
  return optional_field<std::uint64_t>(std::move(heading), std::move(key), bytes, bytes_text);
}

Field duration_field(std::string heading, std::string key,
                     std::optional<std::chrono::microseconds> duration) {
  Field field{std::move(heading), absent, std::move(key), nullptr};
  if (duration) {
    field.text = duration_text(*duration);
    field.value = duration->count();
  }
  return field;
}

Field rate_field(std::string heading, std::string key,
                 std::optional<std::uint64_t> bits_per_second) {
  return optional_field<std::uint64_t>(std::move(heading), std::move(key), bits_per_second,
                                       rate_text);
}

Field address_field(std::string heading, std::string key, const std::optional<Address>& address) {
  return text_field(std::move(heading), std::move(key), address ? format(*address) : "");
}

Field json_only(Field field) {
  field.heading.clear();
  return field;
}

std::string bytes_text(std::uint64_t bytes) {
  return scaled(static_cast<double>(bytes), {"B", "kB", "MB", "GB", "TB"});
}

std::string duration_text(std::chrono::microseconds duration) {
  return scaled(static_cast<double>(duration.count()), {"us", "ms", "s"});
}

std::string rate_text(std::uint64_t bits_per_second) {
  return scaled(static_cast<double>(bits_per_second), {"bit/s", "kbit/s", "Mbit/s", "Gbit/s"});
}

std::string token_text(Token token) { return fmt::format("{:#010x}", number(token)); }

std::shared_ptr<bool> add_json_flag(CLI::App& verb) {
  auto json = std::make_shared<bool>(false);
  verb.add_flag("--json", *json, "For programs: JSON instead of text");
  return json;
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// A process may call itself anything; what is not UTF-8 is replaced, not refused.
void print_json(const Json& document) {
  print(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void print_json_line(const Json& document) {
  print(document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace mptcp::program

// SPDX-License-Identifier: MIT
#include "output.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "terminal.h"

namespace mptcp::program {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* absent = "-";

void append_row(std::string& out, const std::vector<std::string>& cells,
                const std::vector<std::size_t>& widths) {
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) row += fitted(cells[i], widths[i] + 2);
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
  Field field{std::move(heading), absent, std::move(key), {}};
  if (value) {
    field.text = text(*value);
    field.value = *value;
  }
  return field;
}

Json to_json(const Record& record);

Json to_json(const std::vector<Record>& records) {
  Json array = Json::array();
  for (const Record& record : records) array.push_back(to_json(record));
  return array;
}

struct ValueToJson {
  Json operator()(std::monostate) const { return nullptr; }
  Json operator()(const Record& record) const { return to_json(record); }
  Json operator()(const std::vector<Record>& records) const { return to_json(records); }
  template <class T>
  Json operator()(const T& value) const {
    return value;
  }
};

Json to_json(const Record& record) {
  Json object = Json::object();
  for (const Field& field : record) {
    if (!field.key.empty()) object[field.key] = std::visit(ValueToJson{}, field.value);
  }
  return object;
}

}  // namespace

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
    if (!field.heading.empty()) out += fitted(field.heading, widest) + "  " + field.text + "\n";
  }
  return out;
}

std::string to_paragraph(const Record& record, std::size_t indent, std::size_t columns) {
  std::string out;
  std::string line;
  for (const Field& field : record) {
    if (field.heading.empty()) continue;
    const std::string words = field.heading + " " + field.text;
    if (!line.empty() && width(line) + 2 + width(words) > columns) {
      out += line + "\n";
      line.clear();
    }
    line += (line.empty() ? std::string(indent, ' ') : "  ") + words;
  }
  return line.empty() ? out : out + line + "\n";
}

Field text_field(std::string heading, std::string key, const std::string& text) {
  return {std::move(heading), text.empty() ? absent : printable(text), std::move(key),
          text.empty() ? Value() : Value(text)};
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
  Field field{std::move(heading), absent, std::move(key), {}};
  if (duration) {
    field.text = duration_text(*duration);
    field.value = std::int64_t{duration->count()};
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

Field text_only(Field field) {
  field.key.clear();
  return field;
}

Field value_field(std::string key, Value value) {
  return {"", "", std::move(key), std::move(value)};
}

std::string printable(std::string text) {
  for (char& byte : text) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) byte = '?';
  }
  return text;
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

std::int64_t epoch_us(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

std::string clock_text(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min, local.tm_sec,
                     epoch_us(time) / 1000 % 1000);
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

bool output_is_lost() { return std::ferror(stdout) != 0; }

// A process may call itself anything; what is not UTF-8 is replaced, not refused.
void print_json(const Record& document) {
  print(to_json(document).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void print_json_line(const Record& document) {
  print(to_json(document).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace mptcp::program

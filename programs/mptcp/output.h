// SPDX-License-Identifier: MIT
//
// One description of what is shown, two ways to show it: text for people, JSON for programs.
//
// A verb describes each thing as a Record, a list of fields; the text of a field has units, its
// JSON has them in the key (rtt_us, rate_bps) and is null where the kernel does not tell.  Keys
// do not change between releases; docs/command.md lists them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <mptcp/base.h>

namespace mptcp::program {

struct Field;
using Record = std::vector<Field>;
using Value = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string,
                           std::vector<std::string>, Record, std::vector<Record>>;

struct Field {
  std::string heading;  // empty: in JSON only
  std::string text;
  std::string key;  // empty: in text only
  Value value;
};

// A table with headings, columns as wide as their widest cell.  Empty when there are no records.
std::string to_table(const std::vector<Record>& records);
// One "heading  text" a line.
std::string to_lines(const Record& record);

// "heading text  heading text", broken between fields to stay within `width` columns.
std::string to_paragraph(const Record& record, std::size_t indent, std::size_t width);

// Field makers.  What is absent is "-" in text and null in JSON.
Field text_field(std::string heading, std::string key, const std::string& text);
Field flag_field(std::string heading, std::string key, std::optional<bool> flag);
Field count_field(std::string heading, std::string key, std::optional<std::uint64_t> count);
Field bytes_field(std::string heading, std::string key, std::optional<std::uint64_t> bytes);
Field duration_field(std::string heading, std::string key,
                     std::optional<std::chrono::microseconds>);
Field rate_field(std::string heading, std::string key,
                 std::optional<std::uint64_t> bits_per_second);
Field address_field(std::string heading, std::string key, const std::optional<Address>& address);
// The same field, in JSON only or in text only.
Field json_only(Field field);
Field text_only(Field field);
// In JSON only: a value as it is, records among them.
Field value_field(std::string key, Value value);

// What would steer a terminal shown as '?': names come from other users' processes.
std::string printable(std::string text);

// "12.3 MB", "10.2 ms", "48.1 Mbit/s".  Decimal multiples, three digits.
std::string bytes_text(std::uint64_t bytes);
std::string duration_text(std::chrono::microseconds duration);
std::string rate_text(std::uint64_t bits_per_second);
// "0x1a2b3c4d": as ss and ip print them.
std::string token_text(Token token);

// Wall clock, in microseconds since 1970, and as "12:34:56.789".
std::int64_t epoch_us(std::chrono::system_clock::time_point time);
std::string clock_text(std::chrono::system_clock::time_point time);

// To stdout, flushed: one document, or one line of a stream.  What cannot be written makes the
// program end with exit status 1; those who print for ever ask for it.
bool output_is_lost();
void print(const std::string& text);
void print_json(const Record& document);
void print_json_line(const Record& document);

}  // namespace mptcp::program

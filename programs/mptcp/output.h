// SPDX-License-Identifier: MIT
//
// One description of what is shown, two ways to show it: text for people, JSON for programs.
//
// A verb describes each thing as a Record, a list of fields; the text of a field has units, its
// JSON has them in the key (rtt_us, rate_bps) and is null where the kernel does not tell.  Keys
// do not change between releases; docs/command.md lists them.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <mptcp/base.h>

namespace mptcp::program {

using Json = nlohmann::ordered_json;

struct Field {
  std::string heading;  // empty: in JSON only
  std::string text;
  std::string key;  // empty: in text only
  Json value;
};
using Record = std::vector<Field>;

Json to_json(const Record& record);
Json to_json(const std::vector<Record>& records);

// A table with headings, columns as wide as their widest cell.  Empty when there are no records.
std::string to_table(const std::vector<Record>& records);
// One "heading  text" a line.
std::string to_lines(const Record& record);

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
// The same field, in JSON only.
Field json_only(Field field);

// "12.3 MB", "10.2 ms", "48.1 Mbit/s".  Decimal multiples, three digits.
std::string bytes_text(std::uint64_t bytes);
std::string duration_text(std::chrono::microseconds duration);
std::string rate_text(std::uint64_t bits_per_second);
// "0x1a2b3c4d": as ss and ip print them.
std::string token_text(Token token);

// Adds --json to a verb.
std::shared_ptr<bool> add_json_flag(CLI::App& verb);

// To stdout, flushed: one document, or one line of a stream.
void print(const std::string& text);
void print_json(const Json& document);
void print_json_line(const Json& document);

}  // namespace mptcp::program

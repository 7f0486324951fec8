// SPDX-License-Identifier: MIT
#include "lab/protocol.h"

#include <charconv>

namespace mptcp::lab {
namespace {

constexpr std::uint64_t DirectionCounters::*counters[] = {
    &DirectionCounters::packets,   &DirectionCounters::bytes,      &DirectionCounters::queue_full,
    &DirectionCounters::lost,      &DirectionCounters::blocked,    &DirectionCounters::overrun,
    &DirectionCounters::reordered, &DirectionCounters::duplicated, &DirectionCounters::stripped,
};

Error malformed() { return {ErrorKind::malformed, 0, "the lab's process spoke nonsense"}; }

std::string encode(const DirectionCounters& values) {
  std::string text;
  for (auto counter : counters) text += std::to_string(values.*counter) + " ";
  text.back() = '\n';
  return text;
}

std::optional<DirectionCounters> decode_counters(std::string_view line) {
  DirectionCounters values;
  for (auto counter : counters) {
    auto value = to_number(take(line, ' '));
    if (!value) return std::nullopt;
    values.*counter = *value;
  }
  return values;
}

}  // namespace

std::string_view take(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string encode(const Greeting& greeting) {
  std::string text = greeting.name + "\n" + greeting.socket_path + "\n";
  for (const auto& host : greeting.hosts) text += host + " ";
  text += "\n";
  for (const auto& path : greeting.paths) text += format(path) + "\n";
  return text;
}

Result<Greeting> decode_greeting(std::string_view text) {
  Greeting greeting;
  greeting.name = take(text, '\n');
  greeting.socket_path = take(text, '\n');
  for (auto hosts = take(text, '\n'); !hosts.empty();) {
    greeting.hosts.emplace_back(take(hosts, ' '));
  }
  while (!text.empty()) {
    auto path = parse_path(take(text, '\n'));
    if (!path) return malformed();
    greeting.paths.push_back(std::move(*path));
  }
  return greeting;
}

std::string encode(const std::vector<PathState>& states) {
  std::string text;
  for (const auto& state : states) {
    text += format(state.path) + "\n" + encode(state.upload) + encode(state.download);
  }
  return text;
}

Result<std::vector<PathState>> decode_states(std::string_view text) {
  std::vector<PathState> states;
  while (!text.empty()) {
    auto path = parse_path(take(text, '\n'));
    auto upload = decode_counters(take(text, '\n'));
    auto download = decode_counters(take(text, '\n'));
    if (!path || !upload || !download) return malformed();
    states.push_back({std::move(*path), *upload, *download});
  }
  return states;
}

std::string encode_ok(std::string_view body) { return "ok\n" + std::string(body); }

std::string encode(const Error& error) {
  return "error " + std::to_string(static_cast<unsigned>(error.kind)) + " " +
         std::to_string(error.os_code) + "\n" + error.message;
}

Result<std::string> decode_answer(std::string_view text) {
  auto first = take(text, '\n');
  if (first == "ok") return std::string(text);
  if (take(first, ' ') != "error") return malformed();
  const auto kind = to_number(take(first, ' '));
  const auto code = to_number(first);
  if (!kind || *kind > static_cast<unsigned>(ErrorKind::system) || !code) return malformed();
  return Error{static_cast<ErrorKind>(*kind), static_cast<int>(*code), std::string(text)};
}

}  // namespace mptcp::lab

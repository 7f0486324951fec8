// SPDX-License-Identifier: MIT
#include "event_record.h"

#include <fmt/core.h>

#include <cstring>

#include "records.h"

namespace mptcp::program {
namespace {

// The distance between the clocks is taken once: events keep their order.
std::chrono::system_clock::time_point wall_clock(std::chrono::steady_clock::time_point time) {
  using std::chrono::duration_cast;
  static const auto steady_start = std::chrono::steady_clock::now();
  static const auto system_start = std::chrono::system_clock::now();
  return system_start + duration_cast<std::chrono::system_clock::duration>(time - steady_start);
}

template <class T>
std::optional<std::uint64_t> wide(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  if constexpr (std::is_enum_v<T>) {
    return static_cast<std::uint64_t>(number(*value));
  } else {
    return static_cast<std::uint64_t>(*value);
  }
}

std::string error_name(const std::optional<int>& error) {
  if (!error || *error == 0) return "";
  const char* found = ::strerrorname_np(*error);
  return found != nullptr ? found : std::to_string(*error);
}

// "  remote id 3", "  backup"; nothing for what is absent or not so.
std::string worth_saying(const Field& field) {
  if (field.heading.empty() || std::holds_alternative<std::monostate>(field.value)) return "";
  const bool* flag = std::get_if<bool>(&field.value);
  if (flag != nullptr) return *flag ? "  " + field.heading : "";
  return "  " + field.heading + " " + field.text;
}

}  // namespace

Record event_record(const Event& event) {
  const bool has_token = event.token != Token{};
  const bool has_id = event.subflow != SubflowId{};
  return {
      value_field("time_us", epoch_us(wall_clock(event.time))),
      text_field("", "kind", std::string(name(event.kind))),
      text_field("", "origin", std::string(name(event.origin))),
      count_field("", "token", has_token ? wide(std::optional(event.token)) : std::nullopt),
      count_field("subflow", "subflow_id",
                  has_id ? wide(std::optional(event.subflow)) : std::nullopt),
      json_only(address_field("", "local", event.local)),
      json_only(address_field("", "remote", event.remote)),
      count_field("local id", "local_id", wide(event.local_id)),
      count_field("remote id", "remote_id", wide(event.remote_id)),
      text_field("on", "interface", event.interface ? interface_text(*event.interface) : ""),
      flag_field("backup", "backup", event.backup),
      flag_field("server side", "server_side", event.server_side),
      text_field("error", "error", error_name(event.error)),
      json_only(count_field("", "errno", wide(event.error))),
      count_field("reset reason", "reset_reason", wide(event.reset_reason)),
  };
}

void print_event(const Event& event, bool json) {
  const Record record = event_record(event);
  if (json) return print_json_line(record);
  std::string line =
      fmt::format("{}  {:<19}", clock_text(wall_clock(event.time)), name(event.kind));
  if (event.token != Token{}) line += "  " + token_text(event.token);
  if (event.local || event.remote) {
    line += "  " + (event.local ? format(*event.local) : "*") + " -> " +
            (event.remote ? format(*event.remote) : "*");
  }
  for (const Field& field : record) {
    line += worth_saying(field);
  }
  print(line + "\n");
}

}  // namespace mptcp::program

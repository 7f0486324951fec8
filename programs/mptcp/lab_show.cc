// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include "lab.h"

namespace mptcp::program {
namespace {

struct Counter {
  const char* heading;
  const char* key;
  std::uint64_t DirectionCounters::*value;
};
constexpr Counter counters[] = {
    {"PACKETS", "packets", &DirectionCounters::packets},
    {"QUEUE FULL", "queue_full", &DirectionCounters::queue_full},
    {"LOST", "lost", &DirectionCounters::lost},
    {"BLOCKED", "blocked", &DirectionCounters::blocked},
    {"OVERRUN", "overrun", &DirectionCounters::overrun},
    {"REORDERED", "reordered", &DirectionCounters::reordered},
    {"DUPLICATED", "duplicated", &DirectionCounters::duplicated},
    {"STRIPPED", "stripped", &DirectionCounters::stripped},
};

std::int64_t microseconds(std::chrono::nanoseconds time) { return time.count() / 1000; }

Record to_record(const QueueLimit& queue) {
  if (const auto* bytes = std::get_if<QueueBytes>(&queue)) {
    return {value_field("bytes", std::uint64_t{number(*bytes)})};
  }
  if (const auto* packets = std::get_if<QueuePackets>(&queue)) {
    return {value_field("packets", std::uint64_t{number(*packets)})};
  }
  return {value_field("us", microseconds(std::get<std::chrono::nanoseconds>(queue)))};
}

Record to_record(const DirectionCounters& counted) {
  Record record = {value_field("bytes", counted.bytes)};
  for (const auto& [heading, key, value] : counters) {
    record.push_back(value_field(key, counted.*value));
  }
  return record;
}

Record to_record(const Shape& shape, const DirectionCounters& counted) {
  return {
      value_field("rate_bps", shape.rate == 0 ? Value() : Value(shape.rate)),
      value_field("delay_us", microseconds(shape.delay)),
      value_field("jitter_us", microseconds(shape.jitter)),
      value_field("loss", shape.loss),
      value_field("reorder", shape.reorder),
      value_field("duplicate", shape.duplicate),
      value_field("queue", shape.queue ? Value(to_record(*shape.queue)) : Value()),
      value_field("silent", shape.silent),
      value_field("strip", format_options(shape.strip)),
      value_field("block", format_options(shape.block)),
      value_field("counters", to_record(counted)),
  };
}

// A row of the table.
Record to_row(const PathSpec& path, bool is_upload, const DirectionCounters& counted) {
  const auto& sender = is_upload ? path.from : path.to;
  const auto& receiver = is_upload ? path.to : path.from;
  Record record = {
      text_field("PATH", "", path.name),
      text_field("DIRECTION", "", fmt::format("{} -> {}", sender, receiver)),
      bytes_field("BYTES", "", counted.bytes),
  };
  for (const auto& [heading, key, value] : counters) {
    record.push_back(count_field(heading, "", counted.*value));
  }
  return record;
}

}  // namespace

Record to_record(const PathState& state) {
  const auto& path = state.path;
  return {
      value_field("name", path.name),
      value_field("from", path.from),
      value_field("to", path.to),
      value_field("kind", std::string(path.kind == PathKind::direct ? "direct" : "wire")),
      value_field("link", std::string(path.link == LinkState::up ? "up" : "down")),
      value_field("words", format(path)),
      value_field("upload", to_record(path.upload, state.upload)),
      value_field("download", to_record(path.download, state.download)),
  };
}

std::string to_text(const std::vector<PathState>& states) {
  std::vector<Record> shapes;
  std::vector<Record> counts;
  for (const auto& [path, upload, download] : states) {
    PathSpec nameless = path;
    nameless.name.clear();
    shapes.push_back(
        {text_field("PATH", "", path.name), text_field("WORDS", "", format(nameless))});
    if (path.kind == PathKind::direct) continue;  // nothing of ours is in its way
    counts.push_back(to_row(path, true, upload));
    counts.push_back(to_row(path, false, download));
  }
  auto text = to_table(shapes);
  if (!counts.empty()) text += "\n" + to_table(counts);
  return text;
}

Run define_lab_show(CLI::App& verb) {
  auto name = add_lab_option(verb);
  auto json = add_json_flag(verb);
  teach(verb,
        "OVERRUN counts packets that this machine was too slow for: no measurement has any.\n\n"
        "Examples:\n  mptcp lab show\n  mptcp lab show --json");
  return [name, json]() -> Result<int> {
    auto lab = Lab::attach(*name);
    if (!lab) return lab.error();
    auto states = lab->paths();
    if (!states) return states.error();
    if (!*json) {
      print(to_text(*states));
      return done;
    }
    std::vector<Record> paths;
    for (const auto& state : *states) paths.push_back(to_record(state));
    print_json({value_field("name", lab->name()), value_field("hosts", lab->hosts()),
                value_field("paths", std::move(paths))});
    return done;
  };
}

Run define_lab_list(CLI::App& verb) {
  auto json = add_json_flag(verb);
  teach(verb, "Examples:\n  mptcp lab list");
  return [json]() -> Result<int> {
    auto names = Lab::list();
    if (!names) return names.error();
    if (*json) {
      print_json({value_field("labs", *names)});
    } else {
      for (const auto& name : *names) print(name + "\n");
    }
    return done;
  };
}

}  // namespace mptcp::program

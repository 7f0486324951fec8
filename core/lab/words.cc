// SPDX-License-Identifier: MIT
//
// Paths and changes as text: words with commas between.
#include <algorithm>
#include <array>

#include "base/quoted.h"
#include "lab/change.h"
#include "lab/quantities.h"

namespace mptcp {
namespace {

using namespace lab;

// A word "key=value" about the shape of one direction.
struct Key {
  std::string_view word;
  std::string_view expected;
  bool (*read)(std::string_view value, ShapeChange& change);
  std::optional<std::string> (*write)(const ShapeChange& change);
  bool is_value_enough = false;  // the value's unit says what it is: "50mbit", "10ms"
};

template <auto member, auto parse, auto format>
constexpr Key make_key(std::string_view word, std::string_view expected,
                       bool is_value_enough = false) {
  return {word, expected,
          [](std::string_view value, ShapeChange& change) {
            auto parsed = parse(value);
            if (parsed) change.*member = *parsed;
            return parsed.has_value();
          },
          [](const ShapeChange& change) -> std::optional<std::string> {
            if (!(change.*member)) return std::nullopt;
            return format(*(change.*member));
          },
          is_value_enough};
}

constexpr std::string_view a_share = "a percentage, such as 0.1%";
constexpr std::string_view kinds =
    "syn, synack, join, data, add_addr with + between, or all or none";
constexpr Key keys[] = {
    make_key<&ShapeChange::rate, parse_rate, format_rate>(
        "rate", "a rate, such as 50mbit, or unlimited", true),
    make_key<&ShapeChange::delay, parse_time, format_time>("delay", "a time, such as 10ms", true),
    make_key<&ShapeChange::jitter, parse_time, format_time>("jitter", "a time, such as 2ms"),
    make_key<&ShapeChange::loss, parse_share, format_share>("loss", a_share),
    make_key<&ShapeChange::reorder, parse_share, format_share>("reorder", a_share),
    make_key<&ShapeChange::duplicate, parse_share, format_share>("duplicate", a_share),
    make_key<&ShapeChange::queue, parse_queue, format_queue>(
        "queue", "a time, bytes or packets, such as 50ms, 64kB or 100p"),
    make_key<&ShapeChange::silent, parse_switch, format_switch>("silent", "on or off"),
    make_key<&ShapeChange::strip, parse_options, format_options>("strip", kinds),
    make_key<&ShapeChange::block, parse_options, format_options>("block", kinds),
};

// All that a text can say.
struct Said {
  PathChange change;
  std::optional<std::string> name;
  std::optional<std::pair<std::string, std::string>> between;
  bool direct = false;
};

Error wrong(std::string_view word, std::string_view why) {
  return {ErrorKind::invalid_argument, 0, quoted(word) + ": " + std::string(why)};
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    const auto comma = text.find(',');
    words.push_back(text.substr(0, comma));
    if (comma == text.npos) return words;
    text.remove_prefix(comma + 1);
  }
}

// Reads one word about the shape; `word` without its direction.
Result<void> read_shape(std::string_view word, ShapeChange& change) {
  const auto equals = word.find('=');
  const auto name = word.substr(0, equals);
  if (equals == word.npos) {
    if (word == "silent") {
      change.silent = true;
      return {};
    }
    for (const auto& key : keys) {
      if (key.is_value_enough && key.read(word, change)) return {};
    }
    return wrong(word, "neither a rate (50mbit), a time (10ms) nor a word that a path knows");
  }
  const auto* key = std::find_if(std::begin(keys), std::end(keys),
                                 [&](const Key& candidate) { return candidate.word == name; });
  if (key == std::end(keys)) return wrong(word, "a path has no " + quoted(name));
  if (!key->read(word.substr(equals + 1), change)) {
    return wrong(word, "expected " + std::string(key->expected));
  }
  return {};
}

// Reads the words that are about the whole path; false when it is not one of them.
Result<bool> read_whole(std::string_view word, Said& said) {
  if (word == "up" || word == "down") {
    said.change.link = word == "up" ? LinkState::up : LinkState::down;
  } else if (word == "direct") {
    said.direct = true;
  } else if (word.starts_with("name=")) {
    said.name = word.substr(5);
  } else if (word.starts_with("between=")) {
    const auto hosts = word.substr(8);
    const auto plus = hosts.find('+');
    if (plus == hosts.npos) return wrong(word, "expected two hosts, such as client+server");
    said.between = {std::string(hosts.substr(0, plus)), std::string(hosts.substr(plus + 1))};
  } else {
    return false;
  }
  return true;
}

Result<void> read(std::string_view word, Said& said) {
  auto whole = read_whole(word, said);
  if (!whole) return whole.error();
  if (*whole) return {};
  auto& change = said.change;
  if (word.starts_with("upload:")) return read_shape(word.substr(7), change.upload);
  if (word.starts_with("download:")) return read_shape(word.substr(9), change.download);
  if (auto done = read_shape(word, change.upload); !done) return done;
  return read_shape(word, change.download);
}

Result<Said> read_all(std::string_view text) {
  Said said;
  for (auto word : split(text)) {
    if (word.empty()) return wrong(text, "an empty word between commas");
    if (auto done = read(word, said); !done) return done.error();
  }
  return said;
}

void append(std::string& text, std::string_view word) {
  if (!text.empty()) text += ',';
  text += word;
}

void append(std::string& text, std::string_view direction, const Key& key,
            const std::optional<std::string>& value) {
  if (!value) return;
  append(text, direction);
  if (!key.is_value_enough || *value == "unlimited") text += std::string(key.word) + "=";
  text += *value;
}

}  // namespace

Result<PathSpec> parse_path(std::string_view text) {
  auto said = read_all(text);
  if (!said) return said.error();
  PathSpec path;
  if (said->direct) path.kind = PathKind::direct;
  if (said->name) path.name = *said->name;
  if (said->between) std::tie(path.from, path.to) = *said->between;
  if (auto done = apply(said->change, path); !done) return wrong(text, done.error().message);
  return path;
}

Result<PathChange> parse_change(std::string_view text) {
  auto said = read_all(text);
  if (!said) return said.error();
  if (said->direct || said->name || said->between) {
    return wrong(text, "what a path is called, joins and is made of cannot change");
  }
  return said->change;
}

std::string format(const PathChange& change) {
  std::string text;
  if (change.link) append(text, *change.link == LinkState::up ? "up" : "down");
  for (const auto& key : keys) {
    const auto upload = key.write(change.upload);
    const auto download = key.write(change.download);
    if (upload == download) {
      append(text, "", key, upload);
    } else {
      append(text, "upload:", key, upload);
      append(text, "download:", key, download);
    }
  }
  return text;
}

std::string format(const PathSpec& path) {
  const PathSpec plain;
  std::string text;
  if (!path.name.empty()) append(text, "name=" + path.name);
  if (path.from != plain.from || path.to != plain.to) {
    append(text, "between=" + path.from + "+" + path.to);
  }
  if (path.kind == PathKind::direct) append(text, "direct");
  if (auto change = format(change_from_default(path)); !change.empty()) append(text, change);
  // A path without any word: say its rate.
  return text.empty() ? "rate=unlimited" : text;
}

}  // namespace mptcp

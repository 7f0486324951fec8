// SPDX-License-Identifier: MIT
#include "lab_file.h"

#include <fmt/core.h>
#include <toml++/toml.h>

#include <algorithm>

namespace mptcp::program {
namespace {

// What is wrong, and where; thrown and caught in this file only.
struct Wrong {
  toml::source_region where;
  std::string what;
};

std::string text_of(const toml::node& node, std::string_view key) {
  if (auto text = node.value_exact<std::string>()) return *text;
  throw Wrong{node.source(), fmt::format("{} is a text in quotes", key)};
}

// Numbers and truth values too, as sysctls are written.
std::string value_of(const toml::node& node, std::string_view key) {
  if (auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (auto truth = node.value_exact<bool>()) return *truth ? "1" : "0";
  return text_of(node, key);
}

const toml::table& table_of(const toml::node& node, std::string_view key) {
  if (const auto* table = node.as_table()) return *table;
  throw Wrong{node.source(), fmt::format("{} is a table", key)};
}

HostSpec read_host(std::string_view name, const toml::table& table) {
  HostSpec host{std::string(name), {}, {}, {}};
  for (const auto& [key, node] : table) {
    if (key == "path_manager") {
      host.path_manager = text_of(node, key);
    } else if (key == "congestion_control") {
      host.congestion_control = text_of(node, key);
    } else if (key == "sysctls") {
      for (const auto& [sysctl, value] : table_of(node, key)) {
        host.sysctls[std::string(sysctl)] = value_of(value, sysctl);
      }
    } else {
      throw Wrong{node.source(), fmt::format("a host has no \"{}\"", key.str())};
    }
  }
  return host;
}

// In the order of the file, which TOML itself does not keep.
std::vector<HostSpec> read_hosts(const toml::table& table) {
  std::vector<std::pair<toml::source_position, HostSpec>> found;
  for (const auto& [name, node] : table) {
    found.emplace_back(name.source().begin, read_host(name, table_of(node, name)));
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<HostSpec> hosts;
  hosts.reserve(found.size());
  for (auto& [where, host] : found) hosts.push_back(std::move(host));
  return hosts;
}

std::vector<PathSpec> read_paths(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) throw Wrong{node.source(), "paths is a list of texts"};
  std::vector<PathSpec> paths;
  for (const auto& entry : *array) {
    auto path = parse_path(text_of(entry, "a path"));
    if (!path) throw Wrong{entry.source(), path.error().message};
    paths.push_back(std::move(*path));
  }
  return paths;
}

void read_table(const toml::table& table, LabSpec& spec) {
  for (const auto& [key, node] : table) {
    if (key == "name") {
      spec.name = text_of(node, key);
    } else if (key == "seed") {
      const auto seed = node.value_exact<std::int64_t>();
      if (!seed || *seed < 0) throw Wrong{node.source(), "seed is a number, not negative"};
      spec.seed = static_cast<std::uint64_t>(*seed);
    } else if (key == "paths") {
      spec.paths = read_paths(node);
    } else if (key == "hosts") {
      spec.hosts = read_hosts(table_of(node, key));
    } else {
      throw Wrong{node.source(), fmt::format("a lab has no \"{}\"", key.str())};
    }
  }
}

// What the parser quotes may hold a line's end.
Error at(const std::string& file, const toml::source_region& where, std::string_view what) {
  std::string message = fmt::format("{}:{}: {}", file, where.begin.line, what);
  std::replace(message.begin(), message.end(), '\n', ' ');
  return {ErrorKind::invalid_argument, 0, std::move(message)};
}

// `parse` gives the table, or throws.
template <class Parse>
Result<void> read(Parse parse, const std::string& file, LabSpec& spec) {
  try {
    LabSpec read = spec;
    read_table(parse(), read);
    spec = std::move(read);
    return {};
  } catch (const toml::parse_error& error) {
    return at(file, error.source(), error.description());
  } catch (const Wrong& wrong) {
    return at(file, wrong.where, wrong.what);
  }
}

}  // namespace

Result<void> read_lab_file(const std::string& file, LabSpec& spec) {
  return read([&] { return toml::parse_file(file); }, file, spec);
}

Result<void> parse_lab_file(std::string_view text, const std::string& file, LabSpec& spec) {
  return read([&] { return toml::parse(text, file); }, file, spec);
}

}  // namespace mptcp::program

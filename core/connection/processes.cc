// SPDX-License-Identifier: MIT
#include "connection/processes.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace mptcp::connection {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto* end = text.data() + text.size();
  auto [stop, code] = std::from_chars(text.data(), end, value);
  if (code != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// "socket:[123]"
std::optional<std::uint64_t> socket_inode(std::string_view link) {
  constexpr std::string_view prefix = "socket:[";
  if (!link.starts_with(prefix) || !link.ends_with(']')) return std::nullopt;
  link.remove_prefix(prefix.size());
  link.remove_suffix(1);
  return parse_number<std::uint64_t>(link);
}

std::vector<int> numbers_in(kernel::Kernel& kernel, const std::string& directory) {
  std::vector<std::string> names;
  std::vector<int> numbers;
  if (kernel.list_directory(directory, names) < 0) return numbers;
  for (const auto& name : names) {
    if (auto number = parse_number<int>(name)) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::string process_name(kernel::Kernel& kernel, const std::string& process) {
  std::string name;
  if (kernel.read_file(process + "/comm", name) < 0) return "";
  while (name.ends_with('\n')) name.pop_back();
  return name;
}

}  // namespace

std::unordered_map<std::uint64_t, Holder> find_holders(kernel::Kernel& kernel) {
  std::unordered_map<std::uint64_t, Holder> holders;
  for (const int pid : numbers_in(kernel, "/proc")) {
    const std::string process = "/proc/" + std::to_string(pid);
    std::optional<std::string> name;
    for (const int fd : numbers_in(kernel, process + "/fd")) {
      std::string link;
      if (kernel.read_link(process + "/fd/" + std::to_string(fd), link) < 0) continue;
      auto inode = socket_inode(link);
      if (!inode) continue;
      if (!name) name = process_name(kernel, process);
      holders.try_emplace(*inode, Holder{pid, fd, *name});
    }
  }
  return holders;
}

}  // namespace mptcp::connection

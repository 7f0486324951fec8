// SPDX-License-Identifier: MIT
#include "target.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "output.h"

namespace mptcp::program {
namespace {

constexpr std::size_t most_candidates = 5;

Error not_found(const std::string& message) { return {ErrorKind::not_found, 0, message}; }

// The sockets that a process holds, by inode, each with a descriptor; empty where /proc does not
// say.
std::map<std::uint64_t, int> sockets_of(int pid) {
  std::map<std::uint64_t, int> sockets;
  std::error_code ignored;
  const std::string directory = fmt::format("/proc/{}/fd", pid);
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const std::string link = std::filesystem::read_symlink(entry.path(), ignored).string();
    const std::string number = entry.path().filename().string();
    std::uint64_t inode = 0;
    int fd = 0;
    if (!link.starts_with("socket:[")) continue;
    std::from_chars(link.data() + 8, link.data() + link.size(), inode);
    std::from_chars(number.data(), number.data() + number.size(), fd);
    sockets.emplace(inode, fd);
  }
  return sockets;
}

bool fits(const ListedConnection& connection, const PairPattern& pattern) {
  if (pattern.fits(connection.local, connection.remote)) return true;
  return std::any_of(
      connection.subflows.begin(), connection.subflows.end(),
      [&](const Subflow& subflow) { return pattern.fits(subflow.local, subflow.remote); });
}

std::string candidates_text(const std::vector<Target>& candidates) {
  std::string text;
  for (const Target& target : candidates) {
    if (&target - candidates.data() == most_candidates) {
      return text + fmt::format(" and {} more", candidates.size() - most_candidates);
    }
    if (!text.empty()) text += ", ";
    text += fmt::format("{} ({})", token_text(target.token),
                        pair_text(target.listed->local, target.listed->remote));
  }
  return text;
}

Result<Target> the_only(const std::vector<Target>& candidates, const ConnectionName& name) {
  if (candidates.empty()) {
    return not_found(
        fmt::format("no MPTCP connection of this network namespace fits \"{}\"", name.word));
  }
  if (candidates.size() == 1) return candidates.front();
  return Error{ErrorKind::invalid_argument, 0,
               fmt::format("\"{}\" fits {} connections: {}", name.word, candidates.size(),
                           candidates_text(candidates))};
}

std::vector<Target> of_process(const std::vector<ListedConnection>& connections, int pid) {
  const auto sockets = sockets_of(pid);
  std::vector<Target> found;
  for (const ListedConnection& connection : connections) {
    auto socket = sockets.find(connection.inode);
    if (socket == sockets.end()) continue;
    found.push_back(target_of(connection));
    found.back().holder = Descriptor{pid, socket->second};
  }
  return found;
}

// Which of the listed connections a name means; a Descriptor is not looked for here.
struct Matcher {
  const std::vector<ListedConnection>& connections;

  std::vector<Target> operator()(Token token) const {
    return where([&](const ListedConnection& listed) { return listed.token == token; });
  }
  std::vector<Target> operator()(TokenOrProcess number_typed) const {
    std::vector<Target> found = (*this)(Token{number(number_typed)});
    auto held = of_process(connections, static_cast<int>(number(number_typed)));
    found.insert(found.end(), held.begin(), held.end());
    return found;
  }
  std::vector<Target> operator()(const Descriptor& descriptor) const {
    std::vector<Target> found = of_process(connections, descriptor.pid);
    std::erase_if(found, [&](const Target& t) { return t.holder->fd != descriptor.fd; });
    return found;
  }
  std::vector<Target> operator()(const PairPattern& pattern) const {
    return where([&](const ListedConnection& listed) { return fits(listed, pattern); });
  }

 private:
  template <class Predicate>
  std::vector<Target> where(Predicate predicate) const {
    std::vector<Target> found;
    for (const ListedConnection& listed : connections) {
      if (predicate(listed)) found.push_back(target_of(listed));
    }
    return found;
  }
};

Result<Target> target_of_own(int fd, const Descriptor& held) {
  auto known = info(fd);
  if (!known) return known.error();
  const Token token = known->token.value_or(Token{});
  if (token == Token{}) {
    return not_found(fmt::format("descriptor {} of process {} is a socket without a connection",
                                 held.fd, held.pid));
  }
  Target target{token, std::nullopt, held};
  if (auto connections = list_connections()) {
    auto found = Matcher{*connections}(token);
    if (!found.empty()) target.listed = found.front().listed;
  }
  return target;
}

// A descriptor is asked itself where that is allowed: its connection may be of another network
// namespace, and a fallen-back one is in no list.
Result<Target> find_descriptor(const Descriptor& held, const ConnectionName& name) {
  auto fd = borrow_descriptor(held.pid, held.fd);
  if (fd) {
    return target_of_own(fd->get(), held);
  }
  if (fd.error().kind == ErrorKind::not_found) return fd.error();
  auto connections = list_connections();
  if (!connections) return fd.error();
  auto found = Matcher{*connections}(held);
  if (found.empty()) return fd.error();
  return the_only(found, name);
}

}  // namespace

Target target_of(const ListedConnection& listed) {
  Target target{listed.token, listed, std::nullopt};
  if (listed.pid && listed.fd) target.holder = Descriptor{*listed.pid, *listed.fd};
  return target;
}

Result<Target> find_target(const ConnectionName& name) {
  if (const auto* held = std::get_if<Descriptor>(&name.meaning))
    return find_descriptor(*held, name);
  auto connections = list_connections();
  if (!connections) {
    // Without a list a token is still a token.
    if (const auto* token = std::get_if<Token>(&name.meaning)) return Target{*token, {}, {}};
    return connections.error();
  }
  return the_only(std::visit(Matcher{*connections}, name.meaning), name);
}

Result<OwnedFd> borrow(const Target& target) {
  if (!target.holder) {
    return Error{ErrorKind::not_permitted, 0,
                 fmt::format("no process that holds {} can be seen", token_text(target.token))};
  }
  auto fd = borrow_descriptor(target.holder->pid, target.holder->fd);
  if (!fd) return fd;
  // The number may mean another socket by now.
  auto known = info(fd->get());
  if (!known) return known.error();
  if (known->token != target.token) {
    return not_found(fmt::format("connection {} is gone", token_text(target.token)));
  }
  return fd;
}

bool is_held(const Descriptor& holder, int fd) {
  struct stat file {};
  if (::fstat(fd, &file) != 0) return false;
  const auto sockets = sockets_of(holder.pid);
  return std::any_of(sockets.begin(), sockets.end(), [&](const auto& socket) {
    return socket.first == file.st_ino && socket.second == holder.fd;
  });
}

std::string pair_text(const Address& local, const Address& remote) {
  return format(local) + " -> " + format(remote);
}

}  // namespace mptcp::program

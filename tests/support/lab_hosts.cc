// SPDX-License-Identifier: MIT
#include "support/lab_hosts.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstring>

namespace mptcp::test {

Lab start_lab(const std::vector<std::string>& paths, std::uint64_t seed) {
  LabSpec spec;
  spec.seed = seed;
  for (const auto& path : paths) spec.paths.push_back(parse_path(path).value());
  return Lab::start(spec).value();
}

Connection connect_over(const Lab& lab, std::string_view path, Family family, Transport transport) {
  Connection connection;
  const auto server = lab.address(path, "server", family).value();
  const auto client = lab.address(path, "client", family).value();
  {
    const HostScope scope = lab.enter("server").value();
    connection.listener = make_listener(format(server), transport);
  }
  {
    const HostScope scope = lab.enter("client").value();
    connection.client = make_socket(family, transport);
  }
  sockaddr_storage address;
  auto length = to_sockaddr(client, address);
  EXPECT_EQ(::bind(connection.client.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  length = to_sockaddr(local_address(connection.listener.get()), address);
  EXPECT_EQ(::connect(connection.client.get(), reinterpret_cast<sockaddr*>(&address), length), 0)
      << std::strerror(errno);
  EXPECT_TRUE(wait_for(connection.listener.get(), POLLIN));
  connection.server = OwnedFd(::accept4(connection.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  return connection;
}

void change(Lab& lab, std::string_view path, std::string_view words) {
  const auto changed = lab.change(path, parse_change(words).value());
  EXPECT_TRUE(changed) << changed.error().message;
}

bool eventually(Lab& lab, std::string_view path,
                const std::function<bool(const PathState&)>& holds) {
  return eventually([&] { return holds(lab.path(path).value()); });
}

}  // namespace mptcp::test

// SPDX-License-Identifier: MIT
#include "support/joins.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>

#include <algorithm>

#include "kernel/constants.h"
#include "support/connections.h"
#include "support/namespaces.h"

namespace mptcp::test {
namespace {

constexpr const char* manager = "mptcp/pm_type";

Token token_of(int fd) {
  kernel::MptcpInfo info{};
  socklen_t length = sizeof info;
  auto& kernel = kernel::system_kernel();
  EXPECT_EQ(kernel.get_option(fd, kernel::sol_mptcp, kernel::mptcp_info, &info, &length), 0);
  return Token{info.token};
}

std::optional<netlink::Socket> open_socket() {
  auto socket = netlink::Socket::open(kernel::system_kernel(), NETLINK_GENERIC);
  EXPECT_TRUE(socket);
  if (!socket) return std::nullopt;
  return std::move(*socket);
}

}  // namespace

Joiner::Joiner() : commands_(open_socket()), events_(open_socket()) {
  auto family = netlink::resolve_pm_family(*commands_);
  EXPECT_TRUE(family);
  if (family) family_ = *family;
  EXPECT_TRUE(events_->join(family_.events_group));
  write_sysctl(manager, "1");
}

Joiner::~Joiner() { write_sysctl(manager, "0"); }

int Joiner::ask(netlink::PmRequest request) {
  auto message = netlink::encode(family_, request);
  auto answer = commands_->exchange(message);
  EXPECT_TRUE(answer);
  return answer ? answer->code : -1;
}

int Joiner::open(int fd, const Way& way, const Address& remote) {
  netlink::PmRequest request;
  request.command = netlink::PmCommand::subflow_create;
  request.token = token_of(fd);
  request.local = {way.local, way.id, way.backup ? netlink::pm_flag_backup : 0, way.interface};
  request.remote = {remote, {}, {}, {}};
  return ask(request);
}

int Joiner::close(int fd, const Address& local, const Address& remote) {
  netlink::PmRequest request;
  request.command = netlink::PmCommand::subflow_destroy;
  request.token = token_of(fd);
  request.local = {local, {}, {}, {}};
  request.remote = {remote, {}, {}, {}};
  return ask(request);
}

int Joiner::back_up(int fd, const Address& local, const Address& remote) {
  netlink::PmRequest request;
  request.command = netlink::PmCommand::set_flags;
  request.token = token_of(fd);
  request.local = {local, {}, netlink::pm_flag_backup, {}};
  request.remote = {remote, {}, {}, {}};
  return ask(request);
}

bool has_subflows(int fd, std::size_t count) {
  return eventually([&] {
    auto now = subflows(fd);
    return now && now->size() == count &&
           std::all_of(now->begin(), now->end(), [](const Subflow& subflow) {
             return subflow.state == TcpState::established;
           });
  });
}

}  // namespace mptcp::test

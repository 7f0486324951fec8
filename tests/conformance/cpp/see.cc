// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <mptcp/capabilities.h>

#include "cpp/agent.h"

namespace mptcp::conformance {
namespace {

json detail_fields(const SubflowDetail& detail) {
  return {
      {"backup", number_or_null(detail.backup)},
      {"backup_by_peer", number_or_null(detail.backup_by_peer)},
      {"local_id", number_or_null(detail.local_id)},
      {"remote_id", number_or_null(detail.remote_id)},
      {"fully_established", number_or_null(detail.fully_established)},
      {"congestion_control", detail.congestion_control},
      {"owner", detail.owner},
      {"inode", detail.inode},
      {"interface", interface_name(detail.interface)},
  };
}

json info_fields(const ConnectionInfo& info) {
  return {
      {"subflows", number_or_null(info.subflows)},
      {"add_addr_signal", number_or_null(info.add_addr_signal)},
      {"add_addr_accepted", number_or_null(info.add_addr_accepted)},
      {"subflows_max", number_or_null(info.subflows_max)},
      {"add_addr_signal_max", number_or_null(info.add_addr_signal_max)},
      {"add_addr_accepted_max", number_or_null(info.add_addr_accepted_max)},
      {"flags", number_or_null(info.flags)},
      {"token", number_or_null(info.token)},
      {"write_seq", number_or_null(info.write_seq)},
      {"snd_una", number_or_null(info.snd_una)},
      {"rcv_nxt", number_or_null(info.rcv_nxt)},
      {"local_addr_used", number_or_null(info.local_addr_used)},
      {"local_addr_max", number_or_null(info.local_addr_max)},
      {"csum_enabled", number_or_null(info.csum_enabled)},
      {"retransmits", number_or_null(info.retransmits)},
      {"bytes_retrans", number_or_null(info.bytes_retrans)},
      {"bytes_sent", number_or_null(info.bytes_sent)},
      {"bytes_received", number_or_null(info.bytes_received)},
      {"bytes_acked", number_or_null(info.bytes_acked)},
      {"subflows_total", number_or_null(info.subflows_total)},
      {"endp_laminar_max", number_or_null(info.endp_laminar_max)},
      {"endp_fullmesh_max", number_or_null(info.endp_fullmesh_max)},
      {"last_data_sent", number_or_null(info.last_data_sent)},
      {"last_data_recv", number_or_null(info.last_data_recv)},
      {"last_ack_recv", number_or_null(info.last_ack_recv)},
  };
}

json all_fields(const std::vector<Subflow>& subflows) {
  json list = json::array();
  for (const auto& subflow : subflows) list.push_back(fields(subflow));
  return list;
}

json get_status(Agent& agent, Request& request) {
  return name(status(agent.descriptor(request.take<std::string>("socket"))).value());
}

json get_info(Agent& agent, Request& request) {
  return info_fields(info(agent.descriptor(request.take<std::string>("socket"))).value());
}

json list_subflows(Agent& agent, Request& request) {
  const int fd = agent.descriptor(request.take<std::string>("socket"));
  const auto depth =
      request.word<Depth>(request.take<std::string>("depth"), {"snapshot", "detail"});
  return all_fields(subflows(fd, depth).value());
}

json list_capabilities(Agent&, Request&) {
  json list = json::array();
  for (const auto& report : capabilities()) {
    list.push_back({{"name", name(report.capability)},
                    {"available", report.available},
                    {"reason", report.reason},
                    {"remedy", report.remedy}});
  }
  return list;
}

json list_all_connections(Agent&, Request&) {
  json list = json::array();
  for (const auto& connection : list_connections().value()) {
    list.push_back({{"token", number(connection.token)},
                    {"state", name(connection.state)},
                    {"local", format(connection.local)},
                    {"remote", format(connection.remote)},
                    {"owner", connection.owner},
                    {"inode", connection.inode},
                    {"pid", number_or_null(connection.pid)},
                    {"fd", number_or_null(connection.fd)},
                    {"process", connection.process},
                    {"subflows", all_fields(connection.subflows)}});
  }
  return list;
}

json borrow(Agent& agent, Request& request) {
  auto fd = borrow_descriptor(request.take<int>("pid"), request.take<int>("fd"));
  agent.name(request.take<std::string>("as"), Socket{std::move(fd).value()});
  return nullptr;
}

json who_am_i(Agent& agent, Request& request) {
  const auto socket = request.find<std::string>("socket");
  return {{"pid", ::getpid()},
          {"language", "cpp"},
          {"version", LIBMPTCP_VERSION},
          {"fd", socket ? json(agent.descriptor(*socket)) : json()}};
}

}  // namespace

json fields(const Subflow& subflow) {
  return {{"id", number(subflow.id)},
          {"state", name(subflow.state)},
          {"local", format(subflow.local)},
          {"remote", format(subflow.remote)},
          {"rtt_us", subflow.tcp.rtt},
          {"bytes_sent", subflow.tcp.bytes_sent},
          {"bytes_received", subflow.tcp.bytes_received},
          {"detail", subflow.detail ? detail_fields(*subflow.detail) : json()}};
}

const Actions see_actions = {
    {"status", get_status},
    {"info", get_info},
    {"subflows", list_subflows},
    {"capabilities", list_capabilities},
    {"connections", list_all_connections},
    {"borrow", borrow},
    {"whoami", who_am_i},
};

}  // namespace mptcp::conformance

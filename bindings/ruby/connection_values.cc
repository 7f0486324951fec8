// SPDX-License-Identifier: MIT
//
// MPTCP::ConnectionInfo, Subflow, SubflowDetail and ListedConnection.
#include <mptcp/connection.h>

#include "tcp_info.h"
#include "value.h"

namespace mptcp::ruby {
namespace {

TcpRecord tcp(const Subflow& subflow) { return {subflow.tcp, subflow.tcp_size}; }
template <auto Member>
auto tcp_field(const Subflow& subflow) {
  return subflow.tcp_field(Member);
}

std::string_view congestion_control(const SubflowDetail& detail) {
  return detail.congestion_control;
}
std::optional<InterfaceIndex> interface(const SubflowDetail& detail) {
  if (detail.interface == InterfaceIndex{}) return std::nullopt;
  return detail.interface;
}

void define_connection_info() {
  using Class = Value<ConnectionInfo>;
  Class::define("ConnectionInfo");
  Class::field<&ConnectionInfo::subflows>("subflows");
  Class::field<&ConnectionInfo::add_addr_signal>("add_addr_signal");
  Class::field<&ConnectionInfo::add_addr_accepted>("add_addr_accepted");
  Class::field<&ConnectionInfo::subflows_max>("subflows_max");
  Class::field<&ConnectionInfo::add_addr_signal_max>("add_addr_signal_max");
  Class::field<&ConnectionInfo::add_addr_accepted_max>("add_addr_accepted_max");
  Class::field<&ConnectionInfo::flags>("flags");
  Class::field<&ConnectionInfo::token>("token");
  Class::field<&ConnectionInfo::write_seq>("write_seq");
  Class::field<&ConnectionInfo::snd_una>("snd_una");
  Class::field<&ConnectionInfo::rcv_nxt>("rcv_nxt");
  Class::field<&ConnectionInfo::local_addr_used>("local_addr_used");
  Class::field<&ConnectionInfo::local_addr_max>("local_addr_max");
  Class::field<&ConnectionInfo::csum_enabled>("csum_enabled");
  Class::field<&ConnectionInfo::retransmits>("retransmits");
  Class::field<&ConnectionInfo::bytes_retrans>("bytes_retrans");
  Class::field<&ConnectionInfo::bytes_sent>("bytes_sent");
  Class::field<&ConnectionInfo::bytes_received>("bytes_received");
  Class::field<&ConnectionInfo::bytes_acked>("bytes_acked");
  Class::field<&ConnectionInfo::subflows_total>("subflows_total");
  Class::field<&ConnectionInfo::endp_laminar_max>("endp_laminar_max");
  Class::field<&ConnectionInfo::endp_fullmesh_max>("endp_fullmesh_max");
  Class::field<&ConnectionInfo::last_data_sent>("last_data_sent");
  Class::field<&ConnectionInfo::last_data_recv>("last_data_recv");
  Class::field<&ConnectionInfo::last_ack_recv>("last_ack_recv");
  Class::end();
}

void define_subflow() {
  using Class = Value<Subflow>;
  Class::define("Subflow");
  Class::field<&Subflow::id>("id");
  Class::field<&Subflow::state>("state");
  Class::field<&Subflow::local>("local");
  Class::field<&Subflow::remote>("remote");
  Class::field<tcp_field<&TcpInfo::rtt>>("rtt");
  Class::field<tcp_field<&TcpInfo::delivery_rate>>("delivery_rate");
  Class::field<tcp_field<&TcpInfo::bytes_sent>>("bytes_sent");
  Class::field<tcp_field<&TcpInfo::bytes_received>>("bytes_received");
  Class::field<&Subflow::detail>("detail");
  Class::method<tcp>("tcp");
  Class::end();
}

void define_subflow_detail() {
  using Class = Value<SubflowDetail>;
  Class::define("SubflowDetail");
  Class::field<&SubflowDetail::backup>("backup");
  Class::field<&SubflowDetail::backup_by_peer>("backup_by_peer");
  Class::field<&SubflowDetail::local_id>("local_id");
  Class::field<&SubflowDetail::remote_id>("remote_id");
  Class::field<&SubflowDetail::fully_established>("fully_established");
  Class::field<congestion_control>("congestion_control");
  Class::field<&SubflowDetail::owner>("owner");
  Class::field<&SubflowDetail::inode>("inode");
  Class::field<interface>("interface");
  Class::end();
}

void define_listed_connection() {
  using Class = Value<ListedConnection>;
  Class::define("ListedConnection");
  Class::field<&ListedConnection::token>("token");
  Class::field<&ListedConnection::state>("state");
  Class::field<&ListedConnection::local>("local");
  Class::field<&ListedConnection::remote>("remote");
  Class::field<&ListedConnection::owner>("owner");
  Class::field<&ListedConnection::inode>("inode");
  Class::field<&ListedConnection::pid>("pid");
  Class::field<&ListedConnection::fd>("fd");
  Class::field<&ListedConnection::process>("process");
  Class::field<&ListedConnection::info>("info");
  Class::field<&ListedConnection::subflows>("subflows");
  Class::end();
}

}  // namespace

void define_connection_values() {
  define_connection_info();
  define_subflow();
  define_subflow_detail();
  define_listed_connection();
}

}  // namespace mptcp::ruby

// SPDX-License-Identifier: MIT
#include "records.h"

#include <fmt/core.h>
#include <net/if.h>

namespace mptcp::program {
namespace {

std::optional<std::chrono::microseconds> microseconds(std::optional<std::uint32_t> value) {
  if (!value) return std::nullopt;
  return std::chrono::microseconds(*value);
}

// The kernel counts rates in bytes, and says ~0 for "no limit".
std::optional<std::uint64_t> bits(std::optional<std::uint64_t> bytes) {
  if (!bytes || *bytes == ~std::uint64_t{0}) return std::nullopt;
  return *bytes * 8;
}

template <class Id>
std::optional<std::uint64_t> id_number(const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  return number(*id);
}

std::string backup_text(const SubflowDetail& detail) {
  if (!detail.backup || !detail.backup_by_peer) return "-";
  if (*detail.backup && *detail.backup_by_peer) return "both";
  if (*detail.backup) return "ours";
  return *detail.backup_by_peer ? "the peer's" : "no";
}

// 0 stands for "not told".
std::optional<std::uint64_t> positive(std::uint64_t value) {
  return value == 0 ? std::nullopt : std::optional(value);
}

void append(Record& record, Record more) {
  for (Field& field : more) record.push_back(std::move(field));
}

Record detail_record(const SubflowDetail& detail) {
  return {
      {"backup", backup_text(detail), "", {}},
      json_only(flag_field("", "backup", detail.backup)),
      json_only(flag_field("", "backup_by_peer", detail.backup_by_peer)),
      json_only(count_field("", "local_id", id_number(detail.local_id))),
      json_only(count_field("", "remote_id", id_number(detail.remote_id))),
      json_only(flag_field("", "fully_established", detail.fully_established)),
      text_field("congestion", "congestion_control", detail.congestion_control),
      json_only(
          text_field("", "interface",
                     detail.interface == InterfaceIndex{} ? "" : interface_text(detail.interface))),
  };
}

Record transport_record(const Subflow& s) {
  auto at = [&](auto field) { return s.tcp_field(field); };
  return {
      duration_field("rtt", "rtt_us", microseconds(at(&TcpInfo::rtt))),
      json_only(duration_field("", "rttvar_us", microseconds(at(&TcpInfo::rttvar)))),
      json_only(duration_field("", "min_rtt_us", microseconds(at(&TcpInfo::min_rtt)))),
      json_only(duration_field("", "rto_us", microseconds(at(&TcpInfo::rto)))),
      count_field("cwnd", "cwnd_segments", at(&TcpInfo::snd_cwnd)),
      json_only(count_field("", "mss_bytes", at(&TcpInfo::snd_mss))),
      rate_field("rate", "delivery_rate_bps", bits(at(&TcpInfo::delivery_rate))),
      json_only(rate_field("", "pacing_rate_bps", bits(at(&TcpInfo::pacing_rate)))),
      bytes_field("sent", "bytes_sent", at(&TcpInfo::bytes_sent)),
      json_only(bytes_field("", "bytes_acked", at(&TcpInfo::bytes_acked))),
      bytes_field("received", "bytes_received", at(&TcpInfo::bytes_received)),
      bytes_field("resent", "bytes_retrans", at(&TcpInfo::bytes_retrans)),
      json_only(count_field("", "retransmissions", at(&TcpInfo::total_retrans))),
      json_only(count_field("", "unacked_segments", at(&TcpInfo::unacked))),
      json_only(count_field("", "lost_segments", at(&TcpInfo::lost))),
      json_only(bytes_field("", "notsent_bytes", at(&TcpInfo::notsent_bytes))),
      json_only(count_field("", "backoff", at(&TcpInfo::backoff))),
      json_only(count_field("", "last_data_sent_ms", at(&TcpInfo::last_data_sent_ms))),
      json_only(count_field("", "last_data_recv_ms", at(&TcpInfo::last_data_recv_ms))),
      json_only(count_field("", "last_ack_recv_ms", at(&TcpInfo::last_ack_recv_ms))),
  };
}

}  // namespace

Record connection_record(const Target& target) {
  const bool listed = target.listed.has_value();
  const ListedConnection& c = listed ? *target.listed : ListedConnection{};
  auto told = [&](auto value) { return listed ? std::optional(value) : std::nullopt; };
  std::optional<std::uint64_t> pid;
  std::optional<std::uint64_t> fd;
  if (target.holder) {
    pid = static_cast<std::uint64_t>(target.holder->pid);
    fd = static_cast<std::uint64_t>(target.holder->fd);
  }
  return {
      {"TOKEN", token_text(target.token), "token", std::uint64_t{number(target.token)}},
      text_field("STATE", "state", listed ? std::string(name(c.state)) : ""),
      address_field("LOCAL", "local", told(c.local)),
      address_field("REMOTE", "remote", told(c.remote)),
      count_field("SUBFLOWS", "subflow_count", told(std::uint64_t{c.subflows.size()})),
      {"PID:FD", pid ? fmt::format("{}:{}", *pid, *fd) : "-", "", {}},
      json_only(count_field("", "pid", pid)),
      json_only(count_field("", "fd", fd)),
      text_field("PROCESS", "process", c.process),
      json_only(count_field("", "owner_uid", told(std::uint64_t{c.owner}))),
      json_only(count_field("", "inode", positive(c.inode))),
  };
}

Record info_record(const ConnectionInfo& i) {
  auto count = [](const char* key, auto value) { return json_only(count_field("", key, value)); };
  return {
      bytes_field("sent", "bytes_sent", i.bytes_sent),
      bytes_field("acknowledged", "bytes_acked", i.bytes_acked),
      bytes_field("resent", "bytes_retrans", i.bytes_retrans),
      bytes_field("received", "bytes_received", i.bytes_received),
      count("retransmits", i.retransmits),
      count("subflows_total", i.subflows_total),
      count("subflows", i.subflows),
      count("subflows_max", i.subflows_max),
      count("add_addr_signal", i.add_addr_signal),
      count("add_addr_signal_max", i.add_addr_signal_max),
      count("add_addr_accepted", i.add_addr_accepted),
      count("add_addr_accepted_max", i.add_addr_accepted_max),
      count("local_addr_used", i.local_addr_used),
      count("local_addr_max", i.local_addr_max),
      count("endp_laminar_max", i.endp_laminar_max),
      count("endp_fullmesh_max", i.endp_fullmesh_max),
      count("flags", i.flags),
      count("csum_enabled", i.csum_enabled),
      count("write_seq", i.write_seq),
      count("snd_una", i.snd_una),
      count("rcv_nxt", i.rcv_nxt),
      count("last_data_sent_ms", i.last_data_sent),
      count("last_data_recv_ms", i.last_data_recv),
      count("last_ack_recv_ms", i.last_ack_recv),
  };
}

Record subflow_record(const Subflow& subflow) {
  Record record = {
      json_only(count_field("", "id", positive(number(subflow.id)))),
      json_only(text_field("", "state", std::string(name(subflow.state)))),
      json_only(address_field("", "local", subflow.local)),
      json_only(address_field("", "remote", subflow.remote)),
  };
  append(record, transport_record(subflow));
  append(record, detail_record(subflow.detail.value_or(SubflowDetail{})));
  return record;
}

Record view_record(const View& view, const std::string& path_manager) {
  std::vector<Record> subflows;
  for (const Subflow& subflow : view.subflows) subflows.push_back(subflow_record(subflow));
  Record record = connection_record(view.target);
  record.push_back(text_field("", "path_manager", path_manager));
  record.push_back(value_field("info", info_record(view.info)));
  record.push_back(value_field("subflows", std::move(subflows)));
  return record;
}

std::string path_manager_of(const Target& target) {
  auto control = PathControl::direct();
  if (!control) return "";
  auto manager = (*control)->path_manager(target.token);
  return manager ? std::string(name(*manager)) : "";
}

std::string interface_text(InterfaceIndex interface) {
  char name[IF_NAMESIZE];
  const char* found = ::if_indextoname(number(interface), name);
  return found != nullptr ? found : std::to_string(number(interface));
}

std::string process_text(const Target& target) {
  std::string text = target.listed ? printable(target.listed->process) : "";
  if (target.holder) text += fmt::format(" {}:{}", target.holder->pid, target.holder->fd);
  return text;
}

std::string subflow_text(const Subflow& subflow) {
  const std::string addresses = pair_text(subflow.local, subflow.remote);
  return subflow.id == SubflowId{} ? addresses
                                   : fmt::format("{}  {}", number(subflow.id), addresses);
}

}  // namespace mptcp::program

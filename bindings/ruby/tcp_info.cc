// SPDX-License-Identifier: MIT
//
// MPTCP::TcpInfo: struct tcp_info field by field, nil where this kernel does not know one.
#include "tcp_info.h"

#include "value.h"

namespace mptcp::ruby {
namespace {

template <auto Member>
auto field(const TcpRecord& record) {
  const char* start = reinterpret_cast<const char*>(&record.tcp);
  const auto end = reinterpret_cast<const char*>(&(record.tcp.*Member) + 1) - start;
  using Field = std::remove_cvref_t<decltype(record.tcp.*Member)>;
  return end <= record.size ? std::optional<Field>(record.tcp.*Member) : std::nullopt;
}

// The bit fields, which have no address: bytes 6 and 7.
template <auto Read, unsigned byte>
std::optional<std::uint8_t> bits(const TcpRecord& record) {
  if (record.size <= byte) return std::nullopt;
  return Read(record.tcp);
}
std::uint8_t snd_wscale(const TcpInfo& tcp) { return tcp.snd_wscale; }
std::uint8_t rcv_wscale(const TcpInfo& tcp) { return tcp.rcv_wscale; }
std::uint8_t app_limited(const TcpInfo& tcp) { return tcp.delivery_rate_app_limited; }
std::uint8_t client_fail(const TcpInfo& tcp) { return tcp.fastopen_client_fail; }

using Class = Value<TcpRecord>;

template <auto Member>
void define(const char* name) {
  Class::field<field<Member>>(name);
}

void define_state() {
  define<&TcpInfo::state>("state");
  define<&TcpInfo::ca_state>("ca_state");
  define<&TcpInfo::retransmits>("retransmits");
  define<&TcpInfo::probes>("probes");
  define<&TcpInfo::backoff>("backoff");
  define<&TcpInfo::options>("options");
  Class::field<bits<snd_wscale, 6>>("snd_wscale");
  Class::field<bits<rcv_wscale, 6>>("rcv_wscale");
  Class::field<bits<app_limited, 7>>("delivery_rate_app_limited");
  Class::field<bits<client_fail, 7>>("fastopen_client_fail");
  define<&TcpInfo::rto>("rto");
  define<&TcpInfo::ato>("ato");
  define<&TcpInfo::snd_mss>("snd_mss");
  define<&TcpInfo::rcv_mss>("rcv_mss");
  define<&TcpInfo::unacked>("unacked");
  define<&TcpInfo::sacked>("sacked");
  define<&TcpInfo::lost>("lost");
  define<&TcpInfo::retrans>("retrans");
  define<&TcpInfo::fackets>("fackets");
  define<&TcpInfo::last_data_sent_ms>("last_data_sent_ms");
  define<&TcpInfo::last_ack_sent_ms>("last_ack_sent_ms");
  define<&TcpInfo::last_data_recv_ms>("last_data_recv_ms");
  define<&TcpInfo::last_ack_recv_ms>("last_ack_recv_ms");
}

void define_window() {
  define<&TcpInfo::pmtu>("pmtu");
  define<&TcpInfo::rcv_ssthresh>("rcv_ssthresh");
  define<&TcpInfo::rtt>("rtt");
  define<&TcpInfo::rttvar>("rttvar");
  define<&TcpInfo::snd_ssthresh>("snd_ssthresh");
  define<&TcpInfo::snd_cwnd>("snd_cwnd");
  define<&TcpInfo::advmss>("advmss");
  define<&TcpInfo::reordering>("reordering");
  define<&TcpInfo::rcv_rtt>("rcv_rtt");
  define<&TcpInfo::rcv_space>("rcv_space");
  define<&TcpInfo::total_retrans>("total_retrans");
}

void define_progress() {
  define<&TcpInfo::pacing_rate>("pacing_rate");
  define<&TcpInfo::max_pacing_rate>("max_pacing_rate");
  define<&TcpInfo::bytes_acked>("bytes_acked");
  define<&TcpInfo::bytes_received>("bytes_received");
  define<&TcpInfo::segs_out>("segs_out");
  define<&TcpInfo::segs_in>("segs_in");
  define<&TcpInfo::notsent_bytes>("notsent_bytes");
  define<&TcpInfo::min_rtt>("min_rtt");
  define<&TcpInfo::data_segs_in>("data_segs_in");
  define<&TcpInfo::data_segs_out>("data_segs_out");
  define<&TcpInfo::delivery_rate>("delivery_rate");
  define<&TcpInfo::busy_time>("busy_time");
  define<&TcpInfo::rwnd_limited>("rwnd_limited");
  define<&TcpInfo::sndbuf_limited>("sndbuf_limited");
  define<&TcpInfo::delivered>("delivered");
  define<&TcpInfo::delivered_ce>("delivered_ce");
  define<&TcpInfo::bytes_sent>("bytes_sent");
  define<&TcpInfo::bytes_retrans>("bytes_retrans");
  define<&TcpInfo::dsack_dups>("dsack_dups");
  define<&TcpInfo::reord_seen>("reord_seen");
  define<&TcpInfo::rcv_ooopack>("rcv_ooopack");
  define<&TcpInfo::snd_wnd>("snd_wnd");
  define<&TcpInfo::rcv_wnd>("rcv_wnd");
  define<&TcpInfo::rehash>("rehash");
}

void define_accurate_ecn() {
  define<&TcpInfo::total_rto>("total_rto");
  define<&TcpInfo::total_rto_recoveries>("total_rto_recoveries");
  define<&TcpInfo::total_rto_time_ms>("total_rto_time_ms");
  define<&TcpInfo::received_ce>("received_ce");
  define<&TcpInfo::delivered_e1_bytes>("delivered_e1_bytes");
  define<&TcpInfo::delivered_e0_bytes>("delivered_e0_bytes");
  define<&TcpInfo::delivered_ce_bytes>("delivered_ce_bytes");
  define<&TcpInfo::received_e1_bytes>("received_e1_bytes");
  define<&TcpInfo::received_e0_bytes>("received_e0_bytes");
  define<&TcpInfo::received_ce_bytes>("received_ce_bytes");
  define<&TcpInfo::accecn>("accecn");
}

}  // namespace

void define_tcp_info() {
  Class::define("TcpInfo");
  define_state();
  define_window();
  define_progress();
  define_accurate_ecn();
  Class::end();
}

}  // namespace mptcp::ruby

// SPDX-License-Identifier: MIT
//
// The types of the room connection: what a program can learn of connections.
#include "values.h"

namespace mptcp::python {
namespace {

using Info = const ConnectionInfo&;

#define MPTCP_PYTHON_INFO(name, doc)                   \
  {                                                    \
#name, field < [](Info i) { return i.name; }>, doc \
  }
constexpr FieldEntry info_fields[] = {
    MPTCP_PYTHON_INFO(subflows, "Subflows beside the initial one; wraps at 256."),
    MPTCP_PYTHON_INFO(add_addr_signal, "Addresses that we announced."),
    MPTCP_PYTHON_INFO(add_addr_accepted, "Announced addresses that we took up."),
    MPTCP_PYTHON_INFO(subflows_max, "Limit of the kernel's path manager."),
    MPTCP_PYTHON_INFO(add_addr_signal_max, "Limit of the kernel's path manager."),
    MPTCP_PYTHON_INFO(add_addr_accepted_max, "Limit of the kernel's path manager."),
    MPTCP_PYTHON_INFO(flags, "Bit 0: fallback; bit 1: the remote key was received."),
    MPTCP_PYTHON_INFO(token, "The local token; 0 while there is none."),
    MPTCP_PYTHON_INFO(write_seq, "Sequence number of the next byte to write."),
    MPTCP_PYTHON_INFO(snd_una, "Sequence number of the first byte not yet acknowledged."),
    MPTCP_PYTHON_INFO(rcv_nxt, "Sequence number of the next byte to arrive."),
    MPTCP_PYTHON_INFO(local_addr_used, "Local addresses in use by the kernel's path manager."),
    MPTCP_PYTHON_INFO(local_addr_max, "Limit of the kernel's path manager."),
    MPTCP_PYTHON_INFO(csum_enabled, "1 when data is protected by MPTCP's checksum."),
    MPTCP_PYTHON_INFO(retransmits, "Retransmissions in a row, of the connection."),
    MPTCP_PYTHON_INFO(bytes_retrans, "Bytes sent again over another subflow."),
    MPTCP_PYTHON_INFO(bytes_sent, "Bytes sent, closed subflows included."),
    MPTCP_PYTHON_INFO(bytes_received, "Bytes received, closed subflows included."),
    MPTCP_PYTHON_INFO(bytes_acked, "Bytes that the peer has acknowledged."),
    MPTCP_PYTHON_INFO(subflows_total, "Subflows, the initial one included while it lives."),
    MPTCP_PYTHON_INFO(endp_laminar_max, "Limit of the kernel's path manager."),
    MPTCP_PYTHON_INFO(endp_fullmesh_max, "Limit of the kernel's path manager."),
    MPTCP_PYTHON_INFO(last_data_sent, "Milliseconds since data was sent."),
    MPTCP_PYTHON_INFO(last_data_recv, "Milliseconds since data arrived."),
    MPTCP_PYTHON_INFO(last_ack_recv, "Milliseconds since an acknowledgement arrived."),
};
#undef MPTCP_PYTHON_INFO

using Filled = const FilledTcpInfo&;

// A field, or nothing where this kernel does not know it.
template <class T>
std::optional<T> filled(Filled f, T TcpInfo::*member) {
  const auto* begin = reinterpret_cast<const char*>(&f.info);
  const auto* end = reinterpret_cast<const char*>(&(f.info.*member) + 1);
  if (static_cast<std::uint32_t>(end - begin) > f.size) return std::nullopt;
  return f.info.*member;
}

// Bit fields have no address, so the table says where their byte ends.
template <class T>
std::optional<T> filled_to(Filled f, std::uint32_t end, T value) {
  if (end > f.size) return std::nullopt;
  return value;
}

#define MPTCP_PYTHON_TCP(name, doc)                                         \
  {                                                                         \
#name, field < [](Filled f) { return filled(f, &TcpInfo::name); }>, doc \
  }
#define MPTCP_PYTHON_TCP_BITS(name, end, doc)                                         \
  {                                                                                   \
#name, field < [](Filled f) { return filled_to<int>(f, end, f.info.name); }>, doc \
  }
constexpr FieldEntry tcp_fields[] = {
    MPTCP_PYTHON_TCP(state, "The kernel's number of the TCP state."),
    MPTCP_PYTHON_TCP(ca_state, "State of congestion avoidance; 0 is open."),
    MPTCP_PYTHON_TCP(retransmits, "Retransmissions in a row."),
    MPTCP_PYTHON_TCP(probes, "Unanswered window probes."),
    MPTCP_PYTHON_TCP(backoff, "Doublings of the timeout."),
    MPTCP_PYTHON_TCP(options, "Bits: 1 timestamps, 2 SACK, 4 window scale, 8 ECN, ..."),
    MPTCP_PYTHON_TCP_BITS(snd_wscale, 7, "Shift of the send window."),
    MPTCP_PYTHON_TCP_BITS(rcv_wscale, 7, "Shift of the receive window."),
    MPTCP_PYTHON_TCP_BITS(delivery_rate_app_limited, 8,
                          "1 when delivery_rate was limited by the application."),
    MPTCP_PYTHON_TCP_BITS(fastopen_client_fail, 8, "Why TCP Fast Open failed."),
    MPTCP_PYTHON_TCP(rto, "Retransmission timeout, microseconds."),
    MPTCP_PYTHON_TCP(ato, "Delayed acknowledgement timeout, microseconds."),
    MPTCP_PYTHON_TCP(snd_mss, "Largest segment that we send, bytes."),
    MPTCP_PYTHON_TCP(rcv_mss, "Largest segment that we receive, bytes."),
    MPTCP_PYTHON_TCP(unacked, "Segments in flight."),
    MPTCP_PYTHON_TCP(sacked, "Segments acknowledged selectively."),
    MPTCP_PYTHON_TCP(lost, "Segments held for lost."),
    MPTCP_PYTHON_TCP(retrans, "Segments retransmitted and in flight."),
    MPTCP_PYTHON_TCP(fackets, "Unused by the kernel now."),
    MPTCP_PYTHON_TCP(last_data_sent_ms, "Milliseconds since data was sent."),
    MPTCP_PYTHON_TCP(last_ack_sent_ms, "Unused by the kernel."),
    MPTCP_PYTHON_TCP(last_data_recv_ms, "Milliseconds since data arrived."),
    MPTCP_PYTHON_TCP(last_ack_recv_ms, "Milliseconds since an acknowledgement arrived."),
    MPTCP_PYTHON_TCP(pmtu, "Path MTU, bytes."),
    MPTCP_PYTHON_TCP(rcv_ssthresh, "Limit of the receive window, bytes."),
    MPTCP_PYTHON_TCP(rtt, "Smoothed round trip time, microseconds."),
    MPTCP_PYTHON_TCP(rttvar, "Its variation, microseconds."),
    MPTCP_PYTHON_TCP(snd_ssthresh, "Slow start threshold, segments."),
    MPTCP_PYTHON_TCP(snd_cwnd, "Congestion window, segments."),
    MPTCP_PYTHON_TCP(advmss, "Segment size that we announced, bytes."),
    MPTCP_PYTHON_TCP(reordering, "Reordering that is tolerated, segments."),
    MPTCP_PYTHON_TCP(rcv_rtt, "Round trip time as the receiver sees it, microseconds."),
    MPTCP_PYTHON_TCP(rcv_space, "Bytes that the application takes in a round trip."),
    MPTCP_PYTHON_TCP(total_retrans, "Segments retransmitted, ever."),
    MPTCP_PYTHON_TCP(pacing_rate, "Bytes a second."),
    MPTCP_PYTHON_TCP(max_pacing_rate, "Bytes a second; all bits set: no limit."),
    MPTCP_PYTHON_TCP(bytes_acked, "Bytes acknowledged by the peer."),
    MPTCP_PYTHON_TCP(bytes_received, "Bytes received."),
    MPTCP_PYTHON_TCP(segs_out, "Segments sent."),
    MPTCP_PYTHON_TCP(segs_in, "Segments received."),
    MPTCP_PYTHON_TCP(notsent_bytes, "Bytes that wait to be sent first."),
    MPTCP_PYTHON_TCP(min_rtt, "Least round trip time, microseconds."),
    MPTCP_PYTHON_TCP(data_segs_in, "Segments with data received."),
    MPTCP_PYTHON_TCP(data_segs_out, "Segments with data sent."),
    MPTCP_PYTHON_TCP(delivery_rate, "Latest rate of delivery, bytes a second."),
    MPTCP_PYTHON_TCP(busy_time, "Microseconds spent sending."),
    MPTCP_PYTHON_TCP(rwnd_limited, "Of these, limited by the peer's window."),
    MPTCP_PYTHON_TCP(sndbuf_limited, "Of these, limited by the send buffer."),
    MPTCP_PYTHON_TCP(delivered, "Segments delivered, retransmitted ones included."),
    MPTCP_PYTHON_TCP(delivered_ce, "Of these, marked as having met congestion."),
    MPTCP_PYTHON_TCP(bytes_sent, "Bytes sent, retransmitted ones included."),
    MPTCP_PYTHON_TCP(bytes_retrans, "Bytes retransmitted."),
    MPTCP_PYTHON_TCP(dsack_dups, "Duplicates that the peer reported."),
    MPTCP_PYTHON_TCP(reord_seen, "Times that reordering was seen."),
    MPTCP_PYTHON_TCP(rcv_ooopack, "Segments that arrived out of order."),
    MPTCP_PYTHON_TCP(snd_wnd, "The peer's window, bytes."),
    MPTCP_PYTHON_TCP(rcv_wnd, "Our window, bytes."),
    MPTCP_PYTHON_TCP(rehash, "Times that the flow hash was changed."),
    MPTCP_PYTHON_TCP(total_rto, "Timeouts, ever."),
    MPTCP_PYTHON_TCP(total_rto_recoveries, "Recoveries from timeouts."),
    MPTCP_PYTHON_TCP(total_rto_time_ms, "Milliseconds spent in such recoveries."),
    MPTCP_PYTHON_TCP(received_ce, "Congestion marks received, segments (accurate ECN)."),
    MPTCP_PYTHON_TCP(delivered_e1_bytes, "Bytes delivered with ECT(1)."),
    MPTCP_PYTHON_TCP(delivered_e0_bytes, "Bytes delivered with ECT(0)."),
    MPTCP_PYTHON_TCP(delivered_ce_bytes, "Bytes delivered with a congestion mark."),
    MPTCP_PYTHON_TCP(received_e1_bytes, "Bytes received with ECT(1)."),
    MPTCP_PYTHON_TCP(received_e0_bytes, "Bytes received with ECT(0)."),
    MPTCP_PYTHON_TCP(received_ce_bytes, "Bytes received with a congestion mark."),
    MPTCP_PYTHON_TCP(accecn, "How accurate ECN was negotiated, and failed."),
};
#undef MPTCP_PYTHON_TCP
#undef MPTCP_PYTHON_TCP_BITS

using Detail = const SubflowDetail&;

constexpr FieldEntry detail_fields[] = {
    {"backup", field<[](Detail d) { return d.backup; }>,
     "We asked the peer to use it as a backup."},
    {"backup_by_peer", field<[](Detail d) { return d.backup_by_peer; }>, "The peer asked us to."},
    {"local_id", field<[](Detail d) { return d.local_id; }>, "Address id of our end."},
    {"remote_id", field<[](Detail d) { return d.remote_id; }>, "Address id of the peer's end."},
    {"fully_established", field<[](Detail d) { return d.fully_established; }>,
     "Of the initial subflow: others may join now."},
    {"congestion_control", field<[](Detail d) { return std::string(d.congestion_control); }>,
     "The kernel's name of the algorithm."},
    {"owner", field<[](Detail d) { return d.owner; }>, "User id."},
    {"inode", field<[](Detail d) { return d.inode; }>,
     "Of the connection's socket, as in /proc/PID/fd."},
    {"interface", field<[](Detail d) { return d.interface; }>,
     "Index of the device that it is bound to, or 0."},
};

using Sub = const Subflow&;

constexpr FieldEntry subflow_fields[] = {
    {"id", field<[](Sub s) { return s.id; }>,
     "Unique per connection and host; the initial one is 1; 0: this kernel does not tell."},
    {"state", field<[](Sub s) { return s.state; }>, "A TcpState."},
    {"local", field<[](Sub s) { return s.local; }>, "Our Address."},
    {"remote", field<[](Sub s) { return s.remote; }>, "The peer's Address."},
    {"rtt_us", field<[](Sub s) { return s.tcp.rtt; }>, "Smoothed round trip time, microseconds."},
    {"delivery_rate", field<[](Sub s) { return s.tcp.delivery_rate; }>,
     "Latest rate of delivery, bytes a second."},
    {"bytes_sent", field<[](Sub s) { return s.tcp.bytes_sent; }>,
     "Bytes sent, retransmitted ones included."},
    {"bytes_received", field<[](Sub s) { return s.tcp.bytes_received; }>, "Bytes received."},
    {"tcp", field<[](Sub s) {
       return FilledTcpInfo{s.tcp, s.tcp_size};
     }>,
     "The kernel's tcp_info, as a TcpInfo."},
    {"detail", field<[](Sub s) { return s.detail; }>,
     "A SubflowDetail when asked for and found, else None."},
};

using Listed = const ListedConnection&;

constexpr FieldEntry listed_fields[] = {
    {"token", field<[](Listed c) { return c.token; }>, "The connection's Token."},
    {"state", field<[](Listed c) { return c.state; }>, "A TcpState."},
    {"local", field<[](Listed c) { return c.local; }>, "Our Address."},
    {"remote", field<[](Listed c) { return c.remote; }>, "The peer's Address."},
    {"owner", field<[](Listed c) { return c.owner; }>, "User id."},
    {"inode", field<[](Listed c) { return c.inode; }>, "Of its socket, as in /proc/PID/fd."},
    {"pid", field<[](Listed c) { return c.pid; }>, "A process that holds it, where /proc tells."},
    {"fd", field<[](Listed c) { return c.fd; }>, "Its descriptor there."},
    {"process", field<[](Listed c) { return c.process; }>, "The process's name, or empty."},
    {"info", field<[](Listed c) { return c.info; }>, "Its ConnectionInfo."},
    {"subflows", field<[](Listed c) { return c.subflows; }>,
     "With detail; ids are 0: only the owner is told."},
};

using Report = const CapabilityReport&;

constexpr FieldEntry report_fields[] = {
    {"capability", field<[](Report r) { return r.capability; }>, "Which Capability."},
    {"available", field<[](Report r) { return r.available; }>, "Whether it is there."},
    {"reason", field<[](Report r) { return r.reason; }>, "Why not; empty when it is."},
    {"remedy", field<[](Report r) { return r.remedy; }>, "What to do about it; may be empty."},
    {"description", field<[](Report r) { return describe(r.capability); }>,
     "One sentence: what a program can do with it."},
};

}  // namespace

void add_connection_types(py::module_& module) {
  add_type<ConnectionInfo>(
      module,
      {"mptcp.ConnectionInfo",
       "The kernel's struct mptcp_info; a field that this kernel lacks is None.", info_fields});
  add_type<FilledTcpInfo>(
      module,
      {"mptcp.TcpInfo", "The kernel's struct tcp_info; a field that this kernel lacks is None.",
       tcp_fields});
  add_type<SubflowDetail>(
      module, {"mptcp.SubflowDetail", "What only sock_diag knows of a subflow.", detail_fields});
  add_type<Subflow>(module,
                    {"mptcp.Subflow", "One live subflow, as it was when asked.", subflow_fields});
  add_type<ListedConnection>(
      module, {"mptcp.ListedConnection", "A connection of the namespace.", listed_fields});
  add_type<CapabilityReport>(
      module, {"mptcp.CapabilityReport", "Whether this machine allows something.", report_fields});
}

}  // namespace mptcp::python

// SPDX-License-Identifier: MIT
#include "connection/decode_info.h"

namespace mptcp::connection {
namespace {

class Reader {
 public:
  Reader(const kernel::MptcpInfo& raw, std::size_t length) : raw_(raw), length_(length) {}

  template <class Value, class Field>
  void take(std::optional<Value>& out, Field kernel::MptcpInfo::*field) const {
    if (has(field)) out = Value{raw_.*field};
  }
  // A field that lies where the struct before it ended in padding: it is there when one is that
  // came with it.
  template <class Value, class Field, class Companion>
  void take_with(std::optional<Value>& out, Field kernel::MptcpInfo::*field,
                 Companion kernel::MptcpInfo::*companion) const {
    if (has(companion)) take(out, field);
  }

 private:
  template <class Field>
  bool has(Field kernel::MptcpInfo::*field) const {
    const auto* end = reinterpret_cast<const std::byte*>(&(raw_.*field) + 1);
    const auto* start = reinterpret_cast<const std::byte*>(&raw_);
    return static_cast<std::size_t>(end - start) <= length_;
  }

  const kernel::MptcpInfo& raw_;
  const std::size_t length_;
};

}  // namespace

ConnectionInfo decode_info(const kernel::MptcpInfo& raw, std::size_t length) {
  using Raw = kernel::MptcpInfo;
  const Reader reader(raw, length);
  ConnectionInfo info;
  reader.take(info.subflows, &Raw::subflows);
  reader.take(info.add_addr_signal, &Raw::add_addr_signal);
  reader.take(info.add_addr_accepted, &Raw::add_addr_accepted);
  reader.take(info.subflows_max, &Raw::subflows_max);
  reader.take(info.add_addr_signal_max, &Raw::add_addr_signal_max);
  reader.take(info.add_addr_accepted_max, &Raw::add_addr_accepted_max);
  reader.take(info.flags, &Raw::flags);
  reader.take(info.token, &Raw::token);
  reader.take(info.write_seq, &Raw::write_seq);
  reader.take(info.snd_una, &Raw::snd_una);
  reader.take(info.rcv_nxt, &Raw::rcv_nxt);
  reader.take(info.local_addr_used, &Raw::local_addr_used);
  reader.take(info.local_addr_max, &Raw::local_addr_max);
  reader.take(info.csum_enabled, &Raw::csum_enabled);
  reader.take_with(info.retransmits, &Raw::retransmits, &Raw::bytes_acked);
  reader.take(info.bytes_retrans, &Raw::bytes_retrans);
  reader.take(info.bytes_sent, &Raw::bytes_sent);
  reader.take(info.bytes_received, &Raw::bytes_received);
  reader.take(info.bytes_acked, &Raw::bytes_acked);
  reader.take(info.subflows_total, &Raw::subflows_total);
  reader.take(info.endp_laminar_max, &Raw::endp_laminar_max);
  reader.take(info.endp_fullmesh_max, &Raw::endp_fullmesh_max);
  reader.take_with(info.last_data_sent, &Raw::last_data_sent, &Raw::last_ack_recv);
  reader.take(info.last_data_recv, &Raw::last_data_recv);
  reader.take(info.last_ack_recv, &Raw::last_ack_recv);
  return info;
}

}  // namespace mptcp::connection

// SPDX-License-Identifier: MIT
#include "connection/decode_info.h"

namespace mptcp::connection {
namespace {

class Reader {
 public:
  Reader(const kernel::MptcpInfo& raw, std::size_t length) : raw_(raw), length_(length) {}

  template <class Field>
  std::optional<Field> take(Field kernel::MptcpInfo::*field) const {
    if (has(field)) return raw_.*field;
    return std::nullopt;
  }
  // A field that lies where the struct before it ended in padding: it is there when one is that
  // came with it.
  template <class Field, class Companion>
  std::optional<Field> take_with(Field kernel::MptcpInfo::*field,
                                 Companion kernel::MptcpInfo::*companion) const {
    if (has(companion)) return take(field);
    return std::nullopt;
  }
  std::optional<Token> token() const {
    if (has(&kernel::MptcpInfo::token)) return Token{raw_.token};
    return std::nullopt;
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
  return {
      .subflows = reader.take(&Raw::subflows),
      .add_addr_signal = reader.take(&Raw::add_addr_signal),
      .add_addr_accepted = reader.take(&Raw::add_addr_accepted),
      .subflows_max = reader.take(&Raw::subflows_max),
      .add_addr_signal_max = reader.take(&Raw::add_addr_signal_max),
      .add_addr_accepted_max = reader.take(&Raw::add_addr_accepted_max),
      .flags = reader.take(&Raw::flags),
      .token = reader.token(),
      .write_seq = reader.take(&Raw::write_seq),
      .snd_una = reader.take(&Raw::snd_una),
      .rcv_nxt = reader.take(&Raw::rcv_nxt),
      .local_addr_used = reader.take(&Raw::local_addr_used),
      .local_addr_max = reader.take(&Raw::local_addr_max),
      .csum_enabled = reader.take(&Raw::csum_enabled),
      .retransmits = reader.take_with(&Raw::retransmits, &Raw::bytes_acked),
      .bytes_retrans = reader.take(&Raw::bytes_retrans),
      .bytes_sent = reader.take(&Raw::bytes_sent),
      .bytes_received = reader.take(&Raw::bytes_received),
      .bytes_acked = reader.take(&Raw::bytes_acked),
      .subflows_total = reader.take(&Raw::subflows_total),
      .endp_laminar_max = reader.take(&Raw::endp_laminar_max),
      .endp_fullmesh_max = reader.take(&Raw::endp_fullmesh_max),
      .last_data_sent = reader.take_with(&Raw::last_data_sent, &Raw::last_ack_recv),
      .last_data_recv = reader.take(&Raw::last_data_recv),
      .last_ack_recv = reader.take(&Raw::last_ack_recv),
  };
}

}  // namespace mptcp::connection

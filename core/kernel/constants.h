// SPDX-License-Identifier: MIT
//
// The kernel's numbers and layouts that the C library's headers may lack: Debian 12's know
// neither MPTCP_FULL_INFO nor most attributes.  Values as of Linux 6.18's user API.
#pragma once

#include <cstdint>

namespace mptcp::kernel {

// Sockets.
inline constexpr int ipproto_mptcp = 262;
inline constexpr int sol_mptcp = 284;
inline constexpr int so_cookie = 57;
inline constexpr int so_netns_cookie = 71;
inline constexpr int so_bind_to_interface = 62;  // SO_BINDTOIFINDEX
inline constexpr int tcp_is_mptcp = 43;

// Socket options that newer kernels have and older headers lack.
inline constexpr int so_prefer_busy_poll = 69;
inline constexpr int so_busy_poll_budget = 70;
inline constexpr int so_buf_lock = 72;  // which of the buffers' sizes the user has fixed
inline constexpr int so_reserve_mem = 73;
inline constexpr int so_txrehash = 74;
inline constexpr int so_rcvmark = 75;
inline constexpr int so_rcvpriority = 82;
inline constexpr int buf_lock_send = 1;
inline constexpr int buf_lock_receive = 2;
inline constexpr int tcp_ao_info = 40;
inline constexpr int tcp_rto_max_ms = 44;
inline constexpr int tcp_rto_min_us = 45;
inline constexpr int tcp_delack_max_us = 46;
inline constexpr int ip_local_port_range = 51;
inline constexpr int ipv6_addr_preferences = 72;
inline constexpr int ipv6_minhopcount = 73;
inline constexpr int ipv6_origdstaddr = 74;
inline constexpr int ipv6_unicast_if = 76;
inline constexpr int ipv6_recvfragsize = 77;
inline constexpr int ipv6_freebind = 78;

// getsockopt names at sol_mptcp.
inline constexpr int mptcp_info = 1;
inline constexpr int mptcp_tcpinfo = 2;
inline constexpr int mptcp_subflow_addrs = 3;
inline constexpr int mptcp_full_info = 4;

inline constexpr std::uint32_t info_flag_fallback = 1;
inline constexpr std::uint32_t info_flag_remote_key_received = 2;

struct MptcpInfo {
  std::uint8_t subflows;
  std::uint8_t add_addr_signal;
  std::uint8_t add_addr_accepted;
  std::uint8_t subflows_max;
  std::uint8_t add_addr_signal_max;
  std::uint8_t add_addr_accepted_max;
  std::uint32_t flags;
  std::uint32_t token;
  std::uint64_t write_seq;
  std::uint64_t snd_una;
  std::uint64_t rcv_nxt;
  std::uint8_t local_addr_used;
  std::uint8_t local_addr_max;
  std::uint8_t csum_enabled;
  std::uint32_t retransmits;
  std::uint64_t bytes_retrans;
  std::uint64_t bytes_sent;
  std::uint64_t bytes_received;
  std::uint64_t bytes_acked;
  std::uint8_t subflows_total;
  std::uint8_t endp_laminar_max;
  std::uint8_t endp_fullmesh_max;
  std::uint8_t reserved;
  std::uint32_t last_data_sent;
  std::uint32_t last_data_recv;
  std::uint32_t last_ack_recv;
};
static_assert(sizeof(MptcpInfo) == 96);

// What MPTCP_FULL_INFO takes and gives.
struct FullInfo {
  std::uint32_t size_tcpinfo_kernel;
  std::uint32_t size_tcpinfo_user;
  std::uint32_t size_sfinfo_kernel;
  std::uint32_t size_sfinfo_user;
  std::uint32_t num_subflows;
  std::uint32_t size_arrays_user;
  std::uint64_t subflow_info;
  std::uint64_t tcp_info;
  MptcpInfo info;
};
static_assert(sizeof(FullInfo) == 136);

// The head of what MPTCP_TCPINFO and MPTCP_SUBFLOW_ADDRS take and give.
struct SubflowData {
  std::uint32_t size_subflow_data;
  std::uint32_t num_subflows;
  std::uint32_t size_kernel;
  std::uint32_t size_user;
};

// sockaddr_storage twice, as the kernel packs them.
inline constexpr std::uint32_t sockaddr_storage_size = 128;
inline constexpr std::uint32_t subflow_info_size = 8 + 2 * sockaddr_storage_size;
inline constexpr std::uint32_t subflow_addrs_size = 2 * sockaddr_storage_size;

// Capabilities and processes.
inline constexpr unsigned syscall_pidfd_open = 434;
inline constexpr unsigned syscall_pidfd_getfd = 438;

}  // namespace mptcp::kernel

// SPDX-License-Identifier: MIT
//
// What sock_diag tells of sockets and connections.
#include "fuzz/fuzzed_kernel.h"
#include "netlink/sock_diag.h"

using namespace mptcp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  netlink::View view;
  view.payload = netlink::Bytes(reinterpret_cast<const std::byte*>(bytes), size);
  if (auto socket = netlink::decode_socket(view)) {
    fuzz::must(socket->tcp_size <= sizeof socket->tcp);
    fuzz::must(std::memchr(socket->congestion_control, 0, sizeof socket->congestion_control));
    (void)format(socket->key.local);
  }
  if (auto connection = netlink::decode_connection(view)) {
    fuzz::must(connection->info_size <= sizeof connection->info);
    (void)format(connection->key.remote);
  }

  FuzzedDataProvider data(bytes, size);
  fuzz::FuzzedKernel kernel(data);
  auto socket = netlink::Socket::open(kernel, NETLINK_SOCK_DIAG);
  fuzz::must(static_cast<bool>(socket));
  (void)netlink::list_connections(*socket);
  (void)netlink::find_socket(*socket, {});
  (void)netlink::list_listeners(*socket);
  return 0;
}

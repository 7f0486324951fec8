// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <memory>

#include "connection/detail.h"
#include "connection/reader.h"
#include "connection/snapshot.h"

namespace mptcp::connection {
namespace {

TcpInfo copy(std::span<const std::byte> tcp) {
  TcpInfo out;
  std::memcpy(&out, tcp.data(), tcp.size());
  std::memset(reinterpret_cast<std::byte*>(&out) + tcp.size(), 0, sizeof out - tcp.size());
  return out;
}

// Becomes a Subflow where that is to stand: to clear one first, or to move it, takes as long as to
// fill it.  Addresses are left to the caller, since they can be of no known family.
struct Decoded {
  const Snapshot& snapshot;
  std::size_t index;
  explicit operator Subflow() const {
    const auto tcp = snapshot.tcp(index);
    return {.id = snapshot.id(index),
            .state = snapshot.state(index),
            .local = {},
            .remote = {},
            .tcp = copy(tcp),
            .tcp_size = static_cast<std::uint32_t>(tcp.size()),
            .detail = std::nullopt};
  }
};

// False when an address is of no known family.
bool decode(const Snapshot& snapshot, std::vector<Subflow>& list) {
  list.reserve(snapshot.size());
  for (std::size_t i = 0; i < snapshot.size(); ++i) {
    auto& out = list.emplace_back(Decoded{snapshot, i});
    if (!snapshot.addresses(i, out.local, out.remote)) return false;
  }
  return true;
}

}  // namespace

Result<SubflowCount> subflows(kernel::Kernel& kernel, int fd, std::span<Subflow> storage,
                              Depth depth) {
  Snapshot snapshot(kernel);
  if (const int code = snapshot.take(fd); code < 0) return snapshot.failure(fd, code);
  const SubflowCount count{std::min(storage.size(), snapshot.size()), snapshot.size()};
  for (std::size_t i = 0; i < count.written; ++i) {
    std::construct_at(&storage[i], Decoded{snapshot, i});
    if (!snapshot.addresses(i, storage[i].local, storage[i].remote)) {
      return snapshot.failure(fd, Snapshot::unknown_form);
    }
  }
  if (depth == Depth::detail) {
    if (auto added = add_details(kernel, fd, storage.first(count.written)); !added) {
      return added.error();
    }
  }
  return count;
}

Result<std::vector<Subflow>> subflows(kernel::Kernel& kernel, int fd, Depth depth) {
  Snapshot snapshot(kernel);
  if (const int code = snapshot.take(fd); code < 0) return snapshot.failure(fd, code);
  std::vector<Subflow> list;
  if (!decode(snapshot, list)) return snapshot.failure(fd, Snapshot::unknown_form);
  if (depth == Depth::detail) {
    if (auto added = add_details(kernel, fd, list); !added) return added.error();
  }
  return list;
}

Result<Look> look(kernel::Kernel& kernel, int fd) {
  Snapshot snapshot(kernel, Snapshot::Info::too);
  if (const int code = snapshot.take(fd); code < 0) return snapshot.failure(fd, code);
  Look look;
  if (!decode(snapshot, look.subflows)) return snapshot.failure(fd, Snapshot::unknown_form);
  if (snapshot.info()) {
    look.info = *snapshot.info();
    return look;
  }
  auto asked = info(kernel, fd);
  if (!asked) return asked.error();
  look.info = *asked;
  return look;
}

}  // namespace mptcp::connection

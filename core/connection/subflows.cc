// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>

#include "connection/detail.h"
#include "connection/mptcp_option.h"
#include "connection/reader.h"
#include "connection/snapshot.h"

namespace mptcp::connection {
namespace {

Error unknown_form(int fd) {
  return {ErrorKind::malformed, EBADMSG,
          describe(fd) + ": the kernel lists its subflows in an unknown form"};
}

Result<void> take(Snapshot& snapshot, kernel::Kernel& kernel, int fd) {
  const int code = snapshot.take(fd);
  switch (-code) {
    case 0:
      return {};
    case EBADMSG:
      return unknown_form(fd);
    case ENOBUFS:
      return kernel::system_error(
          ENOBUFS, describe(fd) + ": subflows come and go faster than they are read");
    default:
      return refused(kernel, fd, code);
  }
}

bool is_older(const Subflow& a, const Subflow& b) { return a.id < b.id; }

Result<SubflowCount> decode_live(const Snapshot& snapshot, int fd, std::span<Subflow> storage) {
  SubflowCount count;
  for (std::size_t i = 0; i < snapshot.size(); ++i) {
    if (!snapshot.is_live(i)) continue;
    ++count.total;
    if (count.written == storage.size()) continue;
    if (!snapshot.decode(i, storage[count.written])) return unknown_form(fd);
    ++count.written;
  }
  // The kernel lists them by age, but for joins that came while it was busy.
  const auto written = storage.first(count.written);
  if (!std::is_sorted(written.begin(), written.end(), is_older)) {
    std::sort(written.begin(), written.end(), is_older);
  }
  return count;
}

std::size_t count_live(const Snapshot& snapshot) {
  std::size_t live = 0;
  for (std::size_t i = 0; i < snapshot.size(); ++i) live += snapshot.is_live(i);
  return live;
}

}  // namespace

Result<SubflowCount> subflows(kernel::Kernel& kernel, int fd, std::span<Subflow> storage,
                              Depth depth) {
  Snapshot snapshot(kernel);
  if (auto taken = take(snapshot, kernel, fd); !taken) return taken.error();
  auto count = decode_live(snapshot, fd, storage);
  if (count && depth == Depth::detail) {
    auto added = add_details(kernel, fd, storage.first(count->written));
    if (!added) return added.error();
  }
  return count;
}

Result<std::vector<Subflow>> subflows(kernel::Kernel& kernel, int fd, Depth depth) {
  Snapshot snapshot(kernel);
  if (auto taken = take(snapshot, kernel, fd); !taken) return taken.error();
  std::vector<Subflow> list(count_live(snapshot));
  if (auto count = decode_live(snapshot, fd, list); !count) return count.error();
  if (depth == Depth::detail) {
    if (auto added = add_details(kernel, fd, list); !added) return added.error();
  }
  return list;
}

}  // namespace mptcp::connection

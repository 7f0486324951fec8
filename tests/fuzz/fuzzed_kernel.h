// SPDX-License-Identifier: MIT
//
// A kernel whose every answer is up to the fuzzer: codes, lengths and bytes.  It keeps only what no
// kernel can break: it writes no further than it was given room for.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "kernel/constants.h"
#include "support/fake_kernel.h"

namespace mptcp::fuzz {

class FuzzedKernel : public test::FakeKernel {
 public:
  explicit FuzzedKernel(FuzzedDataProvider& data) : data_(data) {
    on_get_option = [this](int, int level, int option, void* value, socklen_t* length) {
      return answer(level, option, value, length);
    };
    on_receive = [this](int, void* bytes, std::size_t length, int) {
      return datagram(bytes, length);
    };
    on_send = [](int, const void*, std::size_t length) { return static_cast<ssize_t>(length); };
    on_poll = [this](pollfd* descriptors, nfds_t count) {
      if (data_.remaining_bytes() == 0 || count == 0) return 0;
      descriptors[0].revents = POLLIN;
      return 1;
    };
    on_local_name = on_peer_name = [this](int, sockaddr_storage* address, socklen_t* length) {
      if (data_.ConsumeBool()) return -ENOTCONN;
      *length = static_cast<socklen_t>(fill(address, sizeof *address));
      return 0;
    };
    on_status_flags =
        on_descriptor_flags = [this](int) { return data_.ConsumeIntegralInRange(-9, 4096); };
  }

  // No machine has room for what a hostile count asks for.
  void* map_pages(std::size_t size) override {
    return size > 16 * 1024 * 1024 ? nullptr : FakeKernel::map_pages(size);
  }

 private:
  int code() {
    constexpr int codes[] = {0, 0, 0, -EOPNOTSUPP, -ENOPROTOOPT, -EBADF, -EINVAL, -EFAULT};
    return data_.PickValueInArray(codes);
  }

  // As many bytes as there are, at most `room`; returns how many.
  std::size_t fill(void* to, std::size_t room) {
    const auto wanted = data_.ConsumeIntegralInRange<std::size_t>(0, room);
    return data_.ConsumeData(to, wanted);
  }

  int answer(int level, int option, void* value, socklen_t* length) {
    if (const int refused = code(); refused < 0) return refused;
    if (level == kernel::sol_mptcp && option == kernel::mptcp_full_info &&
        *length >= offsetof(kernel::FullInfo, info)) {
      fill_arrays(*static_cast<const kernel::FullInfo*>(value));
    }
    *length = static_cast<socklen_t>(fill(value, *length));
    return 0;
  }

  // The arrays that MPTCP_FULL_INFO is pointed at.
  void fill_arrays(const kernel::FullInfo& asked) {
    const std::size_t count = asked.size_arrays_user;
    if (asked.subflow_info != 0) {
      fill(reinterpret_cast<void*>(asked.subflow_info), count * asked.size_sfinfo_user);
    }
    if (asked.tcp_info != 0) {
      fill(reinterpret_cast<void*>(asked.tcp_info), count * asked.size_tcpinfo_user);
    }
  }

  // Often one that continues the exchange, since a foreign sequence number is only passed over.
  ssize_t datagram(void* bytes, std::size_t length) {
    if (data_.remaining_bytes() == 0) return -EAGAIN;
    const auto written = fill(bytes, std::min<std::size_t>(length, 4096));
    if (data_.ConsumeBool() && written >= sizeof(nlmsghdr)) {
      nlmsghdr header;
      std::memcpy(&header, bytes, sizeof header);
      header.nlmsg_seq = 1 + data_.ConsumeIntegralInRange<std::uint32_t>(0, 3);
      header.nlmsg_len = static_cast<std::uint32_t>(written);
      std::memcpy(bytes, &header, sizeof header);
    }
    return static_cast<ssize_t>(written);
  }

  FuzzedDataProvider& data_;
};

// A promise that must hold whatever comes in; a breach is a finding.
inline void must(bool holds) {
  if (!holds) __builtin_trap();
}

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace mptcp::fuzz

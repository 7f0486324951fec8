// SPDX-License-Identifier: MIT
#include "support/old_kernel.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "kernel/constants.h"
#include "kernel/kernel.h"

namespace mptcp::test {
namespace {

struct Word {
  const char* name;
  OldKernel kernel;
};
constexpr Word words[] = {
    {"absent", OldKernel::absent},
    {"disabled", OldKernel::disabled},
    {"without_full_info", OldKernel::without_full_info},
    {"without_info", OldKernel::without_info},
};

// The low half of an argument, which is all that an int has.
constexpr std::uint32_t argument(unsigned index) {
  constexpr std::uint32_t low = __BYTE_ORDER == __LITTLE_ENDIAN ? 0 : 4;
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args)) + 8 * index + low;
}

// A call with these arguments fails with `os_code`; every other passes.
struct Refusal {
  std::uint32_t call;
  struct Match {
    unsigned index;
    std::uint32_t value;
  };
  std::vector<Match> matches;
  std::uint32_t os_code;
};

int install(const Refusal& refusal) {
  std::vector<sock_filter> program;
  auto check = [&](std::uint32_t offset, std::uint32_t value) {
    program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
    // The jump past the refusal, to the last instruction, is filled in below.
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 0));
  };
  check(offsetof(seccomp_data, nr), refusal.call);
  for (const auto& match : refusal.matches) check(argument(match.index), match.value);
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | refusal.os_code));
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  for (std::size_t i = 1; i + 2 < program.size(); i += 2) {
    program[i].jf = static_cast<std::uint8_t>(program.size() - 2 - i);
  }
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) return errno;
  return 0;
}

Refusal refusal_of(OldKernel kernel) {
  switch (kernel) {
    case OldKernel::absent:
      return {SYS_socket, {{2, kernel::ipproto_mptcp}}, EPROTONOSUPPORT};
    case OldKernel::disabled:
      return {SYS_socket, {{2, kernel::ipproto_mptcp}}, ENOPROTOOPT};
    case OldKernel::without_full_info:
      return {SYS_getsockopt, {{1, kernel::sol_mptcp}, {2, kernel::mptcp_full_info}}, EOPNOTSUPP};
    default:
      return {SYS_getsockopt, {{1, kernel::sol_mptcp}}, EOPNOTSUPP};
  }
}

bool is_switched_off(Capability capability) {
  return kernel::system_kernel().is_switched_off(capability);
}

}  // namespace

OldKernel old_kernel() {
  const char* wanted = std::getenv("MPTCP_TEST_OLD_KERNEL");
  if (!wanted) return OldKernel::none;
  for (const Word& word : words) {
    if (std::strcmp(wanted, word.name) == 0) return word.kernel;
  }
  std::abort();
}

std::string grow_old() {
  if (old_kernel() == OldKernel::none) return "";
  const int code = install(refusal_of(old_kernel()));
  return code == 0 ? "" : std::string("no seccomp filters: ") + std::strerror(code);
}

bool has_mptcp_sockets() {
  return !is_switched_off(Capability::mptcp_sockets) && old_kernel() != OldKernel::absent &&
         old_kernel() != OldKernel::disabled;
}
bool has_connection_info() {
  return has_mptcp_sockets() && !is_switched_off(Capability::connection_info) &&
         old_kernel() != OldKernel::without_info;
}
bool has_full_info() {
  return has_connection_info() && !is_switched_off(Capability::full_info) &&
         old_kernel() != OldKernel::without_full_info;
}
bool has_subflow_detail() { return !is_switched_off(Capability::subflow_detail); }
bool has_connection_listing() {
  return has_mptcp_sockets() && !is_switched_off(Capability::connection_listing);
}

}  // namespace mptcp::test

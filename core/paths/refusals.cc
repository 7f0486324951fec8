// SPDX-License-Identifier: MIT
#include "paths/refusals.h"

#include <cerrno>

namespace mptcp::paths {
namespace {

// The kernel's words, as they contain.
struct Words {
  std::string_view part;
  Refusal refusal;
};
constexpr Words words[] = {
    {"invalid token", Refusal::no_such_connection},
    {"userspace PM not selected", Refusal::not_userspace_managed},
    {"did not match address and id", Refusal::id_mismatch},
    {"address with id", Refusal::no_such_id},
    {"subflow not found", Refusal::no_such_subflow},
};

ErrorKind kind_of(Refusal refusal, int os_code) {
  switch (refusal) {
    case Refusal::not_permitted:
      return ErrorKind::not_permitted;
    case Refusal::no_such_connection:
    case Refusal::no_such_id:
    case Refusal::no_such_subflow:
      return ErrorKind::not_found;
    case Refusal::not_userspace_managed:
      return ErrorKind::not_supported;
    case Refusal::id_mismatch:
      return ErrorKind::already_exists;
    case Refusal::not_joinable:
    case Refusal::other:
      break;
  }
  if (os_code == EINVAL || os_code == EAFNOSUPPORT) return ErrorKind::invalid_argument;
  if (os_code == EADDRINUSE || os_code == EEXIST) return ErrorKind::already_exists;
  return kernel::classify(os_code);
}

}  // namespace

Refusal classify(const netlink::Answer& answer) {
  if (answer.code == EPERM || answer.code == EACCES) return Refusal::not_permitted;
  if (answer.code == ENOTCONN) return Refusal::not_joinable;
  if (answer.code == ESRCH) return Refusal::no_such_subflow;
  for (const Words& candidate : words) {
    if (answer.text.find(candidate.part) != answer.text.npos) return candidate.refusal;
  }
  return Refusal::other;
}

Error refusal_error(const netlink::Answer& answer, std::string what) {
  const Refusal refusal = classify(answer);
  if (refusal == Refusal::not_userspace_managed) return kernel_managed(what);
  if (refusal == Refusal::not_permitted) {
    what += ": this needs CAP_NET_ADMIN over the network namespace";
  }
  // "connect error: -101" says less than the errno's own text.
  netlink::Answer told = answer;
  if (told.text.starts_with("connect error")) told.text.clear();
  return netlink::refusal(kind_of(refusal, answer.code), told, std::move(what));
}

Error subflow_error(int os_code, std::string what) {
  return kernel::system_error(kind_of(Refusal::other, os_code), os_code, std::move(what));
}

Error kernel_managed(const std::string& what) {
  return {ErrorKind::not_supported, EINVAL,
          what + ": the kernel's path manager looks after this connection; set " +
              "net.mptcp.path_manager=userspace before connections are made, or convert a " +
              "socket before it connects"};
}

}  // namespace mptcp::paths

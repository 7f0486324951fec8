// SPDX-License-Identifier: MIT
#include <mptcp/result.h>

namespace mptcp {

std::string_view name(ErrorKind kind) {
  switch (kind) {
#define LIBMPTCP_ERROR_KIND(word, code) \
  case ErrorKind::word:                 \
    return #word;
#include <mptcp/error_kinds.def>
#undef LIBMPTCP_ERROR_KIND
  }
  return "system";
}

}  // namespace mptcp

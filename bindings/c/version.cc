// SPDX-License-Identifier: MIT
#include <mptcp/c.h>

const char* mptcp_version_string(void) { return LIBMPTCP_VERSION; }

uint32_t mptcp_version_number(void) {
  return LIBMPTCP_VERSION_MAJOR * 1000000u + LIBMPTCP_VERSION_MINOR * 1000u +
         LIBMPTCP_VERSION_PATCH;
}

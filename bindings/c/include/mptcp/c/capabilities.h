/* SPDX-License-Identifier: MIT
 *
 * What this machine, this user and this network namespace allow, found by trying.  The conventions
 * are in <mptcp/c.h>, the full meaning in <mptcp/capabilities.h>.
 */
#pragma once

#include <mptcp/c/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mptcp_capability {
  LIBMPTCP_CAPABILITY_MPTCP_SOCKETS = 0,
  LIBMPTCP_CAPABILITY_CONNECTION_INFO = 1,
  LIBMPTCP_CAPABILITY_FULL_INFO = 2,
  LIBMPTCP_CAPABILITY_SUBFLOW_DETAIL = 3,
  LIBMPTCP_CAPABILITY_CONNECTION_LISTING = 4,
  LIBMPTCP_CAPABILITY_PATH_MANAGER_QUERY = 5,
  LIBMPTCP_CAPABILITY_MANAGE_PATHS = 6,
  LIBMPTCP_CAPABILITY_USERSPACE_PATH_MANAGER = 7,
  LIBMPTCP_CAPABILITY_CHANGE_PATH_MANAGER = 8,
  LIBMPTCP_CAPABILITY_CONVERT_PATH_MANAGER = 9,
  LIBMPTCP_CAPABILITY_DESTROY_SOCKETS = 10,
  LIBMPTCP_CAPABILITY_EVENTS = 11,
  LIBMPTCP_CAPABILITY_DESCRIPTOR_PASSING = 12,
  LIBMPTCP_CAPABILITY_NETWORK_LAB = 13
};

typedef struct mptcp_capability_report_t {
  uint32_t size;
  uint32_t capability; /* LIBMPTCP_CAPABILITY_… */
  uint32_t available;  /* 1 or 0 */
  uint32_t reserved;
  char reason[256]; /* why not, in the kernel's words where it has some; else empty */
  char remedy[256]; /* what to do about it: a command, a setting, a newer kernel; may be empty */
} mptcp_capability_report_t;

/* Every capability, in the order of their numbers.  What the environment variable LIBMPTCP_DISABLE
 * names counts as absent. */
LIBMPTCP_API int mptcp_capability_list(mptcp_capability_report_t *reports, size_t report_size,
                                       size_t capacity, size_t *total, mptcp_error_t *error);
/* One of them.  Returns `available`; the report may be NULL. */
LIBMPTCP_API int mptcp_capability_get(int capability, mptcp_capability_report_t *report,
                                      mptcp_error_t *error);

/* "mptcp_sockets", …, or "unknown"; one sentence of what a program can do with it; and back:
 * returns the capability that the text names. */
LIBMPTCP_API const char *mptcp_capability_name(int capability);
LIBMPTCP_API const char *mptcp_capability_describe(int capability);
LIBMPTCP_API int mptcp_capability_parse(const char *text, mptcp_error_t *error);

#ifdef __cplusplus
}
#endif

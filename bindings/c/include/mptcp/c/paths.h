/* SPDX-License-Identifier: MIT
 *
 * Steering: open, close, prefer and announce the paths of one connection; and the kernel's own
 * path manager for a whole network namespace.  The conventions are in <mptcp/c.h>, the full
 * meaning, and who may do what, in <mptcp/paths.h>.
 */
#pragma once

#include <mptcp/c/base.h>
#include <mptcp/c/connection.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Works in the network namespace of the thread that opens it; commands go straight to the
 * kernel.  Succeeds for anybody: who may not write is told so by the operations. */
typedef struct mptcp_path_control_t mptcp_path_control_t;
LIBMPTCP_API int mptcp_path_control_open_direct(mptcp_path_control_t **control,
                                                mptcp_error_t *error);
LIBMPTCP_API void mptcp_path_control_close(mptcp_path_control_t *control);

/* --- naming connections and subflows ------------------------------------------------------- */

/* One of your descriptors as it is, or what mptcp_connection_from_token made of any token. */
typedef int64_t mptcp_connection_ref_t;
LIBMPTCP_API mptcp_connection_ref_t mptcp_connection_from_token(uint32_t token);

/* A subflow by its id, or, when that is 0, by its two addresses with ports (the only way for
 * connections named by token). */
typedef struct mptcp_subflow_ref_t {
  uint32_t size;
  uint32_t id;
  mptcp_address_t local;
  mptcp_address_t remote;
} mptcp_subflow_ref_t;

/* --- operations that wait ------------------------------------------------------------------ */

enum mptcp_open_request_field {
  LIBMPTCP_OPEN_HAS_LOCAL = 1 << 0,
  LIBMPTCP_OPEN_HAS_REMOTE = 1 << 1,
  LIBMPTCP_OPEN_HAS_INTERFACE = 1 << 2,
  LIBMPTCP_OPEN_HAS_LOCAL_ID = 1 << 3,
  LIBMPTCP_OPEN_HAS_REMOTE_ID = 1 << 4
};

enum mptcp_priority { LIBMPTCP_PRIORITY_REGULAR = 0, LIBMPTCP_PRIORITY_BACKUP = 1 };

/* Name at least one of local, remote and interface; the rest is filled in. */
typedef struct mptcp_open_request_t {
  uint32_t size;
  uint32_t priority; /* LIBMPTCP_PRIORITY_… */
  uint64_t present;
  mptcp_address_t local;
  mptcp_address_t remote;
  uint32_t interface_index;
  uint8_t local_id;
  uint8_t remote_id;
  uint8_t reserved[2];
} mptcp_open_request_t;

/* Opens a subflow, and answers with it once the peer has accepted it. */
LIBMPTCP_API int mptcp_subflow_open(mptcp_path_control_t *control,
                                    mptcp_connection_ref_t connection,
                                    const mptcp_open_request_t *request, int timeout_ms,
                                    mptcp_subflow_t *subflow, mptcp_error_t *error);

enum mptcp_close_flag {
  LIBMPTCP_CLOSE_MAY_CLOSE_LAST = 1 << 0 /* else closing the last one is an invalid argument */
};

LIBMPTCP_API int mptcp_subflow_close(mptcp_path_control_t *control,
                                     mptcp_connection_ref_t connection,
                                     const mptcp_subflow_ref_t *which, uint32_t flags,
                                     int timeout_ms, mptcp_error_t *error);

/* Asks both ends to keep a subflow as a backup, or to use it again. */
LIBMPTCP_API int mptcp_subflow_prefer(mptcp_path_control_t *control,
                                      mptcp_connection_ref_t connection,
                                      const mptcp_subflow_ref_t *which, int priority,
                                      int timeout_ms, mptcp_subflow_t *subflow,
                                      mptcp_error_t *error);

enum mptcp_announce_request_field {
  LIBMPTCP_ANNOUNCE_HAS_ID = 1 << 0,
  LIBMPTCP_ANNOUNCE_HAS_INTERFACE = 1 << 1
};

/* An address for the peer to join.  Port 0 is the connection's own; for another port a guarded
 * listener is opened. */
typedef struct mptcp_announce_request_t {
  uint32_t size;
  uint32_t interface_index;
  uint64_t present;
  mptcp_address_t address;
  uint8_t id;
  uint8_t reserved[3];
} mptcp_announce_request_t;

typedef struct mptcp_announcement_t {
  uint32_t size;
  uint32_t id;
  mptcp_address_t address;
} mptcp_announcement_t;

LIBMPTCP_API int mptcp_address_announce(mptcp_path_control_t *control,
                                        mptcp_connection_ref_t connection,
                                        const mptcp_announce_request_t *request, int timeout_ms,
                                        mptcp_announcement_t *announcement, mptcp_error_t *error);
LIBMPTCP_API int mptcp_address_withdraw(mptcp_path_control_t *control,
                                        mptcp_connection_ref_t connection, uint32_t id,
                                        int timeout_ms, mptcp_error_t *error);

/* --- the same, for a poll loop ------------------------------------------------------------- */

/* Each begins an operation, which ends after `timeout_ms` at the latest, and returns at once. */
LIBMPTCP_API int mptcp_subflow_start_open(mptcp_path_control_t *control,
                                          mptcp_connection_ref_t connection,
                                          const mptcp_open_request_t *request, int timeout_ms,
                                          uint64_t *operation, mptcp_error_t *error);
LIBMPTCP_API int mptcp_subflow_start_close(mptcp_path_control_t *control,
                                           mptcp_connection_ref_t connection,
                                           const mptcp_subflow_ref_t *which, uint32_t flags,
                                           int timeout_ms, uint64_t *operation,
                                           mptcp_error_t *error);
LIBMPTCP_API int mptcp_subflow_start_prefer(mptcp_path_control_t *control,
                                            mptcp_connection_ref_t connection,
                                            const mptcp_subflow_ref_t *which, int priority,
                                            int timeout_ms, uint64_t *operation,
                                            mptcp_error_t *error);
LIBMPTCP_API int mptcp_address_start_announce(mptcp_path_control_t *control,
                                              mptcp_connection_ref_t connection,
                                              const mptcp_announce_request_t *request,
                                              int timeout_ms, uint64_t *operation,
                                              mptcp_error_t *error);
LIBMPTCP_API int mptcp_address_start_withdraw(mptcp_path_control_t *control,
                                              mptcp_connection_ref_t connection, uint32_t id,
                                              int timeout_ms, uint64_t *operation,
                                              mptcp_error_t *error);

/* Forgets an operation; one that is unknown or over is left alone.  What the kernel has already
 * been asked to do may still happen. */
LIBMPTCP_API int mptcp_path_control_cancel(mptcp_path_control_t *control, uint64_t operation,
                                           mptcp_error_t *error);

/* Readable when mptcp_path_control_process has something to do. */
LIBMPTCP_API int mptcp_path_control_descriptor(const mptcp_path_control_t *control,
                                               mptcp_error_t *error);

enum mptcp_completion_field {
  LIBMPTCP_COMPLETION_HAS_SUBFLOW = 1 << 0,     /* of an open or a prefer: written to `subflow` */
  LIBMPTCP_COMPLETION_HAS_ANNOUNCEMENT = 1 << 1 /* of an announce: written to `announcement` */
};

typedef struct mptcp_completion_t {
  uint32_t size;
  int32_t result; /* 0, or the negative errno that the waiting form would have returned */
  uint64_t present;
  uint64_t operation;
} mptcp_completion_t;

/* Does what there is to do, and hands out one finished operation: returns 1, or 0 when none is.
 * Call it until it returns 0.  `subflow` and `announcement` are written when the operation made
 * one, `failure` when its result is an error. */
LIBMPTCP_API int mptcp_path_control_process(mptcp_path_control_t *control,
                                            mptcp_completion_t *completion,
                                            mptcp_subflow_t *subflow,
                                            mptcp_announcement_t *announcement,
                                            mptcp_error_t *failure, mptcp_error_t *error);

/* Waits until one operation is finished, as long as it was given at most, and hands it out; what
 * else finishes meanwhile is kept.  One that isn't under way is LIBMPTCP_ERROR_NOT_FOUND. */
LIBMPTCP_API int mptcp_path_control_wait(mptcp_path_control_t *control, uint64_t operation,
                                         mptcp_completion_t *completion, mptcp_subflow_t *subflow,
                                         mptcp_announcement_t *announcement, mptcp_error_t *failure,
                                         mptcp_error_t *error);

/* --- path managers ------------------------------------------------------------------------- */

enum mptcp_path_manager {
  LIBMPTCP_PATH_MANAGER_KERNEL = 0,
  LIBMPTCP_PATH_MANAGER_USERSPACE = 1,
  LIBMPTCP_PATH_MANAGER_OTHER = 2
};
LIBMPTCP_API const char *mptcp_path_manager_name(int manager);

/* Which one looks after a connection; which one this namespace's new connections get.  Both return
 * LIBMPTCP_PATH_MANAGER_…. */
LIBMPTCP_API int mptcp_connection_get_path_manager(mptcp_path_control_t *control,
                                                   mptcp_connection_ref_t connection,
                                                   mptcp_error_t *error);
LIBMPTCP_API int mptcp_namespace_get_path_manager(mptcp_path_control_t *control,
                                                  mptcp_error_t *error);
LIBMPTCP_API int mptcp_namespace_set_path_manager(mptcp_path_control_t *control, int manager,
                                                  mptcp_error_t *error);
/* Puts one unconnected client socket under the userspace path manager. */
LIBMPTCP_API int mptcp_socket_convert_path_manager(mptcp_path_control_t *control, int fd,
                                                   mptcp_error_t *error);

/* --- endpoints and limits of the kernel's manager ------------------------------------------ */

enum mptcp_endpoint_flag {
  LIBMPTCP_ENDPOINT_SIGNAL = 1 << 0,
  LIBMPTCP_ENDPOINT_SUBFLOW = 1 << 1,
  LIBMPTCP_ENDPOINT_BACKUP = 1 << 2,
  LIBMPTCP_ENDPOINT_FULLMESH = 1 << 3,
  LIBMPTCP_ENDPOINT_IMPLICIT = 1 << 4,
  LIBMPTCP_ENDPOINT_LAMINAR = 1 << 5
};

typedef struct mptcp_endpoint_t {
  uint32_t size;
  uint32_t id; /* 0 when adding: the kernel allots one */
  mptcp_address_t address;
  uint32_t interface_index;
  uint32_t flags; /* LIBMPTCP_ENDPOINT_…; unknown bits are shown raw */
} mptcp_endpoint_t;

typedef struct mptcp_limits_t {
  uint32_t size;
  uint32_t add_addr_accepted;
  uint32_t subflows;
} mptcp_limits_t;

LIBMPTCP_API int mptcp_endpoint_list(mptcp_path_control_t *control, mptcp_endpoint_t *endpoints,
                                     size_t endpoint_size, size_t capacity, size_t *total,
                                     mptcp_error_t *error);
/* Returns the new endpoint's id. */
LIBMPTCP_API int mptcp_endpoint_add(mptcp_path_control_t *control, const mptcp_endpoint_t *endpoint,
                                    mptcp_error_t *error);
/* Sets the backup and fullmesh flags. */
LIBMPTCP_API int mptcp_endpoint_change(mptcp_path_control_t *control, uint32_t id, uint32_t flags,
                                       mptcp_error_t *error);
LIBMPTCP_API int mptcp_endpoint_remove(mptcp_path_control_t *control, uint32_t id,
                                       mptcp_error_t *error);
LIBMPTCP_API int mptcp_endpoint_flush(mptcp_path_control_t *control, mptcp_error_t *error);

LIBMPTCP_API int mptcp_limits_get(mptcp_path_control_t *control, mptcp_limits_t *limits,
                                  mptcp_error_t *error);
LIBMPTCP_API int mptcp_limits_set(mptcp_path_control_t *control, const mptcp_limits_t *limits,
                                  mptcp_error_t *error);

#ifdef __cplusplus
}
#endif

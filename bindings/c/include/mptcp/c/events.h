/* SPDX-License-Identifier: MIT
 *
 * What happens to connections, as it happens, on a descriptor that any loop can poll.  The
 * conventions are in <mptcp/c.h>, the full meaning in <mptcp/events.h>.
 */
#pragma once

#include <mptcp/c/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mptcp_event_kind {
  LIBMPTCP_EVENT_CREATED = 0,             /* a connection has two MPTCP ends */
  LIBMPTCP_EVENT_ESTABLISHED = 1,         /* others may join from now on */
  LIBMPTCP_EVENT_CLOSED = 2,              /* the connection is gone */
  LIBMPTCP_EVENT_ANNOUNCED = 3,           /* the peer announced an address: remote_id, remote */
  LIBMPTCP_EVENT_REMOVED = 4,             /* the peer withdrew one: remote_id */
  LIBMPTCP_EVENT_SUBFLOW_ESTABLISHED = 5, /* may be taken back at once by a peer over its limits */
  LIBMPTCP_EVENT_SUBFLOW_CLOSED = 6,      /* or never came up: error_code, where the kernel tells */
  LIBMPTCP_EVENT_SUBFLOW_PRIORITY = 7,    /* the peer set or cleared backup */
  LIBMPTCP_EVENT_LISTENER_CREATED = 8,    /* an MPTCP socket listens on `local` */
  LIBMPTCP_EVENT_LISTENER_CLOSED = 9,
  LIBMPTCP_EVENT_FELL_BACK = 10,      /* went on as plain TCP; only when sampling */
  LIBMPTCP_EVENT_SUBFLOW_SILENT = 11, /* data unanswered for silence_ms; only when sampling */
  LIBMPTCP_EVENT_SUBFLOW_RESUMED = 12 /* and it answers again */
};

enum mptcp_event_origin {
  LIBMPTCP_ORIGIN_KERNEL = 0,     /* a notification */
  LIBMPTCP_ORIGIN_COMPARISON = 1, /* found by comparing with the kernel: start, overflow */
  LIBMPTCP_ORIGIN_SAMPLING = 2    /* found by looking at an interval */
};

enum mptcp_event_field {
  LIBMPTCP_EVENT_HAS_LOCAL = 1 << 0,
  LIBMPTCP_EVENT_HAS_REMOTE = 1 << 1,
  LIBMPTCP_EVENT_HAS_LOCAL_ID = 1 << 2,
  LIBMPTCP_EVENT_HAS_REMOTE_ID = 1 << 3,
  LIBMPTCP_EVENT_HAS_INTERFACE = 1 << 4,
  LIBMPTCP_EVENT_HAS_BACKUP = 1 << 5,
  LIBMPTCP_EVENT_HAS_SERVER_SIDE = 1 << 6,
  LIBMPTCP_EVENT_HAS_ERROR_CODE = 1 << 7,
  LIBMPTCP_EVENT_HAS_RESET_REASON = 1 << 8,
  LIBMPTCP_EVENT_HAS_FD = 1 << 9
};

typedef struct mptcp_event_t {
  uint32_t size;
  uint32_t kind; /* LIBMPTCP_EVENT_… */
  uint64_t present;
  uint64_t time_ns; /* when the stream learned of it, by CLOCK_MONOTONIC */
  uint32_t origin;  /* LIBMPTCP_ORIGIN_… */
  uint32_t token;   /* 0 for listener events, and when it was never known */
  uint32_t subflow; /* id; 0 when untold: only connections added by descriptor have it */
  uint32_t interface_index;
  mptcp_address_t local;
  mptcp_address_t remote;
  uint8_t local_id;
  uint8_t remote_id;
  uint8_t backup; /* as the peer asked */
  uint8_t server_side;
  int32_t error_code;    /* an errno */
  uint32_t reset_reason; /* RFC 8684, 3.6 */
  int32_t fd;            /* as given to mptcp_event_stream_add */
} mptcp_event_t;

LIBMPTCP_API const char *mptcp_event_kind_name(int kind);
LIBMPTCP_API int mptcp_event_kind_parse(const char *text, mptcp_error_t *error); /* the kind */
LIBMPTCP_API const char *mptcp_event_origin_name(int origin);

/* --- streams ----------------------------------------------------------------------------- */

enum mptcp_scope {
  LIBMPTCP_SCOPE_ADDED = 0,    /* connections given to mptcp_event_stream_add */
  LIBMPTCP_SCOPE_NAMESPACE = 1 /* every connection and listener; needs CAP_NET_ADMIN */
};

/* What the kernel does not notify is found by looking at an interval. */
typedef struct mptcp_sampling_t {
  uint32_t size;
  uint32_t interval_ms; /* 0: never */
  uint32_t silence_ms;  /* unanswered for so long is silent; 0: a second */
  uint32_t reserved;
} mptcp_sampling_t;

typedef struct mptcp_event_stream_t mptcp_event_stream_t;

LIBMPTCP_API int mptcp_event_stream_open(int scope, mptcp_event_stream_t **stream,
                                         mptcp_error_t *error);
LIBMPTCP_API void mptcp_event_stream_close(mptcp_event_stream_t *stream);

/* Watches a connection.  What already exists is delivered first.  `sampling` may be NULL; without
 * the right to the kernel's notifications it is needed. */
LIBMPTCP_API int mptcp_event_stream_add(mptcp_event_stream_t *stream, int fd,
                                        const mptcp_sampling_t *sampling, mptcp_error_t *error);
LIBMPTCP_API int mptcp_event_stream_remove(mptcp_event_stream_t *stream, int fd,
                                           mptcp_error_t *error);

/* Readable when mptcp_event_stream_read has something. */
LIBMPTCP_API int mptcp_event_stream_descriptor(const mptcp_event_stream_t *stream,
                                               mptcp_error_t *error);
/* Fills `events` with what is there now and returns how many; 0 when there is nothing.  As many as
 * fitted means that more may wait, which the descriptor then doesn't show: read again. */
LIBMPTCP_API int mptcp_event_stream_read(mptcp_event_stream_t *stream, mptcp_event_t *events,
                                         size_t event_size, size_t capacity, mptcp_error_t *error);
/* Waits for at least one. */
LIBMPTCP_API int mptcp_event_stream_wait(mptcp_event_stream_t *stream, int timeout_ms,
                                         mptcp_event_t *events, size_t event_size, size_t capacity,
                                         mptcp_error_t *error);

#ifdef __cplusplus
}
#endif

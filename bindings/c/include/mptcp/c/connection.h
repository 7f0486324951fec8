/* SPDX-License-Identifier: MIT
 *
 * Turning MPTCP on, and everything that a program can learn of its own connections; none of it
 * needs a privilege.  The conventions are in <mptcp/c.h>, the full meaning in
 * <mptcp/connection.h>.
 */
#pragma once

#include <mptcp/c/base.h>
#include <mptcp/c/tcp_info.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- turning MPTCP on -------------------------------------------------------------------- */

enum mptcp_transport { LIBMPTCP_TRANSPORT_TCP = 0, LIBMPTCP_TRANSPORT_MPTCP = 1 };

enum mptcp_socket_flag {
  LIBMPTCP_SOCKET_STRICT = 1 << 0,     /* MPTCP or an error, instead of plain TCP */
  LIBMPTCP_SOCKET_NONBLOCKING = 1 << 1 /* of mptcp_socket_open only */
};

/* A new close-on-exec stream socket, MPTCP where the machine has it: returns the descriptor. */
LIBMPTCP_API int mptcp_socket_open(int family, uint32_t flags, mptcp_error_t *error);
/* Makes an unconnected TCP socket an MPTCP one under the same number, before bind(), connect(),
 * listen() and epoll.  Returns LIBMPTCP_TRANSPORT_…. */
LIBMPTCP_API int mptcp_socket_enable(int fd, uint32_t flags, mptcp_error_t *error);

/* --- asking afterwards ------------------------------------------------------------------- */

enum mptcp_status {
  LIBMPTCP_STATUS_UNCONNECTED = 0, /* MPTCP without a peer: fresh, listening, connecting, reset */
  LIBMPTCP_STATUS_MPTCP = 1,       /* both ends speak MPTCP */
  LIBMPTCP_STATUS_FELL_BACK = 2,   /* asked for, but the peer or the network answered in TCP */
  LIBMPTCP_STATUS_TCP = 3          /* never was MPTCP */
};

/* What the connection is, now: LIBMPTCP_STATUS_….  It can fall back later, so ask again. */
LIBMPTCP_API int mptcp_connection_get_status(int fd, mptcp_error_t *error);

LIBMPTCP_API const char *mptcp_transport_name(int transport);
LIBMPTCP_API const char *mptcp_status_name(int status);

enum mptcp_connection_info_field {
  LIBMPTCP_INFO_HAS_SUBFLOWS = 1 << 0,
  LIBMPTCP_INFO_HAS_ADD_ADDR_SIGNAL = 1 << 1,
  LIBMPTCP_INFO_HAS_ADD_ADDR_ACCEPTED = 1 << 2,
  LIBMPTCP_INFO_HAS_SUBFLOWS_MAX = 1 << 3,
  LIBMPTCP_INFO_HAS_ADD_ADDR_SIGNAL_MAX = 1 << 4,
  LIBMPTCP_INFO_HAS_ADD_ADDR_ACCEPTED_MAX = 1 << 5,
  LIBMPTCP_INFO_HAS_FLAGS = 1 << 6,
  LIBMPTCP_INFO_HAS_TOKEN = 1 << 7,
  LIBMPTCP_INFO_HAS_WRITE_SEQ = 1 << 8,
  LIBMPTCP_INFO_HAS_SND_UNA = 1 << 9,
  LIBMPTCP_INFO_HAS_RCV_NXT = 1 << 10,
  LIBMPTCP_INFO_HAS_LOCAL_ADDR_USED = 1 << 11,
  LIBMPTCP_INFO_HAS_LOCAL_ADDR_MAX = 1 << 12,
  LIBMPTCP_INFO_HAS_CSUM_ENABLED = 1 << 13,
  LIBMPTCP_INFO_HAS_RETRANSMITS = 1 << 14,
  LIBMPTCP_INFO_HAS_BYTES_RETRANS = 1 << 15,
  LIBMPTCP_INFO_HAS_BYTES_SENT = 1 << 16,
  LIBMPTCP_INFO_HAS_BYTES_RECEIVED = 1 << 17,
  LIBMPTCP_INFO_HAS_BYTES_ACKED = 1 << 18,
  LIBMPTCP_INFO_HAS_SUBFLOWS_TOTAL = 1 << 19,
  LIBMPTCP_INFO_HAS_ENDP_LAMINAR_MAX = 1 << 20,
  LIBMPTCP_INFO_HAS_ENDP_FULLMESH_MAX = 1 << 21,
  LIBMPTCP_INFO_HAS_LAST_DATA_SENT = 1 << 22,
  LIBMPTCP_INFO_HAS_LAST_DATA_RECV = 1 << 23,
  LIBMPTCP_INFO_HAS_LAST_ACK_RECV = 1 << 24
};

/* The kernel's struct mptcp_info under its names.  Counters are of the whole connection, closed
 * subflows included; times are milliseconds. */
typedef struct mptcp_connection_info_t {
  uint32_t size;
  uint32_t token; /* local token; 0 while there is none */
  uint64_t present;
  uint32_t flags; /* bit 0 fallback, bit 1 remote key received */
  uint32_t retransmits;
  uint64_t write_seq;
  uint64_t snd_una;
  uint64_t rcv_nxt;
  uint64_t bytes_retrans;
  uint64_t bytes_sent;
  uint64_t bytes_received;
  uint64_t bytes_acked;
  uint32_t last_data_sent;
  uint32_t last_data_recv;
  uint32_t last_ack_recv;
  uint8_t subflows;       /* beside the initial one; wraps at 256 */
  uint8_t subflows_total; /* the initial one included, while it lives */
  uint8_t add_addr_signal;
  uint8_t add_addr_accepted;
  uint8_t subflows_max; /* limits: of the kernel's path manager only */
  uint8_t add_addr_signal_max;
  uint8_t add_addr_accepted_max;
  uint8_t local_addr_used;
  uint8_t local_addr_max;
  uint8_t csum_enabled;
  uint8_t endp_laminar_max;
  uint8_t endp_fullmesh_max;
} mptcp_connection_info_t;

LIBMPTCP_API int mptcp_connection_get_info(int fd, mptcp_connection_info_t *info,
                                           mptcp_error_t *error);

/* --- subflows ---------------------------------------------------------------------------- */

enum mptcp_subflow_field {
  LIBMPTCP_SUBFLOW_HAS_DETAIL = 1 << 0, /* congestion_control, owner, inode, interface_index */
  LIBMPTCP_SUBFLOW_HAS_BACKUP = 1 << 1,
  LIBMPTCP_SUBFLOW_HAS_BACKUP_BY_PEER = 1 << 2,
  LIBMPTCP_SUBFLOW_HAS_LOCAL_ID = 1 << 3,
  LIBMPTCP_SUBFLOW_HAS_REMOTE_ID = 1 << 4,
  LIBMPTCP_SUBFLOW_HAS_FULLY_ESTABLISHED = 1 << 5
};

typedef struct mptcp_subflow_t {
  uint32_t size;
  uint32_t id; /* initial = 1, never used twice; 0: this kernel does not tell (before 6.5) */
  uint64_t present;
  uint32_t state;    /* LIBMPTCP_TCP_… */
  uint32_t tcp_size; /* how many bytes of `tcp` this kernel filled; the rest is zero */
  mptcp_address_t local;
  mptcp_address_t remote;
  mptcp_tcp_info_t tcp;
  /* What only LIBMPTCP_DEPTH_DETAIL fetches: */
  uint64_t inode;           /* of the connection's socket, as in /proc/PID/fd */
  uint32_t owner;           /* uid */
  uint32_t interface_index; /* bound to a device, or 0 */
  uint8_t backup;           /* 1: we asked the peer to use it as a backup */
  uint8_t backup_by_peer;   /* 1: the peer asked us to */
  uint8_t local_id;
  uint8_t remote_id;
  uint8_t fully_established; /* 1, on the initial subflow: others may join now */
  uint8_t reserved[3];
  char congestion_control[16];
} mptcp_subflow_t;

/* snapshot: one system call, all subflows at one instant.  detail: matched with sock_diag. */
enum mptcp_depth { LIBMPTCP_DEPTH_SNAPSHOT = 0, LIBMPTCP_DEPTH_DETAIL = 1 };

/* The live subflows, oldest first. */
LIBMPTCP_API int mptcp_connection_list_subflows(int fd, int depth, mptcp_subflow_t *subflows,
                                                size_t subflow_size, size_t capacity, size_t *total,
                                                mptcp_error_t *error);

/* --- connections that are not ours --------------------------------------------------------- */

enum mptcp_listed_connection_field {
  LIBMPTCP_LISTED_HAS_PID = 1 << 0,
  LIBMPTCP_LISTED_HAS_FD = 1 << 1
};

typedef struct mptcp_listed_connection_t {
  uint32_t size;
  uint32_t token;
  uint64_t present;
  uint32_t state; /* LIBMPTCP_TCP_… */
  uint32_t owner; /* uid */
  uint64_t inode;
  mptcp_address_t local;
  mptcp_address_t remote;
  int32_t pid;      /* a process that holds it, where /proc may be read */
  int32_t fd;       /* its descriptor there */
  char process[32]; /* its name, or empty */
} mptcp_listed_connection_t;

typedef struct mptcp_connection_list_t mptcp_connection_list_t;

/* Every MPTCP connection of this network namespace at this moment; returns how many. */
LIBMPTCP_API int mptcp_connection_list_open(mptcp_connection_list_t **list, mptcp_error_t *error);
LIBMPTCP_API void mptcp_connection_list_close(mptcp_connection_list_t *list);

/* The one at `index`, from 0: itself, its info, its subflows with their detail. */
LIBMPTCP_API int mptcp_connection_list_get(const mptcp_connection_list_t *list, size_t index,
                                           mptcp_listed_connection_t *connection,
                                           mptcp_error_t *error);
LIBMPTCP_API int mptcp_connection_list_get_info(const mptcp_connection_list_t *list, size_t index,
                                                mptcp_connection_info_t *info,
                                                mptcp_error_t *error);
LIBMPTCP_API int mptcp_connection_list_get_subflows(const mptcp_connection_list_t *list,
                                                    size_t index, mptcp_subflow_t *subflows,
                                                    size_t subflow_size, size_t capacity,
                                                    size_t *total, mptcp_error_t *error);

/* A duplicate of a descriptor of another process, for whoever may debug that process; returns it.
 * Close it soon: while it is open, the owner's close() does not close the connection. */
LIBMPTCP_API int mptcp_descriptor_borrow(int pid, int fd, mptcp_error_t *error);

#ifdef __cplusplus
}
#endif

/* SPDX-License-Identifier: MIT
 *
 * A small network on one machine: hosts, which are network namespaces, joined by paths whose rate,
 * delay and faults are set here and changed while traffic runs.  The conventions are in
 * <mptcp/c.h>, the full meaning in <mptcp/lab.h>.
 */
#pragma once

#include <mptcp/c/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { LIBMPTCP_LAB_NAME_SIZE = 64, LIBMPTCP_LAB_WORDS_SIZE = 512 };

/* --- what a lab is made of --------------------------------------------------------------- */

/* Begins with the hosts "client" and "server", no path, no name, seed 1. */
typedef struct mptcp_lab_spec_t mptcp_lab_spec_t;
LIBMPTCP_API int mptcp_lab_spec_open(mptcp_lab_spec_t **spec, mptcp_error_t *error);
LIBMPTCP_API void mptcp_lab_spec_close(mptcp_lab_spec_t *spec);

/* So that others can find it. */
LIBMPTCP_API int mptcp_lab_spec_set_name(mptcp_lab_spec_t *spec, const char *name,
                                         mptcp_error_t *error);
LIBMPTCP_API int mptcp_lab_spec_set_seed(mptcp_lab_spec_t *spec, uint64_t seed,
                                         mptcp_error_t *error);
/* Adds a host, or sets one that is there.  `path_manager` ("userspace", "kernel") and
 * `congestion_control` may be NULL: the kernel's choice. */
LIBMPTCP_API int mptcp_lab_spec_set_host(mptcp_lab_spec_t *spec, const char *host,
                                         const char *path_manager, const char *congestion_control,
                                         mptcp_error_t *error);
/* Of a host that is there: "net.ipv4.tcp_rmem", "4096 131072 6291456". */
LIBMPTCP_API int mptcp_lab_spec_set_sysctl(mptcp_lab_spec_t *spec, const char *host,
                                           const char *name, const char *value,
                                           mptcp_error_t *error);
/* Adds a path: "50mbit,10ms", "20mbit,40ms,loss=0.1%,queue=50ms", "direct"; docs/lab.md lists the
 * words.  `from` and `to` may be NULL: from "client" to "server". */
LIBMPTCP_API int mptcp_lab_spec_add_path(mptcp_lab_spec_t *spec, const char *words,
                                         const char *from, const char *to, mptcp_error_t *error);

/* --- starting and finding ------------------------------------------------------------------ */

/* Closing it ends the lab and every process in it, unless it was attached to. */
typedef struct mptcp_lab_t mptcp_lab_t;
LIBMPTCP_API int mptcp_lab_start(const mptcp_lab_spec_t *spec, mptcp_lab_t **lab,
                                 mptcp_error_t *error);
/* A running lab of this user; "" is the one that this process runs in, else the only one. */
LIBMPTCP_API int mptcp_lab_attach(const char *name, mptcp_lab_t **lab, mptcp_error_t *error);
LIBMPTCP_API void mptcp_lab_close(mptcp_lab_t *lab);

typedef struct mptcp_lab_name_t {
  uint32_t size;
  uint32_t reserved;
  char name[LIBMPTCP_LAB_NAME_SIZE];
} mptcp_lab_name_t;

/* The running labs of this user; the hosts of one. */
LIBMPTCP_API int mptcp_lab_list(mptcp_lab_name_t *names, size_t name_size, size_t capacity,
                                size_t *total, mptcp_error_t *error);
LIBMPTCP_API int mptcp_lab_list_hosts(const mptcp_lab_t *lab, mptcp_lab_name_t *names,
                                      size_t name_size, size_t capacity, size_t *total,
                                      mptcp_error_t *error);

/* --- paths ----------------------------------------------------------------------------------- */

/* Of one direction, since the lab began. */
typedef struct mptcp_lab_counters_t {
  uint64_t packets;    /* handed to the far host */
  uint64_t bytes;      /* of IP packets */
  uint64_t queue_full; /* packets dropped, by cause */
  uint64_t lost;
  uint64_t blocked;
  uint64_t overrun;   /* the machine was too slow for the wire: a measurement is spoilt */
  uint64_t reordered; /* packets delivered, but */
  uint64_t duplicated;
  uint64_t stripped;
  uint64_t reserved[3];
} mptcp_lab_counters_t;

typedef struct mptcp_lab_path_t {
  uint32_t size;
  uint32_t is_direct; /* 1: a bare veth, whose counters are all 0 */
  uint32_t is_up;
  uint32_t reserved;
  char name[LIBMPTCP_LAB_NAME_SIZE];
  char from[LIBMPTCP_LAB_NAME_SIZE];
  char to[LIBMPTCP_LAB_NAME_SIZE];
  char words[LIBMPTCP_LAB_WORDS_SIZE]; /* as mptcp_lab_spec_add_path reads them */
  mptcp_lab_counters_t upload;         /* what the first host sends */
  mptcp_lab_counters_t download;
} mptcp_lab_path_t;

/* `path` is a name, or a number counted from 1. */
LIBMPTCP_API int mptcp_lab_list_paths(mptcp_lab_t *lab, mptcp_lab_path_t *paths, size_t path_size,
                                      size_t capacity, size_t *total, mptcp_error_t *error);
LIBMPTCP_API int mptcp_lab_get_path(mptcp_lab_t *lab, const char *path, mptcp_lab_path_t *state,
                                    mptcp_error_t *error);
/* "down", "delay=80ms", "upload:silent", "strip=none", … */
LIBMPTCP_API int mptcp_lab_change_path(mptcp_lab_t *lab, const char *path, const char *words,
                                       mptcp_error_t *error);
LIBMPTCP_API int mptcp_lab_get_address(const mptcp_lab_t *lab, const char *path, const char *host,
                                       int family, mptcp_address_t *address, mptcp_error_t *error);

/* --- being in a host ---------------------------------------------------------------------------
 */

/* A socket that was made in a host: returns the descriptor. */
LIBMPTCP_API int mptcp_lab_open_socket(mptcp_lab_t *lab, const char *host, int family, int type,
                                       int protocol, mptcp_error_t *error);

/* Moves this thread into a host, for those who are root there, until the scope is closed on the
 * same thread. */
typedef struct mptcp_host_scope_t mptcp_host_scope_t;
LIBMPTCP_API int mptcp_host_scope_open(const mptcp_lab_t *lab, const char *host,
                                       mptcp_host_scope_t **scope, mptcp_error_t *error);
LIBMPTCP_API void mptcp_host_scope_close(mptcp_host_scope_t *scope);

/* Starts a program in a host: `arguments` end with NULL, and the first names the program; the
 * descriptors become its standard ones, and stay yours too.  Closing a process kills it, unless it
 * was waited for. */
typedef struct mptcp_process_t mptcp_process_t;
LIBMPTCP_API int mptcp_process_open(const mptcp_lab_t *lab, const char *host,
                                    const char *const *arguments, int input, int output,
                                    int error_output, mptcp_process_t **process,
                                    mptcp_error_t *error);
/* The same, but the program gets no other descriptor of ours: for callers whose runtime leaves its
 * own ones open. */
LIBMPTCP_API int mptcp_process_open_with_streams(const mptcp_lab_t *lab, const char *host,
                                                 const char *const *arguments, int input,
                                                 int output, int error_output,
                                                 mptcp_process_t **process, mptcp_error_t *error);
LIBMPTCP_API void mptcp_process_close(mptcp_process_t *process);
LIBMPTCP_API int mptcp_process_get_pid(const mptcp_process_t *process, mptcp_error_t *error);
/* Returns the exit status, or 128 + the signal that ended it. */
LIBMPTCP_API int mptcp_process_wait(mptcp_process_t *process, int timeout_ms, mptcp_error_t *error);
LIBMPTCP_API int mptcp_process_signal(mptcp_process_t *process, int number, mptcp_error_t *error);

#ifdef __cplusplus
}
#endif

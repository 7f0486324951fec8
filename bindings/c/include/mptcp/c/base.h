/* SPDX-License-Identifier: MIT
 *
 * Errors, addresses and the version: what every room of the C interface shares.  The conventions
 * are in <mptcp/c.h>.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) && !defined(SWIG)
#define LIBMPTCP_API __attribute__((visibility("default")))
#else
#define LIBMPTCP_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* --- the version ------------------------------------------------------------------------- */

/* The version of the library that is running: "0.1.0". */
LIBMPTCP_API const char *mptcp_version_string(void);
/* The same as a number that grows: major * 1000000 + minor * 1000 + patch. */
LIBMPTCP_API uint32_t mptcp_version_number(void);

/* --- errors ------------------------------------------------------------------------------ */

/* A kind exists where callers act differently, not where causes differ. */
enum mptcp_error_kind {
  LIBMPTCP_ERROR_INVALID_ARGUMENT = 0, /* -EINVAL: can never succeed as it was called */
  LIBMPTCP_ERROR_NOT_SUPPORTED = 1,    /* -EPROTONOSUPPORT: this kernel (or library) lacks it */
  LIBMPTCP_ERROR_DISABLED = 2,         /* -ENOPROTOOPT: a sysctl says no */
  LIBMPTCP_ERROR_FELL_BACK = 3,        /* -EPROTOTYPE: plain TCP now, and MPTCP was insisted on */
  LIBMPTCP_ERROR_NOT_PERMITTED = 4,    /* -EPERM: somebody with more rights may */
  LIBMPTCP_ERROR_NOT_FOUND = 5,        /* -ENOENT: no such connection, subflow, id, endpoint */
  LIBMPTCP_ERROR_ALREADY_EXISTS = 6,   /* -EEXIST: the address, id or subflow is in use */
  LIBMPTCP_ERROR_LIMIT_REACHED = 7,    /* -ENOSPC: this host or the peer refuses one more */
  LIBMPTCP_ERROR_TIMED_OUT = 8,        /* -ETIMEDOUT: the time ran out first */
  LIBMPTCP_ERROR_WOULD_BLOCK = 9,      /* -EAGAIN: nothing to do now; poll the descriptor */
  LIBMPTCP_ERROR_MALFORMED = 10,       /* -EBADMSG: the peer or the kernel spoke nonsense */
  LIBMPTCP_ERROR_SYSTEM = 11           /* -os_code: anything else */
};

enum { LIBMPTCP_ERROR_MESSAGE_SIZE = 504 };

typedef struct mptcp_error_t {
  int32_t kind;                              /* LIBMPTCP_ERROR_… */
  int32_t os_code;                           /* the errno behind it, or 0 */
  char message[LIBMPTCP_ERROR_MESSAGE_SIZE]; /* one line; cut when longer */
} mptcp_error_t;

/* "invalid_argument", …: the same words in every language; "unknown" for another number. */
LIBMPTCP_API const char *mptcp_error_kind_name(int kind);

/* --- addresses --------------------------------------------------------------------------- */

enum mptcp_family {
  LIBMPTCP_FAMILY_V4 = 2, /* AF_INET */
  LIBMPTCP_FAMILY_V6 = 10 /* AF_INET6 */
};

/* An IP address and a port.  IPv4 in an IPv6 socket (v4-mapped) is shown as IPv4; `mapped`
 * remembers that the kernel keeps it as ::ffff:a.b.c.d.  All zero is no address. */
typedef struct mptcp_address_t {
  uint16_t family; /* LIBMPTCP_FAMILY_… */
  uint16_t port;   /* host byte order */
  uint32_t scope;  /* IPv6 link-local: the interface index, else 0 */
  uint8_t mapped;  /* 1: v4-mapped */
  uint8_t reserved[3];
  uint8_t bytes[16]; /* network order; IPv4 uses the first four */
} mptcp_address_t;

enum { LIBMPTCP_ADDRESS_TEXT_SIZE = 80 };

/* Reads "10.0.0.1", "10.0.0.1:80", "fe80::1%eth0", "[2001:db8::1]:443"; never a host name.  A
 * missing port is 0. */
LIBMPTCP_API int mptcp_address_parse(const char *text, mptcp_address_t *address,
                                     mptcp_error_t *error);
/* Writes what mptcp_address_parse reads, and returns its length.  LIBMPTCP_ADDRESS_TEXT_SIZE bytes
 * always suffice; a text that does not fit is an invalid argument. */
LIBMPTCP_API int mptcp_address_format(const mptcp_address_t *address, char *text, size_t text_size,
                                      mptcp_error_t *error);

/* To and from the system's struct sockaddr_in and sockaddr_in6.  The second returns the length
 * that it wrote; sizeof(struct sockaddr_storage) bytes always suffice. */
LIBMPTCP_API int mptcp_address_from_sockaddr(const void *sockaddr, size_t sockaddr_size,
                                             mptcp_address_t *address, mptcp_error_t *error);
LIBMPTCP_API int mptcp_address_to_sockaddr(const mptcp_address_t *address, void *sockaddr,
                                           size_t sockaddr_size, mptcp_error_t *error);

#ifdef __cplusplus
}
#endif

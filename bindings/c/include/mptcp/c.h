/* SPDX-License-Identifier: MIT
 *
 * libmptcp for C and for whatever can call C: the only part of libmptcp with a stable ABI.
 *
 * It holds the whole library, a header a room; this one includes them all.  What a call means is
 * said here in short; <mptcp/connection.h>, <mptcp/paths.h>, … say it in full.  The conventions
 * are these, and no function repeats them:
 *
 * Names.     Functions are mptcp_<noun>_<verb>, types mptcp_…_t, constants LIBMPTCP_….
 *
 * Returns.   A function that can fail returns an int: zero or more when it succeeded, and the
 *            negative errno of its kind of error when not (LIBMPTCP_ERROR_…, in <mptcp/c/base.h>,
 *            lists both).  LIBMPTCP_ERROR_SYSTEM returns the system's own errno.
 *
 * Arguments. Inputs, then outputs, then the error.  Outputs are written when the call succeeds,
 *            and untouched when it fails.  An output may be NULL when you don't want it, unless
 *            fetching it is what the function is for.
 *
 * Errors.    The last argument, `mptcp_error_t *error`, is your storage and may be NULL.  A
 *            failure fills it: the kind, the errno behind it, one line of text ready to print.
 *            Success leaves it alone.  There is no hidden last error.
 *
 * Structs.   Those that may grow start with `uint32_t size`.  Set it to sizeof before each call:
 *              mptcp_connection_info_t info = {.size = sizeof info};
 *            Then old programs work with new libraries, and new ones with old libraries:
 *              - read by the library, what lies behind `size` counts as zero; non-zero bytes
 *                behind what this library knows are LIBMPTCP_ERROR_NOT_SUPPORTED, never ignored;
 *              - written by it, it fills no more than `size`, and sets `size` to what it filled.
 *            `present` says which optional fields mean something, by bits LIBMPTCP_…_HAS_….  In a
 *            request, an unknown bit is an error; in an answer, ignore it.
 *            Structs without `size` never change.
 *
 * Arrays.    Yours: a pointer, the size of one element (sizeof *array), how many there is room
 *            for.  The library sets each element's `size`; the function returns how many it
 *            filled, and `total` how many there are.
 *
 * Handles.   Opaque, from mptcp_…_open (a lab: mptcp_lab_start, mptcp_lab_attach) to mptcp_…_close;
 *            closing NULL does nothing.  One thread
 *            at a time may use a handle.  Descriptors that a handle gives are its own: poll them,
 *            don't read or close them.  Descriptors that you pass in stay yours.
 *
 * Texts.     Zero-terminated UTF-8; what the library returns as `const char *` lives for ever.
 *            Nothing is ever yours to free.
 *
 * Waiting.   Only functions with `timeout_ms` wait, at most that long (0: not at all; negative is
 *            an error), and mptcp_path_control_wait, as long as its operation was given.
 *            Everything else returns at once and has a descriptor to poll.
 *
 * C++.       Exceptions never cross.  Running out of memory is -ENOMEM.
 */
#pragma once

#include <mptcp/c/base.h>
#include <mptcp/c/capabilities.h>
#include <mptcp/c/connection.h>
#include <mptcp/c/events.h>
#include <mptcp/c/lab.h>
#include <mptcp/c/paths.h>

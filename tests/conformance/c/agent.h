/* SPDX-License-Identifier: MIT
 *
 * The agent of C: carries out requests over <mptcp/c.h> alone, an answer a request.
 *
 * What fails leaves the request at once, by longjmp: as the library's error, as the system's, or as
 * broken.  So an action fetches all that it needs before it builds its answer. */
#pragma once

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mptcp/c.h>

enum { MAX_THINGS = 32, MAX_KEYS = 16, MAX_FINISHED = 16, PATIENCE_MS = 5000 };

struct request {
  const cJSON *object;
  const cJSON *taken[MAX_KEYS];
  size_t taken_count;
};

enum thing_kind { THING_CLOSED, THING_SOCKET, THING_STREAM, THING_LAB, THING_OPERATION };

/* Closed, it stays under its name; its handle is NULL then, its descriptor -1. */
struct thing {
  char name[64];
  enum thing_kind kind;
  int fd;
  uint64_t sent;
  uint64_t received;
  mptcp_event_stream_t *stream;
  mptcp_lab_t *lab;
  uint64_t operation;
  bool under_way;
};

struct finished {
  mptcp_completion_t completion;
  mptcp_subflow_t subflow;
  mptcp_announcement_t announcement;
  mptcp_error_t failure;
};

struct agent {
  struct thing things[MAX_THINGS];
  size_t thing_count;
  mptcp_path_control_t *control;
  struct finished finished[MAX_FINISHED];
  size_t finished_count;
  jmp_buf failed;
  const char *failed_type; /* NULL: broken, for the reason in failure.message */
  mptcp_error_t failure;
};

/* --- failing ----------------------------------------------------------------------------- */

_Noreturn void broken(struct agent *agent, const char *format, const char *what);
/* The errno of a call of the system's. */
_Noreturn void refused_by_system(struct agent *agent, const char *attempted);
_Noreturn void refused(struct agent *agent, const mptcp_error_t *error);
/* Returns what a function of the library returned, unless it is a failure; then `error` tells. */
int done(struct agent *agent, int returned, const mptcp_error_t *error);

/* --- requests ---------------------------------------------------------------------------- */

/* NULL when it is left out. */
const cJSON *find(struct agent *agent, struct request *request, const char *key);
const char *find_text(struct agent *agent, struct request *request, const char *key);
const char *take_text(struct agent *agent, struct request *request, const char *key);
uint64_t take_number(struct agent *agent, struct request *request, const char *key);
bool find_address(struct agent *agent, struct request *request, const char *key,
                  mptcp_address_t *address);
mptcp_address_t take_address(struct agent *agent, struct request *request, const char *key);
/* The index of the interface that is named, or 0. */
unsigned find_interface(struct agent *agent, struct request *request);
/* The place of a word in a list that ends with NULL. */
int word(struct agent *agent, const char *text, const char *const *words);
int take_family(struct agent *agent, struct request *request);
int deadline_ms(struct agent *agent, struct request *request);
/* A key that nobody took, or NULL. */
const char *find_unknown_key(const struct request *request);

/* --- things ------------------------------------------------------------------------------ */

struct thing *new_thing(struct agent *agent, const char *name, enum thing_kind kind);
struct thing *take_thing(struct agent *agent, struct request *request, const char *key,
                         enum thing_kind kind);
int take_descriptor(struct agent *agent, struct request *request);
void close_thing(struct thing *thing);
mptcp_path_control_t *control(struct agent *agent);

/* --- answers ----------------------------------------------------------------------------- */

cJSON *number_value(uint64_t number);
cJSON *address_value(const mptcp_address_t *address);
cJSON *interface_value(unsigned index);
cJSON *subflow_value(const mptcp_subflow_t *subflow);
/* A number, a truth, an address, or null when `present` is 0. */
cJSON *number_or_null(uint64_t present, uint64_t number);
cJSON *truth_or_null(uint64_t present, bool truth);
cJSON *address_or_null(uint64_t present, const mptcp_address_t *address);

/* Waits until the descriptor is readable; false when the time ran out. */
bool wait_readable(int fd, int timeout_ms);

/* --- what a `do` does ---------------------------------------------------------------------- */

struct action {
  const char *name; /* NULL ends a list */
  cJSON *(*run)(struct agent *agent, struct request *request);
};
extern const struct action socket_actions[], see_actions[], steer_actions[], manager_actions[],
    event_actions[], lab_actions[];

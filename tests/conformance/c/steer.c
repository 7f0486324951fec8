/* SPDX-License-Identifier: MIT
 *
 * The five operations on one connection, each in its two forms. */
#include <string.h>

#include "c/agent.h"

/* All arguments that any of them takes. */
struct operation {
  mptcp_connection_ref_t connection;
  mptcp_subflow_ref_t subflow;
  mptcp_open_request_t open;
  mptcp_announce_request_t announce;
  uint32_t id;
  uint32_t flags;
  int priority;
  int timeout_ms;
};

static mptcp_connection_ref_t take_connection(struct agent *agent, struct request *request) {
  if (cJSON_HasObjectItem(request->object, "token")) {
    return mptcp_connection_from_token((uint32_t)take_number(agent, request, "token"));
  }
  return take_descriptor(agent, request);
}

static struct operation begin(struct agent *agent, struct request *request) {
  return (struct operation){.connection = take_connection(agent, request),
                            .timeout_ms = deadline_ms(agent, request)};
}

static mptcp_subflow_ref_t take_subflow(struct agent *agent, struct request *request) {
  mptcp_subflow_ref_t subflow = {.size = sizeof subflow};
  if (cJSON_HasObjectItem(request->object, "subflow")) {
    subflow.id = (uint32_t)take_number(agent, request, "subflow");
  } else {
    subflow.local = take_address(agent, request, "local");
    subflow.remote = take_address(agent, request, "remote");
  }
  return subflow;
}

static int priority(struct agent *agent, const char *text) {
  static const char *const words[] = {"regular", "backup", NULL};
  return word(agent, text, words);
}

static bool find_id(struct agent *agent, struct request *request, const char *key, uint8_t *id) {
  const bool found = cJSON_HasObjectItem(request->object, key);
  if (found) *id = (uint8_t)take_number(agent, request, key);
  return found;
}

static cJSON *announcement_value(const mptcp_announcement_t *announcement) {
  cJSON *value = cJSON_CreateObject();
  cJSON_AddItemToObject(value, "id", number_value(announcement->id));
  cJSON_AddItemToObject(value, "address", address_value(&announcement->address));
  return value;
}

/* --- arguments ----------------------------------------------------------------------------- */

static struct operation open_arguments(struct agent *agent, struct request *request) {
  struct operation operation = begin(agent, request);
  mptcp_open_request_t *open = &operation.open;
  open->size = sizeof *open;
  if (find_address(agent, request, "local", &open->local)) open->present |= LIBMPTCP_OPEN_HAS_LOCAL;
  if (find_address(agent, request, "remote", &open->remote)) {
    open->present |= LIBMPTCP_OPEN_HAS_REMOTE;
  }
  open->interface_index = find_interface(agent, request);
  if (open->interface_index != 0) open->present |= LIBMPTCP_OPEN_HAS_INTERFACE;
  if (find_id(agent, request, "local_id", &open->local_id)) {
    open->present |= LIBMPTCP_OPEN_HAS_LOCAL_ID;
  }
  if (find_id(agent, request, "remote_id", &open->remote_id)) {
    open->present |= LIBMPTCP_OPEN_HAS_REMOTE_ID;
  }
  const char *text = find_text(agent, request, "priority");
  open->priority = text == NULL ? LIBMPTCP_PRIORITY_REGULAR : (uint32_t)priority(agent, text);
  return operation;
}

static struct operation close_arguments(struct agent *agent, struct request *request) {
  static const char *const words[] = {"keep", "may_close", NULL};
  struct operation operation = begin(agent, request);
  operation.subflow = take_subflow(agent, request);
  if (word(agent, take_text(agent, request, "last"), words) == 1) {
    operation.flags = LIBMPTCP_CLOSE_MAY_CLOSE_LAST;
  }
  return operation;
}

static struct operation prefer_arguments(struct agent *agent, struct request *request) {
  struct operation operation = begin(agent, request);
  operation.subflow = take_subflow(agent, request);
  operation.priority = priority(agent, take_text(agent, request, "priority"));
  return operation;
}

static struct operation announce_arguments(struct agent *agent, struct request *request) {
  struct operation operation = begin(agent, request);
  mptcp_announce_request_t *announce = &operation.announce;
  announce->size = sizeof *announce;
  announce->address = take_address(agent, request, "address");
  announce->interface_index = find_interface(agent, request);
  if (announce->interface_index != 0) announce->present |= LIBMPTCP_ANNOUNCE_HAS_INTERFACE;
  if (find_id(agent, request, "id", &announce->id)) announce->present |= LIBMPTCP_ANNOUNCE_HAS_ID;
  return operation;
}

static struct operation withdraw_arguments(struct agent *agent, struct request *request) {
  struct operation operation = begin(agent, request);
  operation.id = (uint32_t)take_number(agent, request, "id");
  return operation;
}

/* --- the form that waits ----------------------------------------------------------------- */

static cJSON *open_subflow(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_subflow_t subflow = {.size = sizeof subflow};
  const struct operation a = open_arguments(agent, request);
  done(agent,
       mptcp_subflow_open(control(agent), a.connection, &a.open, a.timeout_ms, &subflow, &error),
       &error);
  return subflow_value(&subflow);
}

static cJSON *close_subflow(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const struct operation a = close_arguments(agent, request);
  done(agent,
       mptcp_subflow_close(control(agent), a.connection, &a.subflow, a.flags, a.timeout_ms, &error),
       &error);
  return cJSON_CreateNull();
}

static cJSON *prefer_subflow(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_subflow_t subflow = {.size = sizeof subflow};
  const struct operation a = prefer_arguments(agent, request);
  done(agent,
       mptcp_subflow_prefer(control(agent), a.connection, &a.subflow, a.priority, a.timeout_ms,
                            &subflow, &error),
       &error);
  return subflow_value(&subflow);
}

static cJSON *announce_address(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_announcement_t announcement = {.size = sizeof announcement};
  const struct operation a = announce_arguments(agent, request);
  done(agent,
       mptcp_address_announce(control(agent), a.connection, &a.announce, a.timeout_ms,
                              &announcement, &error),
       &error);
  return announcement_value(&announcement);
}

static cJSON *withdraw_address(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const struct operation a = withdraw_arguments(agent, request);
  done(agent, mptcp_address_withdraw(control(agent), a.connection, a.id, a.timeout_ms, &error),
       &error);
  return cJSON_CreateNull();
}

/* --- the form that does not -------------------------------------------------------------- */

static int start_operation(struct agent *agent, struct request *request, uint64_t *id,
                           mptcp_error_t *error) {
  static const char *const verbs[] = {"open",     "close_subflow", "prefer",
                                      "announce", "withdraw",      NULL};
  mptcp_path_control_t *paths = control(agent);
  struct operation a;
  switch (word(agent, take_text(agent, request, "do"), verbs)) {
    case 0:
      a = open_arguments(agent, request);
      return mptcp_subflow_start_open(paths, a.connection, &a.open, a.timeout_ms, id, error);
    case 1:
      a = close_arguments(agent, request);
      return mptcp_subflow_start_close(paths, a.connection, &a.subflow, a.flags, a.timeout_ms, id,
                                       error);
    case 2:
      a = prefer_arguments(agent, request);
      return mptcp_subflow_start_prefer(paths, a.connection, &a.subflow, a.priority, a.timeout_ms,
                                        id, error);
    case 3:
      a = announce_arguments(agent, request);
      return mptcp_address_start_announce(paths, a.connection, &a.announce, a.timeout_ms, id,
                                          error);
    default:
      a = withdraw_arguments(agent, request);
      return mptcp_address_start_withdraw(paths, a.connection, a.id, a.timeout_ms, id, error);
  }
}

static cJSON *start(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  uint64_t id = 0;
  const char *as = take_text(agent, request, "as");
  struct request inner = {.object = find(agent, request, "operation")};
  done(agent, start_operation(agent, &inner, &id, &error), &error);
  const char *unknown = find_unknown_key(&inner);
  if (unknown != NULL) broken(agent, "unknown key %s", unknown);
  struct thing *operation = new_thing(agent, as, THING_OPERATION);
  operation->operation = id;
  operation->under_way = true;
  return cJSON_CreateNull();
}

static struct finished *find_finished(struct agent *agent, uint64_t id) {
  for (size_t i = 0; i < agent->finished_count; ++i) {
    if (agent->finished[i].completion.operation == id) return &agent->finished[i];
  }
  return NULL;
}

/* Everything that is finished by now. */
static void process(struct agent *agent) {
  mptcp_error_t error;
  for (;;) {
    if (agent->finished_count == MAX_FINISHED) broken(agent, "%s", "too much is finished");
    struct finished *next = &agent->finished[agent->finished_count];
    next->completion.size = sizeof next->completion;
    next->subflow.size = sizeof next->subflow;
    next->announcement.size = sizeof next->announcement;
    if (done(agent,
             mptcp_path_control_process(control(agent), &next->completion, &next->subflow,
                                        &next->announcement, &next->failure, &error),
             &error) == 0) {
      return;
    }
    ++agent->finished_count;
  }
}

static cJSON *result_of(struct agent *agent, const struct finished *finished) {
  done(agent, finished->completion.result, &finished->failure);
  if (finished->completion.present & LIBMPTCP_COMPLETION_HAS_SUBFLOW) {
    return subflow_value(&finished->subflow);
  }
  if (finished->completion.present & LIBMPTCP_COMPLETION_HAS_ANNOUNCEMENT) {
    return announcement_value(&finished->announcement);
  }
  return cJSON_CreateNull();
}

/* As a loop would; the operation's own deadline ends it. */
static cJSON *finish(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  struct finished taken = {.completion.size = sizeof taken.completion};
  struct thing *operation = take_thing(agent, request, "operation", THING_OPERATION);
  if (!operation->under_way) {
    done(agent,
         mptcp_path_control_wait(control(agent), operation->operation, &taken.completion, NULL,
                                 NULL, NULL, &error),
         &error);
  }
  operation->under_way = false;
  struct finished *found;
  while ((found = find_finished(agent, operation->operation)) == NULL) {
    const int descriptor =
        done(agent, mptcp_path_control_descriptor(control(agent), &error), &error);
    if (!wait_readable(descriptor, 3 * PATIENCE_MS)) {
      broken(agent, "%s stays silent", operation->name);
    }
    process(agent);
  }
  taken = *found;
  *found = agent->finished[--agent->finished_count];
  return result_of(agent, &taken);
}

static cJSON *cancel(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  struct thing *operation = take_thing(agent, request, "operation", THING_OPERATION);
  done(agent, mptcp_path_control_cancel(control(agent), operation->operation, &error), &error);
  operation->under_way = false;
  return cJSON_CreateNull();
}

static cJSON *get_path_manager(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const mptcp_connection_ref_t connection = take_connection(agent, request);
  const int manager =
      done(agent, mptcp_connection_get_path_manager(control(agent), connection, &error), &error);
  return cJSON_CreateString(mptcp_path_manager_name(manager));
}

const struct action steer_actions[] = {
    {"open", open_subflow},
    {"close_subflow", close_subflow},
    {"prefer", prefer_subflow},
    {"announce", announce_address},
    {"withdraw", withdraw_address},
    {"start", start},
    {"finish", finish},
    {"cancel", cancel},
    {"path_manager", get_path_manager},
    {NULL, NULL},
};

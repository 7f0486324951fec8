/* SPDX-License-Identifier: MIT */
#include "c/agent.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void broken(struct agent *agent, const char *format, const char *what) {
  agent->failed_type = NULL;
  snprintf(agent->failure.message, sizeof agent->failure.message, format, what);
  longjmp(agent->failed, 1);
}

_Noreturn void refused(struct agent *agent, const mptcp_error_t *error) {
  agent->failed_type = "mptcp_error_t";
  agent->failure = *error;
  longjmp(agent->failed, 1);
}

_Noreturn void refused_by_system(struct agent *agent, const char *attempted) {
  agent->failed_type = "errno";
  agent->failure.kind = LIBMPTCP_ERROR_SYSTEM;
  agent->failure.os_code = errno;
  snprintf(agent->failure.message, sizeof agent->failure.message, "%s: %s", attempted,
           strerror(errno));
  longjmp(agent->failed, 1);
}

int done(struct agent *agent, int returned, const mptcp_error_t *error) {
  static const int codes[] = {EINVAL, EPROTONOSUPPORT, ENOPROTOOPT, EPROTOTYPE, EPERM,  ENOENT,
                              EEXIST, ENOSPC,          ETIMEDOUT,   EAGAIN,     EBADMSG};
  if (returned >= 0) return returned;
  const int code = error->kind == LIBMPTCP_ERROR_SYSTEM ? error->os_code : codes[error->kind];
  if (returned != -code) broken(agent, "another code returned than of %s", error->message);
  refused(agent, error);
}

/* C has no exceptions to convert to: the kind is found by its name, the record is the error. */
static cJSON *raise_error(struct agent *agent, struct request *request) {
  mptcp_error_t error = {0};
  const char *kind = take_text(agent, request, "kind");
  while (strcmp(mptcp_error_kind_name(error.kind), kind) != 0) {
    if (strcmp(mptcp_error_kind_name(error.kind), "unknown") == 0) {
      broken(agent, "no such kind of error: %s", kind);
    }
    ++error.kind;
  }
  error.os_code = (int32_t)take_number(agent, request, "os_code");
  snprintf(error.message, sizeof error.message, "%s", take_text(agent, request, "message"));
  refused(agent, &error);
}

static const struct action error_actions[] = {{"raise", raise_error}, {NULL, NULL}};

static const struct action *find_action(struct agent *agent, const char *name) {
  static const struct action *const rooms[] = {socket_actions,  see_actions,   steer_actions,
                                               manager_actions, event_actions, lab_actions,
                                               error_actions};
  for (size_t room = 0; room < sizeof rooms / sizeof rooms[0]; ++room) {
    for (const struct action *action = rooms[room]; action->name != NULL; ++action) {
      if (strcmp(action->name, name) == 0) return action;
    }
  }
  broken(agent, "unknown do: %s", name);
}

static cJSON *failure_value(const struct agent *agent) {
  cJSON *answer = cJSON_CreateObject();
  if (agent->failed_type == NULL) {
    cJSON_AddStringToObject(answer, "broken", agent->failure.message);
    return answer;
  }
  cJSON *error = cJSON_AddObjectToObject(answer, "error");
  cJSON_AddStringToObject(error, "kind", mptcp_error_kind_name(agent->failure.kind));
  cJSON_AddNumberToObject(error, "os_code", agent->failure.os_code);
  cJSON_AddStringToObject(error, "message", agent->failure.message);
  cJSON_AddStringToObject(error, "type", agent->failed_type);
  return answer;
}

static cJSON *carry_out(struct agent *agent, const cJSON *object) {
  struct request request = {.object = object};
  if (setjmp(agent->failed) != 0) return failure_value(agent);
  if (!cJSON_IsObject(object)) broken(agent, "%s", "a request is an object");
  const struct action *action = find_action(agent, take_text(agent, &request, "do"));
  cJSON *ok = action->run(agent, &request);
  const char *unknown = find_unknown_key(&request);
  if (unknown != NULL) {
    cJSON_Delete(ok);
    broken(agent, "unknown key %s", unknown);
  }
  cJSON *answer = cJSON_CreateObject();
  cJSON_AddItemToObject(answer, "ok", ok);
  return answer;
}

int main(void) {
  static struct agent agent;
  char *line = NULL;
  size_t size = 0;
  signal(SIGPIPE, SIG_IGN);
  while (getline(&line, &size, stdin) >= 0) {
    cJSON *object = cJSON_Parse(line);
    cJSON *answer = carry_out(&agent, object);
    char *text = cJSON_PrintUnformatted(answer);
    puts(text);
    fflush(stdout);
    cJSON_free(text);
    cJSON_Delete(answer);
    cJSON_Delete(object);
  }
  free(line);
  for (size_t i = 0; i < agent.thing_count; ++i) close_thing(&agent.things[i]);
  mptcp_path_control_close(agent.control);
  return 0;
}

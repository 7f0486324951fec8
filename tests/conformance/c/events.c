/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <time.h>

#include "c/agent.h"

static cJSON *event_value(const mptcp_event_t *event) {
  const uint64_t present = event->present;
  cJSON *value = cJSON_CreateObject();
  cJSON_AddStringToObject(value, "kind", mptcp_event_kind_name((int)event->kind));
  cJSON_AddStringToObject(value, "origin", mptcp_event_origin_name((int)event->origin));
  cJSON_AddItemToObject(value, "token", number_value(event->token));
  cJSON_AddItemToObject(value, "subflow", number_value(event->subflow));
  cJSON_AddItemToObject(value, "local",
                        address_or_null(present & LIBMPTCP_EVENT_HAS_LOCAL, &event->local));
  cJSON_AddItemToObject(value, "remote",
                        address_or_null(present & LIBMPTCP_EVENT_HAS_REMOTE, &event->remote));
  cJSON_AddItemToObject(value, "local_id",
                        number_or_null(present & LIBMPTCP_EVENT_HAS_LOCAL_ID, event->local_id));
  cJSON_AddItemToObject(value, "remote_id",
                        number_or_null(present & LIBMPTCP_EVENT_HAS_REMOTE_ID, event->remote_id));
  cJSON_AddItemToObject(value, "backup",
                        truth_or_null(present & LIBMPTCP_EVENT_HAS_BACKUP, event->backup));
  cJSON_AddItemToObject(
      value, "server_side",
      truth_or_null(present & LIBMPTCP_EVENT_HAS_SERVER_SIDE, event->server_side));
  cJSON_AddItemToObject(
      value, "error",
      number_or_null(present & LIBMPTCP_EVENT_HAS_ERROR_CODE, (uint64_t)event->error_code));
  cJSON_AddItemToObject(
      value, "reset_reason",
      number_or_null(present & LIBMPTCP_EVENT_HAS_RESET_REASON, event->reset_reason));
  return value;
}

static mptcp_event_stream_t *take_stream(struct agent *agent, struct request *request) {
  return take_thing(agent, request, "stream", THING_STREAM)->stream;
}

static cJSON *watch(struct agent *agent, struct request *request) {
  static const char *const words[] = {"added", "namespace", NULL};
  mptcp_error_t error;
  mptcp_event_stream_t *stream = NULL;
  const int scope = word(agent, take_text(agent, request, "scope"), words);
  const char *as = take_text(agent, request, "as");
  done(agent, mptcp_event_stream_open(scope, &stream, &error), &error);
  new_thing(agent, as, THING_STREAM)->stream = stream;
  return cJSON_CreateNull();
}

static uint32_t find_number(struct agent *agent, struct request *request, const char *key) {
  if (!cJSON_HasObjectItem(request->object, key)) return 0;
  return (uint32_t)take_number(agent, request, key);
}

static cJSON *add(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_event_stream_t *stream = take_stream(agent, request);
  const int fd = take_descriptor(agent, request);
  const mptcp_sampling_t sampling = {.size = sizeof sampling,
                                     .interval_ms = find_number(agent, request, "interval_ms"),
                                     .silence_ms = find_number(agent, request, "silence_ms")};
  done(agent, mptcp_event_stream_add(stream, fd, &sampling, &error), &error);
  return cJSON_CreateNull();
}

/* Not `remove`: that is the system's. */
static cJSON *remove_connection(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_event_stream_t *stream = take_stream(agent, request);
  done(agent, mptcp_event_stream_remove(stream, take_descriptor(agent, request), &error), &error);
  return cJSON_CreateNull();
}

static bool is_wanted(const cJSON *kinds, const mptcp_event_t *event) {
  const cJSON *kind;
  if (kinds == NULL) return true;
  cJSON_ArrayForEach(kind, kinds) {
    if (strcmp(kind->valuestring, mptcp_event_kind_name((int)event->kind)) == 0) return true;
  }
  return false;
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One at a time: the others stay with the stream. */
static cJSON *next(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_event_t event = {.size = sizeof event};
  mptcp_event_stream_t *stream = take_stream(agent, request);
  const cJSON *kinds = find(agent, request, "kinds");
  const int64_t end = now_ms() + deadline_ms(agent, request);
  const int descriptor = done(agent, mptcp_event_stream_descriptor(stream, &error), &error);
  for (;;) {
    int count =
        done(agent, mptcp_event_stream_read(stream, &event, sizeof event, 1, &error), &error);
    const int64_t left = end - now_ms();
    if (count == 0 && !wait_readable(descriptor, left > 0 ? (int)left : 0)) {
      /* At the deadline, let the library say that it has passed. */
      count =
          done(agent, mptcp_event_stream_wait(stream, 0, &event, sizeof event, 1, &error), &error);
    }
    if (count == 1 && is_wanted(kinds, &event)) return event_value(&event);
  }
}

const struct action event_actions[] = {
    {"watch", watch}, {"add", add}, {"remove", remove_connection}, {"next", next}, {NULL, NULL}};

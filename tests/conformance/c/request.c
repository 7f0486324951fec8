/* SPDX-License-Identifier: MIT
 *
 * The keys of a request, and the things that live under names. */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "c/agent.h"

/* --- requests ---------------------------------------------------------------------------- */

const cJSON *find(struct agent *agent, struct request *request, const char *key) {
  const cJSON *found = cJSON_GetObjectItemCaseSensitive(request->object, key);
  if (found == NULL) return NULL;
  if (request->taken_count == MAX_KEYS) broken(agent, "too many keys, %s the last", key);
  request->taken[request->taken_count++] = found;
  return found;
}

const char *find_unknown_key(const struct request *request) {
  const cJSON *part;
  cJSON_ArrayForEach(part, request->object) {
    bool taken = false;
    for (size_t i = 0; i < request->taken_count; ++i) taken = taken || request->taken[i] == part;
    if (!taken) return part->string;
  }
  return NULL;
}

const char *find_text(struct agent *agent, struct request *request, const char *key) {
  const cJSON *found = find(agent, request, key);
  if (found != NULL && !cJSON_IsString(found)) broken(agent, "%s is a text", key);
  return found == NULL ? NULL : found->valuestring;
}

const char *take_text(struct agent *agent, struct request *request, const char *key) {
  const char *text = find_text(agent, request, key);
  if (text == NULL) broken(agent, "no %s", key);
  return text;
}

uint64_t take_number(struct agent *agent, struct request *request, const char *key) {
  const cJSON *found = find(agent, request, key);
  if (!cJSON_IsNumber(found) || found->valuedouble < 0) broken(agent, "no number %s", key);
  return (uint64_t)found->valuedouble;
}

bool find_address(struct agent *agent, struct request *request, const char *key,
                  mptcp_address_t *address) {
  mptcp_error_t error;
  const char *text = find_text(agent, request, key);
  if (text == NULL) return false;
  done(agent, mptcp_address_parse(text, address, &error), &error);
  return true;
}

mptcp_address_t take_address(struct agent *agent, struct request *request, const char *key) {
  mptcp_address_t address;
  if (!find_address(agent, request, key, &address)) broken(agent, "no %s", key);
  return address;
}

unsigned find_interface(struct agent *agent, struct request *request) {
  const char *name = find_text(agent, request, "interface");
  if (name == NULL) return 0;
  const unsigned index = if_nametoindex(name);
  if (index == 0) refused_by_system(agent, name);
  return index;
}

int word(struct agent *agent, const char *text, const char *const *words) {
  for (int i = 0; words[i] != NULL; ++i) {
    if (strcmp(words[i], text) == 0) return i;
  }
  broken(agent, "no word of this kind: %s", text);
}

int take_family(struct agent *agent, struct request *request) {
  static const char *const words[] = {"v4", "v6", NULL};
  const int place = word(agent, take_text(agent, request, "family"), words);
  return place == 0 ? LIBMPTCP_FAMILY_V4 : LIBMPTCP_FAMILY_V6;
}

int deadline_ms(struct agent *agent, struct request *request) {
  const cJSON *found = find(agent, request, "deadline_ms");
  return found == NULL ? PATIENCE_MS : found->valueint;
}

/* --- things ------------------------------------------------------------------------------ */

static struct thing *find_thing(struct agent *agent, const char *name) {
  for (size_t i = 0; i < agent->thing_count; ++i) {
    if (strcmp(agent->things[i].name, name) == 0) return &agent->things[i];
  }
  return NULL;
}

struct thing *new_thing(struct agent *agent, const char *name, enum thing_kind kind) {
  struct thing *thing = find_thing(agent, name);
  if (thing != NULL) {
    close_thing(thing);
  } else {
    if (agent->thing_count == MAX_THINGS) broken(agent, "too many things, %s the last", name);
    thing = &agent->things[agent->thing_count++];
  }
  if (strlen(name) >= sizeof thing->name) broken(agent, "too long a name: %s", name);
  *thing = (struct thing){.kind = kind, .fd = -1};
  strcpy(thing->name, name);
  return thing;
}

struct thing *take_thing(struct agent *agent, struct request *request, const char *key,
                         enum thing_kind kind) {
  const char *name = take_text(agent, request, key);
  struct thing *thing = find_thing(agent, name);
  if (thing == NULL) broken(agent, "nothing is named %s", name);
  if (kind != THING_CLOSED && thing->kind != THING_CLOSED && thing->kind != kind) {
    broken(agent, "%s is another kind of thing", name);
  }
  return thing;
}

int take_descriptor(struct agent *agent, struct request *request) {
  return take_thing(agent, request, "socket", THING_SOCKET)->fd;
}

void close_thing(struct thing *thing) {
  if (thing->fd >= 0) close(thing->fd);
  mptcp_event_stream_close(thing->stream);
  mptcp_lab_close(thing->lab);
  thing->kind = THING_CLOSED;
  thing->fd = -1;
  thing->stream = NULL;
  thing->lab = NULL;
}

mptcp_path_control_t *control(struct agent *agent) {
  mptcp_error_t error;
  if (agent->control == NULL) {
    done(agent, mptcp_path_control_open_direct(&agent->control, &error), &error);
  }
  return agent->control;
}

bool wait_readable(int fd, int timeout_ms) {
  struct pollfd waiting = {.fd = fd, .events = POLLIN};
  return poll(&waiting, 1, timeout_ms) > 0;
}

/* SPDX-License-Identifier: MIT */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "c/agent.h"

enum { MAX_PATHS = 16, MAX_LABS = 256, MAX_ARGUMENTS = 16, PROGRAM_PATIENCE_MS = 10000 };

static cJSON *counters_value(const mptcp_lab_counters_t *counters) {
  cJSON *value = cJSON_CreateObject();
  cJSON_AddItemToObject(value, "packets", number_value(counters->packets));
  cJSON_AddItemToObject(value, "bytes", number_value(counters->bytes));
  cJSON_AddItemToObject(value, "queue_full", number_value(counters->queue_full));
  cJSON_AddItemToObject(value, "lost", number_value(counters->lost));
  cJSON_AddItemToObject(value, "blocked", number_value(counters->blocked));
  cJSON_AddItemToObject(value, "overrun", number_value(counters->overrun));
  cJSON_AddItemToObject(value, "reordered", number_value(counters->reordered));
  cJSON_AddItemToObject(value, "duplicated", number_value(counters->duplicated));
  cJSON_AddItemToObject(value, "stripped", number_value(counters->stripped));
  return value;
}

static mptcp_lab_t *take_lab(struct agent *agent, struct request *request) {
  return take_thing(agent, request, "lab", THING_LAB)->lab;
}

static int set_hosts(mptcp_lab_spec_t *spec, const char *manager, mptcp_error_t *error) {
  const int code = mptcp_lab_spec_set_host(spec, "client", manager, NULL, error);
  return code < 0 ? code : mptcp_lab_spec_set_host(spec, "server", manager, NULL, error);
}

/* The first failure, or 0. */
static int build(const char *name, const char *manager, const cJSON *paths, mptcp_lab_spec_t *spec,
                 mptcp_lab_t **lab, mptcp_error_t *error) {
  int code = name == NULL ? 0 : mptcp_lab_spec_set_name(spec, name, error);
  if (code >= 0 && manager != NULL) code = set_hosts(spec, manager, error);
  const cJSON *words;
  cJSON_ArrayForEach(words, paths) {
    if (code >= 0) {
      code = mptcp_lab_spec_add_path(spec, words->valuestring, NULL, NULL, error);
    }
  }
  return code < 0 ? code : mptcp_lab_start(spec, lab, error);
}

static cJSON *make_lab(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_lab_spec_t *spec = NULL;
  mptcp_lab_t *lab = NULL;
  const char *as = take_text(agent, request, "as");
  const char *name = find_text(agent, request, "name");
  const char *manager = find_text(agent, request, "path_manager");
  const cJSON *paths = find(agent, request, "paths");
  done(agent, mptcp_lab_spec_open(&spec, &error), &error);
  const int code = build(name, manager, paths, spec, &lab, &error);
  mptcp_lab_spec_close(spec);
  done(agent, code, &error);
  new_thing(agent, as, THING_LAB)->lab = lab;
  return cJSON_CreateNull();
}

static cJSON *list_paths(struct agent *agent, struct request *request) {
  static mptcp_lab_path_t paths[MAX_PATHS];
  mptcp_error_t error;
  mptcp_lab_t *lab = take_lab(agent, request);
  const int count = done(
      agent, mptcp_lab_list_paths(lab, paths, sizeof paths[0], MAX_PATHS, NULL, &error), &error);
  cJSON *list = cJSON_CreateArray();
  for (int i = 0; i < count; ++i) {
    cJSON *path = cJSON_CreateObject();
    cJSON_AddStringToObject(path, "name", paths[i].name);
    cJSON_AddStringToObject(path, "from", paths[i].from);
    cJSON_AddStringToObject(path, "to", paths[i].to);
    cJSON_AddStringToObject(path, "words", paths[i].words);
    cJSON_AddItemToObject(path, "upload", counters_value(&paths[i].upload));
    cJSON_AddItemToObject(path, "download", counters_value(&paths[i].download));
    cJSON_AddItemToArray(list, path);
  }
  return list;
}

static cJSON *change_path(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_lab_t *lab = take_lab(agent, request);
  const char *path = take_text(agent, request, "path");
  const char *words = take_text(agent, request, "words");
  done(agent, mptcp_lab_change_path(lab, path, words, &error), &error);
  return cJSON_CreateNull();
}

static cJSON *get_address(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_address_t address;
  mptcp_lab_t *lab = take_lab(agent, request);
  const char *path = take_text(agent, request, "path");
  const char *host = take_text(agent, request, "host");
  const int family = take_family(agent, request);
  done(agent, mptcp_lab_get_address(lab, path, host, family, &address, &error), &error);
  return address_value(&address);
}

static cJSON *run(struct agent *agent, struct request *request) {
  const char *arguments[MAX_ARGUMENTS + 1] = {NULL};
  mptcp_error_t error;
  mptcp_process_t *process = NULL;
  mptcp_lab_t *lab = take_lab(agent, request);
  const char *host = take_text(agent, request, "host");
  const cJSON *argument;
  int count = 0;
  cJSON_ArrayForEach(argument, find(agent, request, "arguments")) {
    if (count == MAX_ARGUMENTS) broken(agent, "%s", "too many arguments");
    arguments[count++] = argument->valuestring;
  }
  done(agent, mptcp_process_open(lab, host, arguments, 0, 2, 2, &process, &error), &error);
  const int status = mptcp_process_wait(process, PROGRAM_PATIENCE_MS, &error);
  mptcp_process_close(process);
  return number_value((uint64_t)done(agent, status, &error));
}

static cJSON *make_socket(struct agent *agent, struct request *request) {
  static const char *const words[] = {"tcp", "mptcp", NULL};
  mptcp_error_t error;
  mptcp_lab_t *lab = take_lab(agent, request);
  const char *host = take_text(agent, request, "host");
  const char *as = take_text(agent, request, "as");
  const char *transport = find_text(agent, request, "transport");
  const bool is_mptcp = transport != NULL && word(agent, transport, words) == 1;
  const int family = take_family(agent, request);
  const int fd = done(agent,
                      mptcp_lab_open_socket(lab, host, family, SOCK_STREAM,
                                            is_mptcp ? IPPROTO_MPTCP : IPPROTO_TCP, &error),
                      &error);
  new_thing(agent, as, THING_SOCKET)->fd = fd;
  return cJSON_CreateNull();
}

static cJSON *list_labs(struct agent *agent, struct request *request) {
  static mptcp_lab_name_t names[MAX_LABS];
  mptcp_error_t error;
  (void)request;
  const int count =
      done(agent, mptcp_lab_list(names, sizeof names[0], MAX_LABS, NULL, &error), &error);
  cJSON *list = cJSON_CreateArray();
  for (int i = 0; i < count; ++i) {
    cJSON_AddItemToArray(list, cJSON_CreateString(names[i].name));
  }
  return list;
}

const struct action lab_actions[] = {
    {"lab", make_lab},
    {"lab_paths", list_paths},
    {"lab_change", change_path},
    {"lab_run", run},
    {"lab_address", get_address},
    {"lab_socket", make_socket},
    {"labs", list_labs},
    {NULL, NULL},
};

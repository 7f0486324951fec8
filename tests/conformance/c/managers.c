/* SPDX-License-Identifier: MIT
 *
 * Path managers, endpoints and limits. */
#include "c/agent.h"

enum { MAX_ENDPOINTS = 64 };

static const char *const endpoint_words[] = {"signal",   "subflow", "backup", "fullmesh",
                                             "implicit", "laminar", NULL};

static cJSON *get_namespace_path_manager(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  (void)request;
  const int manager = done(agent, mptcp_namespace_get_path_manager(control(agent), &error), &error);
  return cJSON_CreateString(mptcp_path_manager_name(manager));
}

static cJSON *set_namespace_path_manager(struct agent *agent, struct request *request) {
  static const char *const words[] = {"kernel", "userspace", "other", NULL};
  mptcp_error_t error;
  const int manager = word(agent, take_text(agent, request, "path_manager"), words);
  done(agent, mptcp_namespace_set_path_manager(control(agent), manager, &error), &error);
  return cJSON_CreateNull();
}

static cJSON *convert_path_manager(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const int fd = take_descriptor(agent, request);
  done(agent, mptcp_socket_convert_path_manager(control(agent), fd, &error), &error);
  return cJSON_CreateNull();
}

static uint32_t take_flags(struct agent *agent, struct request *request) {
  uint32_t flags = 0;
  const cJSON *list = find(agent, request, "flags");
  if (!cJSON_IsArray(list)) broken(agent, "%s", "no list of flags");
  const cJSON *text;
  cJSON_ArrayForEach(text, list) flags |= 1u << word(agent, text->valuestring, endpoint_words);
  return flags;
}

static cJSON *endpoint_value(const mptcp_endpoint_t *endpoint) {
  cJSON *value = cJSON_CreateObject();
  cJSON_AddItemToObject(value, "id", number_value(endpoint->id));
  cJSON_AddItemToObject(value, "address", address_value(&endpoint->address));
  cJSON_AddItemToObject(value, "interface", interface_value(endpoint->interface_index));
  cJSON *flags = cJSON_AddArrayToObject(value, "flags");
  for (int bit = 0; endpoint_words[bit] != NULL; ++bit) {
    if (endpoint->flags & 1u << bit) {
      cJSON_AddItemToArray(flags, cJSON_CreateString(endpoint_words[bit]));
    }
  }
  return value;
}

static cJSON *list_endpoints(struct agent *agent, struct request *request) {
  static mptcp_endpoint_t endpoints[MAX_ENDPOINTS];
  mptcp_error_t error;
  (void)request;
  const int count = done(agent,
                         mptcp_endpoint_list(control(agent), endpoints, sizeof endpoints[0],
                                             MAX_ENDPOINTS, NULL, &error),
                         &error);
  cJSON *list = cJSON_CreateArray();
  for (int i = 0; i < count; ++i) cJSON_AddItemToArray(list, endpoint_value(&endpoints[i]));
  return list;
}

static cJSON *add_endpoint(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const bool has_id = cJSON_HasObjectItem(request->object, "id");
  const mptcp_endpoint_t endpoint = {.size = sizeof endpoint,
                                     .id = has_id ? (uint32_t)take_number(agent, request, "id") : 0,
                                     .address = take_address(agent, request, "address"),
                                     .interface_index = find_interface(agent, request),
                                     .flags = take_flags(agent, request)};
  const int id = done(agent, mptcp_endpoint_add(control(agent), &endpoint, &error), &error);
  return number_value((uint64_t)id);
}

static cJSON *change_endpoint(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const uint32_t id = (uint32_t)take_number(agent, request, "id");
  const uint32_t flags = take_flags(agent, request);
  done(agent, mptcp_endpoint_change(control(agent), id, flags, &error), &error);
  return cJSON_CreateNull();
}

static cJSON *remove_endpoint(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const uint32_t id = (uint32_t)take_number(agent, request, "id");
  done(agent, mptcp_endpoint_remove(control(agent), id, &error), &error);
  return cJSON_CreateNull();
}

static cJSON *flush_endpoints(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  (void)request;
  done(agent, mptcp_endpoint_flush(control(agent), &error), &error);
  return cJSON_CreateNull();
}

static cJSON *get_limits(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_limits_t limits = {.size = sizeof limits};
  (void)request;
  done(agent, mptcp_limits_get(control(agent), &limits, &error), &error);
  cJSON *value = cJSON_CreateObject();
  cJSON_AddItemToObject(value, "add_addr_accepted", number_value(limits.add_addr_accepted));
  cJSON_AddItemToObject(value, "subflows", number_value(limits.subflows));
  return value;
}

static cJSON *set_limits(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const mptcp_limits_t limits = {
      .size = sizeof limits,
      .add_addr_accepted = (uint32_t)take_number(agent, request, "add_addr_accepted"),
      .subflows = (uint32_t)take_number(agent, request, "subflows")};
  done(agent, mptcp_limits_set(control(agent), &limits, &error), &error);
  return cJSON_CreateNull();
}

const struct action manager_actions[] = {
    {"namespace_path_manager", get_namespace_path_manager},
    {"set_namespace_path_manager", set_namespace_path_manager},
    {"convert_path_manager", convert_path_manager},
    {"list_endpoints", list_endpoints},
    {"add_endpoint", add_endpoint},
    {"change_endpoint", change_endpoint},
    {"remove_endpoint", remove_endpoint},
    {"flush_endpoints", flush_endpoints},
    {"limits", get_limits},
    {"set_limits", set_limits},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "c/agent.h"

enum { MAX_SUBFLOWS = 64, MAX_CAPABILITIES = 64 };

static cJSON *get_status(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const int fd = take_descriptor(agent, request);
  const int status = done(agent, mptcp_connection_get_status(fd, &error), &error);
  return cJSON_CreateString(mptcp_status_name(status));
}

static cJSON *get_info(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_connection_info_t info = {.size = sizeof info};
  const int fd = take_descriptor(agent, request);
  done(agent, mptcp_connection_get_info(fd, &info, &error), &error);
  const struct {
    const char *name;
    uint64_t has;
    uint64_t value;
  } fields[] = {
      {"subflows", LIBMPTCP_INFO_HAS_SUBFLOWS, info.subflows},
      {"add_addr_signal", LIBMPTCP_INFO_HAS_ADD_ADDR_SIGNAL, info.add_addr_signal},
      {"add_addr_accepted", LIBMPTCP_INFO_HAS_ADD_ADDR_ACCEPTED, info.add_addr_accepted},
      {"subflows_max", LIBMPTCP_INFO_HAS_SUBFLOWS_MAX, info.subflows_max},
      {"add_addr_signal_max", LIBMPTCP_INFO_HAS_ADD_ADDR_SIGNAL_MAX, info.add_addr_signal_max},
      {"add_addr_accepted_max", LIBMPTCP_INFO_HAS_ADD_ADDR_ACCEPTED_MAX,
       info.add_addr_accepted_max},
      {"flags", LIBMPTCP_INFO_HAS_FLAGS, info.flags},
      {"token", LIBMPTCP_INFO_HAS_TOKEN, info.token},
      {"write_seq", LIBMPTCP_INFO_HAS_WRITE_SEQ, info.write_seq},
      {"snd_una", LIBMPTCP_INFO_HAS_SND_UNA, info.snd_una},
      {"rcv_nxt", LIBMPTCP_INFO_HAS_RCV_NXT, info.rcv_nxt},
      {"local_addr_used", LIBMPTCP_INFO_HAS_LOCAL_ADDR_USED, info.local_addr_used},
      {"local_addr_max", LIBMPTCP_INFO_HAS_LOCAL_ADDR_MAX, info.local_addr_max},
      {"csum_enabled", LIBMPTCP_INFO_HAS_CSUM_ENABLED, info.csum_enabled},
      {"retransmits", LIBMPTCP_INFO_HAS_RETRANSMITS, info.retransmits},
      {"bytes_retrans", LIBMPTCP_INFO_HAS_BYTES_RETRANS, info.bytes_retrans},
      {"bytes_sent", LIBMPTCP_INFO_HAS_BYTES_SENT, info.bytes_sent},
      {"bytes_received", LIBMPTCP_INFO_HAS_BYTES_RECEIVED, info.bytes_received},
      {"bytes_acked", LIBMPTCP_INFO_HAS_BYTES_ACKED, info.bytes_acked},
      {"subflows_total", LIBMPTCP_INFO_HAS_SUBFLOWS_TOTAL, info.subflows_total},
      {"endp_laminar_max", LIBMPTCP_INFO_HAS_ENDP_LAMINAR_MAX, info.endp_laminar_max},
      {"endp_fullmesh_max", LIBMPTCP_INFO_HAS_ENDP_FULLMESH_MAX, info.endp_fullmesh_max},
      {"last_data_sent", LIBMPTCP_INFO_HAS_LAST_DATA_SENT, info.last_data_sent},
      {"last_data_recv", LIBMPTCP_INFO_HAS_LAST_DATA_RECV, info.last_data_recv},
      {"last_ack_recv", LIBMPTCP_INFO_HAS_LAST_ACK_RECV, info.last_ack_recv},
  };
  cJSON *value = cJSON_CreateObject();
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; ++i) {
    cJSON_AddItemToObject(value, fields[i].name,
                          number_or_null(info.present & fields[i].has, fields[i].value));
  }
  return value;
}

static cJSON *subflow_list(const mptcp_subflow_t *subflows, int count) {
  cJSON *list = cJSON_CreateArray();
  for (int i = 0; i < count; ++i) cJSON_AddItemToArray(list, subflow_value(&subflows[i]));
  return list;
}

static cJSON *list_subflows(struct agent *agent, struct request *request) {
  static const char *const words[] = {"snapshot", "detail", NULL};
  static mptcp_subflow_t subflows[MAX_SUBFLOWS];
  mptcp_error_t error;
  size_t total = 0;
  const int fd = take_descriptor(agent, request);
  const int depth = word(agent, take_text(agent, request, "depth"), words);
  const int count = done(agent,
                         mptcp_connection_list_subflows(fd, depth, subflows, sizeof subflows[0],
                                                        MAX_SUBFLOWS, &total, &error),
                         &error);
  if ((size_t)count != total) broken(agent, "%s", "more subflows than there is room for");
  return subflow_list(subflows, count);
}

static cJSON *list_capabilities(struct agent *agent, struct request *request) {
  static mptcp_capability_report_t reports[MAX_CAPABILITIES];
  mptcp_error_t error;
  (void)request;
  const int count =
      done(agent, mptcp_capability_list(reports, sizeof reports[0], MAX_CAPABILITIES, NULL, &error),
           &error);
  cJSON *list = cJSON_CreateArray();
  for (int i = 0; i < count; ++i) {
    cJSON *report = cJSON_CreateObject();
    cJSON_AddStringToObject(report, "name", mptcp_capability_name((int)reports[i].capability));
    cJSON_AddBoolToObject(report, "available", reports[i].available != 0);
    cJSON_AddStringToObject(report, "reason", reports[i].reason);
    cJSON_AddStringToObject(report, "remedy", reports[i].remedy);
    cJSON_AddItemToArray(list, report);
  }
  return list;
}

static cJSON *listed_value(const mptcp_connection_list_t *all, size_t index) {
  static mptcp_subflow_t subflows[MAX_SUBFLOWS];
  mptcp_listed_connection_t listed = {.size = sizeof listed};
  if (mptcp_connection_list_get(all, index, &listed, NULL) < 0) return cJSON_CreateNull();
  const int count = mptcp_connection_list_get_subflows(all, index, subflows, sizeof subflows[0],
                                                       MAX_SUBFLOWS, NULL, NULL);
  cJSON *value = cJSON_CreateObject();
  cJSON_AddItemToObject(value, "token", number_value(listed.token));
  cJSON_AddStringToObject(value, "state", mptcp_tcp_state_name((int)listed.state));
  cJSON_AddItemToObject(value, "local", address_value(&listed.local));
  cJSON_AddItemToObject(value, "remote", address_value(&listed.remote));
  cJSON_AddItemToObject(value, "owner", number_value(listed.owner));
  cJSON_AddItemToObject(value, "inode", number_value(listed.inode));
  cJSON_AddItemToObject(
      value, "pid", number_or_null(listed.present & LIBMPTCP_LISTED_HAS_PID, (uint64_t)listed.pid));
  cJSON_AddItemToObject(
      value, "fd", number_or_null(listed.present & LIBMPTCP_LISTED_HAS_FD, (uint64_t)listed.fd));
  cJSON_AddStringToObject(value, "process", listed.process);
  cJSON_AddItemToObject(value, "subflows", subflow_list(subflows, count));
  return value;
}

static cJSON *list_connections(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  mptcp_connection_list_t *all = NULL;
  (void)request;
  const int count = done(agent, mptcp_connection_list_open(&all, &error), &error);
  cJSON *list = cJSON_CreateArray();
  for (int i = 0; i < count; ++i) cJSON_AddItemToArray(list, listed_value(all, (size_t)i));
  mptcp_connection_list_close(all);
  return list;
}

static cJSON *borrow(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const int pid = (int)take_number(agent, request, "pid");
  const int theirs = (int)take_number(agent, request, "fd");
  const char *as = take_text(agent, request, "as");
  const int fd = done(agent, mptcp_descriptor_borrow(pid, theirs, &error), &error);
  new_thing(agent, as, THING_SOCKET)->fd = fd;
  return cJSON_CreateNull();
}

static cJSON *who_am_i(struct agent *agent, struct request *request) {
  const bool about_socket = cJSON_HasObjectItem(request->object, "socket");
  const int fd = about_socket ? take_descriptor(agent, request) : -1;
  cJSON *value = cJSON_CreateObject();
  cJSON_AddItemToObject(value, "pid", number_value((uint64_t)getpid()));
  cJSON_AddStringToObject(value, "language", "c");
  cJSON_AddStringToObject(value, "version", mptcp_version_string());
  cJSON_AddItemToObject(value, "fd", number_or_null(about_socket, (uint64_t)fd));
  return value;
}

const struct action see_actions[] = {
    {"status", get_status},
    {"info", get_info},
    {"subflows", list_subflows},
    {"capabilities", list_capabilities},
    {"connections", list_connections},
    {"borrow", borrow},
    {"whoami", who_am_i},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT
 *
 * Values as the protocol writes them. */
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>

#include "c/agent.h"

/* cJSON's own numbers are doubles, and too short for a sequence number. */
cJSON *number_value(uint64_t number) {
  char text[24];
  snprintf(text, sizeof text, "%" PRIu64, number);
  return cJSON_CreateRaw(text);
}

cJSON *address_value(const mptcp_address_t *address) {
  char text[LIBMPTCP_ADDRESS_TEXT_SIZE];
  if (mptcp_address_format(address, text, sizeof text, NULL) < 0) return cJSON_CreateNull();
  return cJSON_CreateString(text);
}

cJSON *interface_value(unsigned index) {
  char name[IF_NAMESIZE];
  if (if_indextoname(index, name) == NULL) return cJSON_CreateNull();
  return cJSON_CreateString(name);
}

cJSON *number_or_null(uint64_t present, uint64_t number) {
  return present != 0 ? number_value(number) : cJSON_CreateNull();
}

cJSON *truth_or_null(uint64_t present, bool truth) {
  return present != 0 ? cJSON_CreateBool(truth) : cJSON_CreateNull();
}

cJSON *address_or_null(uint64_t present, const mptcp_address_t *address) {
  return present != 0 ? address_value(address) : cJSON_CreateNull();
}

static cJSON *detail_value(const mptcp_subflow_t *subflow) {
  const uint64_t present = subflow->present;
  if ((present & LIBMPTCP_SUBFLOW_HAS_DETAIL) == 0) return cJSON_CreateNull();
  cJSON *detail = cJSON_CreateObject();
  cJSON_AddItemToObject(detail, "backup",
                        truth_or_null(present & LIBMPTCP_SUBFLOW_HAS_BACKUP, subflow->backup));
  cJSON_AddItemToObject(
      detail, "backup_by_peer",
      truth_or_null(present & LIBMPTCP_SUBFLOW_HAS_BACKUP_BY_PEER, subflow->backup_by_peer));
  cJSON_AddItemToObject(detail, "local_id",
                        number_or_null(present & LIBMPTCP_SUBFLOW_HAS_LOCAL_ID, subflow->local_id));
  cJSON_AddItemToObject(
      detail, "remote_id",
      number_or_null(present & LIBMPTCP_SUBFLOW_HAS_REMOTE_ID, subflow->remote_id));
  cJSON_AddItemToObject(
      detail, "fully_established",
      truth_or_null(present & LIBMPTCP_SUBFLOW_HAS_FULLY_ESTABLISHED, subflow->fully_established));
  cJSON_AddStringToObject(detail, "congestion_control", subflow->congestion_control);
  cJSON_AddItemToObject(detail, "owner", number_value(subflow->owner));
  cJSON_AddItemToObject(detail, "inode", number_value(subflow->inode));
  cJSON_AddItemToObject(detail, "interface", interface_value(subflow->interface_index));
  return detail;
}

cJSON *subflow_value(const mptcp_subflow_t *subflow) {
  cJSON *value = cJSON_CreateObject();
  cJSON_AddItemToObject(value, "id", number_value(subflow->id));
  cJSON_AddStringToObject(value, "state", mptcp_tcp_state_name((int)subflow->state));
  cJSON_AddItemToObject(value, "local", address_value(&subflow->local));
  cJSON_AddItemToObject(value, "remote", address_value(&subflow->remote));
  cJSON_AddItemToObject(value, "rtt_us", number_value(subflow->tcp.rtt));
  cJSON_AddItemToObject(value, "bytes_sent", number_value(subflow->tcp.bytes_sent));
  cJSON_AddItemToObject(value, "bytes_received", number_value(subflow->tcp.bytes_received));
  cJSON_AddItemToObject(value, "detail", detail_value(subflow));
  return value;
}

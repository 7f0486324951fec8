// SPDX-License-Identifier: MIT
//
// The numbers of the ABI against the names that the core gives them.
#include <cctype>

#include "c_abi/c_abi.h"

namespace mptcp::test {
namespace {

struct Constant {
  int number;
  const char* constant;
};

// "LIBMPTCP_STATUS_FELL_BACK" is the status "fell_back".
void expect_names(const char* (*name)(int), const std::string& prefix,
                  std::initializer_list<Constant> constants) {
  int next = 0;
  for (const Constant& one : constants) {
    std::string word = std::string(one.constant).substr(prefix.size());
    for (char& c : word) c = static_cast<char>(std::tolower(c));
    EXPECT_EQ(name(one.number), word) << one.constant;
    EXPECT_EQ(one.number, next++) << one.constant << " leaves a gap";
  }
  EXPECT_STREQ(name(-1), "unknown");
  EXPECT_STREQ(name(next), "unknown") << prefix << " lacks a constant of the core";
}

#define C(constant) \
  Constant { constant, #constant }

TEST(CNames, of_error_kinds) {
  expect_names(
      mptcp_error_kind_name, "LIBMPTCP_ERROR_",
      {C(LIBMPTCP_ERROR_INVALID_ARGUMENT), C(LIBMPTCP_ERROR_NOT_SUPPORTED),
       C(LIBMPTCP_ERROR_DISABLED), C(LIBMPTCP_ERROR_FELL_BACK), C(LIBMPTCP_ERROR_NOT_PERMITTED),
       C(LIBMPTCP_ERROR_NOT_FOUND), C(LIBMPTCP_ERROR_ALREADY_EXISTS),
       C(LIBMPTCP_ERROR_LIMIT_REACHED), C(LIBMPTCP_ERROR_TIMED_OUT), C(LIBMPTCP_ERROR_WOULD_BLOCK),
       C(LIBMPTCP_ERROR_MALFORMED), C(LIBMPTCP_ERROR_SYSTEM)});
}

TEST(CNames, of_transports_and_statuses) {
  expect_names(mptcp_transport_name, "LIBMPTCP_TRANSPORT_",
               {C(LIBMPTCP_TRANSPORT_TCP), C(LIBMPTCP_TRANSPORT_MPTCP)});
  expect_names(mptcp_status_name, "LIBMPTCP_STATUS_",
               {C(LIBMPTCP_STATUS_UNCONNECTED), C(LIBMPTCP_STATUS_MPTCP),
                C(LIBMPTCP_STATUS_FELL_BACK), C(LIBMPTCP_STATUS_TCP)});
}

TEST(CNames, of_tcp_states) {
  expect_names(mptcp_tcp_state_name, "LIBMPTCP_TCP_",
               {C(LIBMPTCP_TCP_UNKNOWN), C(LIBMPTCP_TCP_ESTABLISHED), C(LIBMPTCP_TCP_SYN_SENT),
                C(LIBMPTCP_TCP_SYN_RECV), C(LIBMPTCP_TCP_FIN_WAIT1), C(LIBMPTCP_TCP_FIN_WAIT2),
                C(LIBMPTCP_TCP_TIME_WAIT), C(LIBMPTCP_TCP_CLOSE), C(LIBMPTCP_TCP_CLOSE_WAIT),
                C(LIBMPTCP_TCP_LAST_ACK), C(LIBMPTCP_TCP_LISTEN), C(LIBMPTCP_TCP_CLOSING),
                C(LIBMPTCP_TCP_NEW_SYN_RECV), C(LIBMPTCP_TCP_BOUND_INACTIVE)});
}

TEST(CNames, of_events_and_their_origins) {
  expect_names(mptcp_event_kind_name, "LIBMPTCP_EVENT_",
               {C(LIBMPTCP_EVENT_CREATED), C(LIBMPTCP_EVENT_ESTABLISHED), C(LIBMPTCP_EVENT_CLOSED),
                C(LIBMPTCP_EVENT_ANNOUNCED), C(LIBMPTCP_EVENT_REMOVED),
                C(LIBMPTCP_EVENT_SUBFLOW_ESTABLISHED), C(LIBMPTCP_EVENT_SUBFLOW_CLOSED),
                C(LIBMPTCP_EVENT_SUBFLOW_PRIORITY), C(LIBMPTCP_EVENT_LISTENER_CREATED),
                C(LIBMPTCP_EVENT_LISTENER_CLOSED), C(LIBMPTCP_EVENT_FELL_BACK),
                C(LIBMPTCP_EVENT_SUBFLOW_SILENT), C(LIBMPTCP_EVENT_SUBFLOW_RESUMED)});
  expect_names(
      mptcp_event_origin_name, "LIBMPTCP_ORIGIN_",
      {C(LIBMPTCP_ORIGIN_KERNEL), C(LIBMPTCP_ORIGIN_COMPARISON), C(LIBMPTCP_ORIGIN_SAMPLING)});
  EXPECT_EQ(mptcp_event_kind_parse("fell_back", nullptr), LIBMPTCP_EVENT_FELL_BACK);
  EXPECT_INVALID(mptcp_event_kind_parse("felt_back", &error));
  EXPECT_INVALID(mptcp_event_kind_parse(nullptr, &error));
}

TEST(CNames, of_path_managers) {
  expect_names(mptcp_path_manager_name, "LIBMPTCP_PATH_MANAGER_",
               {C(LIBMPTCP_PATH_MANAGER_KERNEL), C(LIBMPTCP_PATH_MANAGER_USERSPACE),
                C(LIBMPTCP_PATH_MANAGER_OTHER)});
}

TEST(CNames, of_capabilities) {
  expect_names(
      mptcp_capability_name, "LIBMPTCP_CAPABILITY_",
      {C(LIBMPTCP_CAPABILITY_MPTCP_SOCKETS), C(LIBMPTCP_CAPABILITY_CONNECTION_INFO),
       C(LIBMPTCP_CAPABILITY_FULL_INFO), C(LIBMPTCP_CAPABILITY_SUBFLOW_DETAIL),
       C(LIBMPTCP_CAPABILITY_CONNECTION_LISTING), C(LIBMPTCP_CAPABILITY_PATH_MANAGER_QUERY),
       C(LIBMPTCP_CAPABILITY_MANAGE_PATHS), C(LIBMPTCP_CAPABILITY_USERSPACE_PATH_MANAGER),
       C(LIBMPTCP_CAPABILITY_CHANGE_PATH_MANAGER), C(LIBMPTCP_CAPABILITY_CONVERT_PATH_MANAGER),
       C(LIBMPTCP_CAPABILITY_DESTROY_SOCKETS), C(LIBMPTCP_CAPABILITY_EVENTS),
       C(LIBMPTCP_CAPABILITY_DESCRIPTOR_PASSING), C(LIBMPTCP_CAPABILITY_NETWORK_LAB)});
  EXPECT_EQ(mptcp_capability_parse("events", nullptr), LIBMPTCP_CAPABILITY_EVENTS);
  EXPECT_INVALID(mptcp_capability_parse("event", &error));
  EXPECT_INVALID(mptcp_capability_parse(nullptr, &error));
}

TEST(CNames, of_the_version) {
  EXPECT_STREQ(mptcp_version_string(), LIBMPTCP_VERSION);
  int major = 0, minor = 0, patch = 0;
  ASSERT_EQ(std::sscanf(mptcp_version_string(), "%d.%d.%d", &major, &minor, &patch), 3);
  EXPECT_EQ(mptcp_version_number(),
            static_cast<std::uint32_t>(major * 1000000 + minor * 1000 + patch));
}

}  // namespace
}  // namespace mptcp::test

/* SPDX-License-Identifier: MIT
 *
 * A C program that uses an installed libmptcp: a connection to itself over lo, watched and steered.
 * Exits 0 when everything was as promised.  Needs the right to manage paths: run it in a namespace
 * of its own.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mptcp/c.h>

enum { PATIENCE_MS = 5000 };

static mptcp_error_t error;

/* What each call is checked with: its value, or the end. */
static int must(int result, const char *what) {
  if (result < 0) {
    fprintf(stderr, "%s: %s (%s)\n", what, error.message, mptcp_error_kind_name(error.kind));
    exit(1);
  }
  return result;
}

static void expect(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "not so: %s\n", what);
    exit(1);
  }
}

static void must_os(int result, const char *what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
}

/* --- a connection to ourselves ----------------------------------------------------------- */

struct connection {
  int client;
  int server;
};

static struct connection connect_to_self(void) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  struct connection connection;
  const int listener = must(mptcp_socket_open(AF_INET, LIBMPTCP_SOCKET_STRICT, &error), "listener");

  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  must_os(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
  must_os(listen(listener, 1), "listen");
  must_os(getsockname(listener, (struct sockaddr *)&address, &length), "getsockname");
  expect(mptcp_connection_get_status(listener, NULL) == LIBMPTCP_STATUS_UNCONNECTED,
         "a listener is unconnected");

  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connection.client = must(mptcp_socket_open(AF_INET, LIBMPTCP_SOCKET_STRICT, &error), "client");
  must_os(connect(connection.client, (struct sockaddr *)&address, length), "connect");
  connection.server = accept(listener, NULL, NULL);
  must_os(connection.server, "accept");
  return connection; /* the listener stays open: joins come in through it */
}

static void carry(int from, int to, const char *text) {
  char received[64] = "";
  const size_t length = strlen(text);
  expect(send(from, text, length, 0) == (ssize_t)length, "everything is sent");
  expect(recv(to, received, length, MSG_WAITALL) == (ssize_t)length, "everything arrives");
  expect(strcmp(received, text) == 0, "and as it was sent");
}

/* --- looking ------------------------------------------------------------------------------ */

static uint32_t token_of(int fd) {
  mptcp_connection_info_t info = {.size = sizeof info};
  must(mptcp_connection_get_info(fd, &info, &error), "info");
  expect(info.size == sizeof info, "the library fills what it knows");
  expect((info.present & LIBMPTCP_INFO_HAS_TOKEN) != 0 && info.token != 0, "there is a token");
  return info.token;
}

static int count_subflows(int fd) {
  mptcp_subflow_t subflows[4];
  size_t total = 0;
  const int count = must(mptcp_connection_list_subflows(fd, LIBMPTCP_DEPTH_SNAPSHOT, subflows,
                                                        sizeof *subflows, 4, &total, &error),
                         "subflows");
  int i;
  expect((size_t)count == total, "all fit");
  for (i = 0; i < count; ++i) {
    expect(subflows[i].state == LIBMPTCP_TCP_ESTABLISHED, "a subflow is established");
    expect(subflows[i].tcp_size > 200 && subflows[i].tcp.state == LIBMPTCP_TCP_ESTABLISHED,
           "the kernel's tcp_info is there");
  }
  return count;
}

static void wait_for(mptcp_event_stream_t *events, int kind, uint32_t token) {
  mptcp_event_t event;
  do {
    must(mptcp_event_stream_wait(events, PATIENCE_MS, &event, sizeof event, 1, &error),
         mptcp_event_kind_name(kind));
  } while ((int)event.kind != kind || event.token != token);
}

/* --- steering ------------------------------------------------------------------------------ */

static uint32_t open_from(mptcp_path_control_t *control, int fd, const char *address) {
  mptcp_open_request_t request = {.size = sizeof request};
  mptcp_subflow_t opened = {.size = sizeof opened};
  char text[LIBMPTCP_ADDRESS_TEXT_SIZE];

  request.present = LIBMPTCP_OPEN_HAS_LOCAL;
  must(mptcp_address_parse(address, &request.local, &error), address);
  must(mptcp_subflow_open(control, fd, &request, PATIENCE_MS, &opened, &error), "open");
  opened.local.port = 0;
  must(mptcp_address_format(&opened.local, text, sizeof text, &error), "format");
  expect(strcmp(text, address) == 0, "it leaves from where it was asked to");
  expect(opened.id > 1, "it has an id");
  return opened.id;
}

static void steer(mptcp_path_control_t *control, mptcp_event_stream_t *events,
                  struct connection connection) {
  const uint32_t token = token_of(connection.client);
  mptcp_subflow_ref_t which = {.size = sizeof which};

  which.id = open_from(control, connection.client, "127.0.0.2");
  wait_for(events, LIBMPTCP_EVENT_SUBFLOW_ESTABLISHED, token);
  expect(count_subflows(connection.client) == 2, "two subflows after an open");
  must(mptcp_subflow_prefer(control, connection.client, &which, LIBMPTCP_PRIORITY_BACKUP,
                            PATIENCE_MS, NULL, &error),
       "prefer");
  must(mptcp_subflow_close(control, connection.client, &which, 0, PATIENCE_MS, &error), "close");
  wait_for(events, LIBMPTCP_EVENT_SUBFLOW_CLOSED, token);
  expect(count_subflows(connection.client) == 1, "one subflow after a close");

  expect(mptcp_subflow_close(control, connection.client, &which, 0, PATIENCE_MS, &error) < 0 &&
             error.kind == LIBMPTCP_ERROR_NOT_FOUND && error.message[0] != '\0',
         "what is closed cannot be found");
}

int main(void) {
  mptcp_path_control_t *control = NULL;
  mptcp_event_stream_t *events = NULL;
  struct connection connection;

  must(mptcp_path_control_open_direct(&control, &error), "path control");
  must(mptcp_namespace_set_path_manager(control, LIBMPTCP_PATH_MANAGER_USERSPACE, &error),
       "path manager");
  must(mptcp_event_stream_open(LIBMPTCP_SCOPE_NAMESPACE, &events, &error), "events");

  connection = connect_to_self();
  carry(connection.client, connection.server, "there");
  carry(connection.server, connection.client, "and back");
  expect(mptcp_connection_get_status(connection.client, &error) == LIBMPTCP_STATUS_MPTCP,
         "the connection is MPTCP");
  wait_for(events, LIBMPTCP_EVENT_ESTABLISHED, token_of(connection.client));
  expect(count_subflows(connection.client) == 1, "it begins with one subflow");
  steer(control, events, connection);
  carry(connection.client, connection.server, "still here");

  close(connection.client);
  close(connection.server);
  mptcp_event_stream_close(events);
  mptcp_path_control_close(control);
  printf("libmptcp %s from C: seen and steered\n", mptcp_version_string());
  return 0;
}

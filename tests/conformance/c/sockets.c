/* SPDX-License-Identifier: MIT
 *
 * The system's own calls on sockets, some of which the library made MPTCP. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "c/agent.h"

enum { CYCLE = 251 };

static int checked(struct agent *agent, int returned, const char *attempted) {
  if (returned < 0) refused_by_system(agent, attempted);
  return returned;
}

static uint32_t socket_flags(struct agent *agent, struct request *request) {
  static const char *const words[] = {"allowed", "refused", NULL};
  const char *text = find_text(agent, request, "fallback");
  return text != NULL && word(agent, text, words) == 1 ? LIBMPTCP_SOCKET_STRICT : 0;
}

/* Calls bind or connect. */
static void with_address(struct agent *agent, int (*call)(int, const struct sockaddr *, socklen_t),
                         int fd, const mptcp_address_t *address, const char *attempted) {
  struct sockaddr_storage storage;
  mptcp_error_t error;
  const int length = mptcp_address_to_sockaddr(address, &storage, sizeof storage, &error);
  done(agent, length, &error);
  checked(agent, call(fd, (const struct sockaddr *)&storage, (socklen_t)length), attempted);
}

static cJSON *sockaddr_value(struct agent *agent, const struct sockaddr_storage *storage,
                             socklen_t length) {
  mptcp_address_t address;
  mptcp_error_t error;
  done(agent, mptcp_address_from_sockaddr(storage, length, &address, &error), &error);
  return address_value(&address);
}

static cJSON *local_address(struct agent *agent, int fd) {
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  checked(agent, getsockname(fd, (struct sockaddr *)&storage, &length), "getsockname");
  return sockaddr_value(agent, &storage, length);
}

static cJSON *make_socket(struct agent *agent, struct request *request) {
  const int family = take_family(agent, request);
  const char *as = take_text(agent, request, "as");
  const int fd = checked(agent, socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  new_thing(agent, as, THING_SOCKET)->fd = fd;
  return cJSON_CreateNull();
}

static cJSON *open_socket(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const int family = take_family(agent, request);
  const uint32_t flags = socket_flags(agent, request);
  const char *as = take_text(agent, request, "as");
  const int fd = done(agent, mptcp_socket_open(family, flags, &error), &error);
  new_thing(agent, as, THING_SOCKET)->fd = fd;
  return cJSON_CreateNull();
}

static cJSON *enable(struct agent *agent, struct request *request) {
  mptcp_error_t error;
  const int fd = take_descriptor(agent, request);
  const uint32_t flags = socket_flags(agent, request);
  const int transport = done(agent, mptcp_socket_enable(fd, flags, &error), &error);
  return cJSON_CreateString(mptcp_transport_name(transport));
}

static cJSON *connect_socket(struct agent *agent, struct request *request) {
  mptcp_address_t local;
  const int fd = take_descriptor(agent, request);
  const mptcp_address_t peer = take_address(agent, request, "address");
  if (find_address(agent, request, "local", &local)) {
    with_address(agent, bind, fd, &local, "bind");
  }
  with_address(agent, connect, fd, &peer, "connect");
  return local_address(agent, fd);
}

static cJSON *listen_on(struct agent *agent, struct request *request) {
  static const char *const words[] = {"tcp", "mptcp", NULL};
  mptcp_error_t error;
  const mptcp_address_t address = take_address(agent, request, "address");
  struct thing *listener = new_thing(agent, take_text(agent, request, "as"), THING_SOCKET);
  if (word(agent, take_text(agent, request, "transport"), words) == LIBMPTCP_TRANSPORT_MPTCP) {
    listener->fd = done(agent, mptcp_socket_open(address.family, 0, &error), &error);
  } else {
    listener->fd = checked(agent, socket(address.family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  }
  const int yes = 1;
  checked(agent, setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes),
          "setsockopt");
  with_address(agent, bind, listener->fd, &address, "bind");
  checked(agent, listen(listener->fd, 16), "listen");
  return local_address(agent, listener->fd);
}

static cJSON *accept_from(struct agent *agent, struct request *request) {
  struct sockaddr_storage peer;
  socklen_t length = sizeof peer;
  const int listener = take_thing(agent, request, "listener", THING_SOCKET)->fd;
  const char *as = take_text(agent, request, "as");
  if (!wait_readable(listener, deadline_ms(agent, request))) {
    broken(agent, "nobody connects to be %s", as);
  }
  const int fd =
      checked(agent, accept4(listener, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC), "accept");
  new_thing(agent, as, THING_SOCKET)->fd = fd;
  return sockaddr_value(agent, &peer, length);
}

static size_t next_size(uint64_t here, uint64_t end, size_t most) {
  return end - here < most ? (size_t)(end - here) : most;
}

static cJSON *send_bytes(struct agent *agent, struct request *request) {
  unsigned char bytes[16384];
  struct thing *socket = take_thing(agent, request, "socket", THING_SOCKET);
  const uint64_t end = socket->sent + take_number(agent, request, "count");
  while (socket->sent < end) {
    const size_t size = next_size(socket->sent, end, sizeof bytes);
    for (size_t i = 0; i < size; ++i) bytes[i] = (unsigned char)((socket->sent + i) % CYCLE);
    const ssize_t sent = send(socket->fd, bytes, size, 0);
    checked(agent, sent < 0 ? -1 : 0, "send");
    socket->sent += (uint64_t)sent;
  }
  return cJSON_CreateNull();
}

static cJSON *receive_bytes(struct agent *agent, struct request *request) {
  unsigned char bytes[16384];
  struct thing *socket = take_thing(agent, request, "socket", THING_SOCKET);
  const uint64_t begin = socket->received;
  const uint64_t end = begin + take_number(agent, request, "count");
  while (socket->received < end) {
    const size_t size = next_size(socket->received, end, sizeof bytes);
    const ssize_t got = recv(socket->fd, bytes, size, 0);
    checked(agent, got < 0 ? -1 : 0, "recv");
    if (got == 0) break;
    for (ssize_t i = 0; i < got; ++i) {
      if (bytes[i] != socket->received % CYCLE) broken(agent, "%s", "a byte is another");
      ++socket->received;
    }
  }
  return number_value(socket->received - begin);
}

static cJSON *shut_down(struct agent *agent, struct request *request) {
  checked(agent, shutdown(take_descriptor(agent, request), SHUT_WR), "shutdown");
  return cJSON_CreateNull();
}

static cJSON *close_any(struct agent *agent, struct request *request) {
  close_thing(take_thing(agent, request, "socket", THING_CLOSED));
  return cJSON_CreateNull();
}

const struct action socket_actions[] = {
    {"socket", make_socket},
    {"open_socket", open_socket},
    {"enable", enable},
    {"connect", connect_socket},
    {"listen", listen_on},
    {"accept", accept_from},
    {"send", send_bytes},
    {"receive", receive_bytes},
    {"shutdown", shut_down},
    {"close", close_any},
    {NULL, NULL},
};

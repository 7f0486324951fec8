// SPDX-License-Identifier: MIT
#include "netlink/sock_diag.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <cerrno>

namespace mptcp::netlink {
namespace {

// What a message may carry beside its header, and what we ask for.
enum : std::uint16_t {
  diag_info = 2,
  diag_congestion = 4,
  diag_ulp = 19,
};
enum : std::uint16_t {
  ulp_mptcp = 3,
};
enum : std::uint16_t {
  subflow_remote_token = 1,
  subflow_local_token = 2,
  subflow_flags = 8,
  subflow_remote_id = 9,
  subflow_local_id = 10,
};
// Attributes of a request.
enum : std::uint16_t {
  request_bytecode = 1,
  request_protocol = 3,
};
constexpr std::uint8_t wanted_attributes = (1 << (diag_info - 1)) | (1 << (diag_congestion - 1));

constexpr std::uint32_t state_bit(TcpState state) { return 1U << static_cast<unsigned>(state); }
constexpr std::uint32_t all_but_listeners = 0xffff & ~state_bit(TcpState::listen);
constexpr std::uint32_t with_two_ends =
    state_bit(TcpState::established) | state_bit(TcpState::syn_sent) |
    state_bit(TcpState::syn_recv) | state_bit(TcpState::fin_wait1) |
    state_bit(TcpState::fin_wait2) | state_bit(TcpState::close_wait) |
    state_bit(TcpState::last_ack) | state_bit(TcpState::closing);

// A dump during which the table changed is asked for again, so often.
constexpr int dump_attempts = 5;

struct Request {
  nlmsghdr header{};
  inet_diag_req_v2 body{};

  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(this, 1)); }
};

Request make_request(std::uint16_t type, int flags, std::uint8_t family) {
  Request request;
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = type;
  request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  request.body.sdiag_family = family;
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_ext = wanted_attributes;
  request.body.idiag_states = all_but_listeners;
  request.body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  request.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return request;
}

// The port, and the address in the form that the socket has; its family.
std::uint8_t put(const Address& address, __be16& port, __be32 (&words)[4]) {
  sockaddr_storage storage;
  to_sockaddr(address, storage);
  if (storage.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(storage);
    port = in.sin_port;
    std::memcpy(words, &in.sin_addr, sizeof in.sin_addr);
    return AF_INET;
  }
  const auto& in6 = reinterpret_cast<const sockaddr_in6&>(storage);
  port = in6.sin6_port;
  std::memcpy(words, &in6.sin6_addr, sizeof in6.sin6_addr);
  return AF_INET6;
}

Request exact_request(std::uint16_t type, int flags, const SocketKey& key) {
  Request request = make_request(type, flags, AF_INET);
  auto& id = request.body.id;
  request.body.sdiag_family = put(key.local, id.idiag_sport, id.idiag_src);
  put(key.remote, id.idiag_dport, id.idiag_dst);
  id.idiag_if = number(key.interface);
  return request;
}

Address take(std::uint8_t family, const inet_diag_sockid& id, __be16 port,
             const __be32 (&words)[4]) {
  sockaddr_storage storage{};
  if (family == AF_INET6) {
    sockaddr_in6 in6{};
    in6.sin6_family = AF_INET6;
    in6.sin6_port = port;
    in6.sin6_scope_id = id.idiag_if;
    std::memcpy(&in6.sin6_addr, words, sizeof in6.sin6_addr);
    std::memcpy(&storage, &in6, sizeof in6);
  } else {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = port;
    std::memcpy(&in.sin_addr, words, sizeof in.sin_addr);
    std::memcpy(&storage, &in, sizeof in);
  }
  return *from_sockaddr(reinterpret_cast<const sockaddr*>(&storage), sizeof storage);
}

SocketKey key_of(const inet_diag_msg& message) {
  const auto& id = message.id;
  return {take(message.idiag_family, id, id.idiag_sport, id.idiag_src),
          take(message.idiag_family, id, id.idiag_dport, id.idiag_dst),
          InterfaceIndex{id.idiag_if}};
}

// The header of an answer; nothing when it is another message, or of another family.
std::optional<inet_diag_msg> take_message(const View& view, Bytes& payload) {
  if (view.type != SOCK_DIAG_BY_FAMILY) return std::nullopt;
  payload = view.payload;
  auto message = take_header<inet_diag_msg>(payload);
  if (!message) return std::nullopt;
  if (message->idiag_family != AF_INET && message->idiag_family != AF_INET6) return std::nullopt;
  return message;
}

template <class To, class From>
std::optional<To> as(std::optional<From> value) {
  if (!value) return std::nullopt;
  return static_cast<To>(*value);
}

std::optional<DiagUlp> decode_ulp(const Attributes& attributes) {
  auto ulp = attributes.nest(diag_ulp);
  auto mptcp = ulp ? ulp->nest(ulp_mptcp) : std::nullopt;
  if (!mptcp) return std::nullopt;
  DiagUlp subflow;
  subflow.local_token = as<Token>(mptcp->get<std::uint32_t>(subflow_local_token));
  subflow.remote_token = as<Token>(mptcp->get<std::uint32_t>(subflow_remote_token));
  subflow.local_id = as<AddressId>(mptcp->get<std::uint8_t>(subflow_local_id));
  subflow.remote_id = as<AddressId>(mptcp->get<std::uint8_t>(subflow_remote_id));
  subflow.flags = mptcp->get<std::uint32_t>(subflow_flags).value_or(0);
  return subflow;
}

// Copies what fits of a struct that may be longer or shorter than ours; says how much that was.
template <class Struct>
std::uint32_t copy_known(std::optional<Bytes> bytes, Struct& out) {
  if (!bytes) return 0;
  const auto length = std::min(bytes->size(), sizeof out);
  std::memcpy(&out, bytes->data(), length);
  return static_cast<std::uint32_t>(length);
}

bool same_ends(const SocketKey& a, const SocketKey& b) {
  return a.local == b.local && a.remote == b.remote;
}

// A filter program of the kernel's: both ports are ours.  A condition that does not hold jumps
// four bytes past the end, which rejects.
struct PortFilter {
  nlattr header{};
  inet_diag_bc_op steps[8]{};

  PortFilter(Port local, Port remote) {
    header.nla_len = sizeof *this;
    header.nla_type = request_bytecode;
    condition(0, INET_DIAG_BC_S_GE, local);
    condition(2, INET_DIAG_BC_S_LE, local);
    condition(4, INET_DIAG_BC_D_GE, remote);
    condition(6, INET_DIAG_BC_D_LE, remote);
  }
  void condition(unsigned at, std::uint8_t code, Port port) {
    const auto left = sizeof steps - at * sizeof(inet_diag_bc_op);
    steps[at] = {code, 2 * sizeof(inet_diag_bc_op), static_cast<std::uint16_t>(left + 4)};
    steps[at + 1] = {0, 0, number(port)};
  }
};

// The exact lookup of the kernel passes by sockets that are bound to an interface, unless it is
// named.  A dump of the sockets with these two ports finds them.
Result<std::optional<DiagSocket>> find_bound_socket(Socket& socket, const SocketKey& key) {
  struct {
    Request request;
    PortFilter filter;
  } message{exact_request(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, key),
            PortFilter(key.local.port, key.remote.port)};
  message.request.header.nlmsg_len = sizeof message;
  message.request.body.idiag_states = with_two_ends;

  struct {
    const SocketKey& key;
    std::optional<DiagSocket> found;
  } search{key, std::nullopt};
  auto answer =
      socket.exchange(std::as_writable_bytes(std::span(&message, 1)), [&search](const View& view) {
        auto candidate = decode_socket(view);
        if (candidate && same_ends(candidate->key, search.key)) search.found = candidate;
      });
  if (!answer) return answer.error();
  if (answer->code != 0 && answer->code != ENOENT) return refusal(*answer, "looking for a subflow");
  return search.found;
}

// What the kernel finds first at these addresses.
Result<std::optional<DiagSocket>> look_up(Socket& socket, const SocketKey& key) {
  Request request = exact_request(SOCK_DIAG_BY_FAMILY, NLM_F_ACK, key);
  std::optional<DiagSocket> found;
  auto answer =
      socket.exchange(request.bytes(), [&found](const View& view) { found = decode_socket(view); });
  if (!answer) return answer.error();
  if (answer->code != 0 && answer->code != ENOENT) return refusal(*answer, "looking for a socket");
  return found;
}

// Dumps both families into one list; a family again while the table changes under it, up to a
// bound: on a busy machine the last answer may lack a socket that came or went meanwhile.
template <class Found, class MakeRequest, class Decode>
Result<Answer> dump(Socket& socket, std::vector<Found>& list, MakeRequest make, Decode decode) {
  Result<Answer> answer = Answer{};
  for (const auto family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
    const auto start = list.size();
    for (int attempt = 0; attempt < dump_attempts; ++attempt) {
      list.erase(list.begin() + static_cast<std::ptrdiff_t>(start), list.end());
      auto request = make(family);
      answer = socket.exchange(request.bytes(), [&](const View& view) {
        if (auto found = decode(view)) list.push_back(std::move(*found));
      });
      if (!answer || !answer->interrupted) break;
    }
    if (!answer || answer->code != 0) break;
  }
  return answer;
}

struct ConnectionRequest {
  Request request;
  nlattr protocol_header;
  std::uint32_t protocol;

  ConnectionRequest(int flags, std::uint8_t family)
      : request(make_request(SOCK_DIAG_BY_FAMILY, flags, family)),
        protocol_header{sizeof protocol_header + sizeof protocol, request_protocol},
        protocol(kernel::ipproto_mptcp) {
    request.header.nlmsg_len = sizeof *this;
    // The field has one byte; the attribute has the number.  Kernels that know only the field
    // answer with raw sockets, which tell no MPTCP information.
    request.body.sdiag_protocol = IPPROTO_RAW;
  }
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(this, 1)); }
};

Error no_connection_diag(const Answer& answer) {
  return refusal(ErrorKind::not_supported, answer,
                 "this kernel does not list MPTCP connections (CONFIG_INET_MPTCP_DIAG)");
}

}  // namespace

std::optional<DiagSocket> decode_socket(const View& view) {
  Bytes payload;
  auto message = take_message(view, payload);
  if (!message) return std::nullopt;
  const Attributes attributes(payload);
  DiagSocket socket;
  socket.key = key_of(*message);
  socket.state = TcpState{message->idiag_state};
  socket.owner = message->idiag_uid;
  socket.inode = message->idiag_inode;
  std::memcpy(&socket.cookie, message->id.idiag_cookie, sizeof socket.cookie);
  if (auto text = attributes.text(diag_congestion)) {
    text->copy(socket.congestion_control, sizeof socket.congestion_control - 1);
  }
  socket.tcp_size = copy_known(attributes.find(diag_info), socket.tcp);
  socket.ulp = decode_ulp(attributes);
  socket.tells_upper_layer = attributes.find(diag_ulp).has_value();
  return socket;
}

std::optional<DiagConnection> decode_connection(const View& view) {
  Bytes payload;
  auto message = take_message(view, payload);
  if (!message) return std::nullopt;
  DiagConnection connection;
  connection.key = key_of(*message);
  connection.state = TcpState{message->idiag_state};
  connection.owner = message->idiag_uid;
  connection.inode = message->idiag_inode;
  connection.info_size = copy_known(Attributes(payload).find(diag_info), connection.info);
  return connection;
}

Result<std::optional<DiagSocket>> find_socket(Socket& socket, const SocketKey& key) {
  auto found = look_up(socket, key);
  if (!found) return found;
  // The kernel answers with a listener when no connection has these addresses.
  const auto& candidate = *found;
  if (candidate && candidate->state != TcpState::listen && same_ends(candidate->key, key)) {
    return found;
  }
  if (key.interface != InterfaceIndex{}) return std::optional<DiagSocket>{};
  return find_bound_socket(socket, key);
}

Result<std::optional<DiagSocket>> find_listener(Socket& socket, const Address& local) {
  Address anybody;
  anybody.family = local.family;
  anybody.mapped = local.mapped;
  return look_up(socket, {local, anybody});
}

Result<std::vector<DiagSocket>> list_sockets(Socket& socket, const SocketFilter& wanted) {
  std::vector<DiagSocket> list;
  auto answer = dump(
      socket, list,
      [](std::uint8_t family) {
        Request request = make_request(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, family);
        request.body.idiag_states = with_two_ends;
        return request;
      },
      [&](const View& view) {
        auto found = decode_socket(view);
        return found && wanted(*found) ? found : std::nullopt;
      });
  if (!answer) return answer.error();
  if (answer->code != 0) return refusal(*answer, "listing TCP sockets");
  return list;
}

Result<std::vector<DiagConnection>> list_connections(Socket& socket) {
  std::vector<DiagConnection> list;
  auto answer = dump(
      socket, list, [](std::uint8_t family) { return ConnectionRequest(NLM_F_DUMP, family); },
      decode_connection);
  if (!answer) return answer.error();
  if (answer->code == ENOENT) return no_connection_diag(*answer);
  if (answer->code != 0) return refusal(*answer, "listing MPTCP connections");
  return list;
}

Result<std::vector<Address>> list_listeners(Socket& socket) {
  std::vector<Address> list;
  auto answer = dump(
      socket, list,
      [](std::uint8_t family) {
        ConnectionRequest request(NLM_F_DUMP, family);
        request.request.body.idiag_states = state_bit(TcpState::listen);
        return request;
      },
      [](const View& view) -> std::optional<Address> {
        auto found = decode_connection(view);
        if (!found || found->state != TcpState::listen) return std::nullopt;
        return found->key.local;
      });
  if (!answer) return answer.error();
  if (answer->code == ENOENT) return no_connection_diag(*answer);
  if (answer->code != 0) return refusal(*answer, "listing MPTCP listeners");
  return list;
}

Result<void> check_connection_diag(Socket& socket) {
  ConnectionRequest request(NLM_F_DUMP, AF_INET);
  request.request.body.idiag_states = 0;  // none fits
  auto answer = socket.exchange(request.bytes(), [](const View&) {});
  if (!answer) return answer.error();
  if (answer->code == ENOENT) return no_connection_diag(*answer);
  if (answer->code != 0) return refusal(*answer, "listing MPTCP connections");
  return {};
}

Result<std::optional<DiagConnection>> find_connection(Socket& socket, Token token) {
  ConnectionRequest request(NLM_F_ACK, AF_INET);
  request.request.body.id.idiag_cookie[0] = number(token);
  std::optional<DiagConnection> found;
  auto answer = socket.exchange(request.bytes(),
                                [&found](const View& view) { found = decode_connection(view); });
  if (!answer) return answer.error();
  if (answer->code != 0 && answer->code != ENOENT) {
    return refusal(*answer, "looking for an MPTCP connection");
  }
  return found;
}

Result<void> destroy_socket(Socket& socket, const SocketKey& key,
                            std::optional<std::uint64_t> cookie) {
  Request request = exact_request(SOCK_DESTROY, NLM_F_ACK, key);
  if (cookie) std::memcpy(request.body.id.idiag_cookie, &*cookie, sizeof *cookie);
  auto answer = socket.exchange(request.bytes(), [](const View&) {});
  if (!answer) return answer.error();
  const auto what = "resetting " + format(key.local) + " -> " + format(key.remote);
  switch (answer->code) {
    case 0:
      return {};
    case ENOENT:
    case ESTALE:
      return refusal(ErrorKind::not_found, *answer, what);
    case EOPNOTSUPP:
      return refusal(ErrorKind::not_supported, *answer, what);
    default:
      return refusal(*answer, what);
  }
}

}  // namespace mptcp::netlink

// SPDX-License-Identifier: MIT
#include <climits>

#include "path_control.h"

static_assert(sizeof(mptcp_subflow_ref_t) == 64);
static_assert(sizeof(mptcp_open_request_t) == 80);
static_assert(sizeof(mptcp_announce_request_t) == 48);
static_assert(sizeof(mptcp_announcement_t) == 36);

namespace mptcp::c {
namespace {

// Descriptors are themselves; a token has a bit above every descriptor.
constexpr mptcp_connection_ref_t token_mark = mptcp_connection_ref_t{1} << 32;

template <class Field>
Result<void> take_address(const mptcp_address_t& from, bool present, const char* what, Field& to) {
  if (!present) return {};
  auto address = from_c(from, what);
  if (!address) return address.error();
  to = *address;
  return {};
}

}  // namespace

Result<PathControl*> control_of(mptcp_path_control_t* handle) {
  if (auto given = require(handle, "path control"); !given) return given.error();
  return handle->control.get();
}

Result<ConnectionRef> from_c(mptcp_connection_ref_t connection) {
  if (connection >= token_mark && connection < 2 * token_mark) {
    return ConnectionRef(Token{static_cast<std::uint32_t>(connection)});
  }
  if (connection < 0 || connection > INT_MAX) {
    return invalid_argument(std::to_string(connection) + " is no connection");
  }
  return ConnectionRef(static_cast<int>(connection));
}

Result<SubflowRef> from_c(const mptcp_subflow_ref_t* which) {
  auto given = read_struct(which, "subflow");
  if (!given) return given.error();
  if (given->id != 0) return SubflowRef(SubflowId{given->id});
  AddressPair pair;
  auto local = take_address(given->local, true, "local address of the subflow", pair.local);
  if (!local) return local.error();
  auto remote = take_address(given->remote, true, "remote address of the subflow", pair.remote);
  if (!remote) return remote.error();
  return SubflowRef(pair);
}

Result<OpenRequest> from_c(const mptcp_open_request_t* request) {
  constexpr std::uint64_t known = LIBMPTCP_OPEN_HAS_LOCAL | LIBMPTCP_OPEN_HAS_REMOTE |
                                  LIBMPTCP_OPEN_HAS_INTERFACE | LIBMPTCP_OPEN_HAS_LOCAL_ID |
                                  LIBMPTCP_OPEN_HAS_REMOTE_ID;
  auto given = read_struct(request, "request");
  if (!given) return given.error();
  if (auto valid = require_flags(given->present, known, "present"); !valid) return valid.error();
  auto priority = enumerator(given->priority, Priority::backup, "priority");
  if (!priority) return priority.error();
  const auto has = [&](std::uint64_t bit) { return (given->present & bit) != 0; };

  OpenRequest out;
  out.priority = *priority;
  auto local = take_address(given->local, has(LIBMPTCP_OPEN_HAS_LOCAL), "local address", out.local);
  if (!local) return local.error();
  auto remote =
      take_address(given->remote, has(LIBMPTCP_OPEN_HAS_REMOTE), "remote address", out.remote);
  if (!remote) return remote.error();
  if (has(LIBMPTCP_OPEN_HAS_INTERFACE)) out.interface = InterfaceIndex{given->interface_index};
  if (has(LIBMPTCP_OPEN_HAS_LOCAL_ID)) out.local_id = AddressId{given->local_id};
  if (has(LIBMPTCP_OPEN_HAS_REMOTE_ID)) out.remote_id = AddressId{given->remote_id};
  return out;
}

Result<AnnounceRequest> from_c(const mptcp_announce_request_t* request) {
  constexpr std::uint64_t known = LIBMPTCP_ANNOUNCE_HAS_ID | LIBMPTCP_ANNOUNCE_HAS_INTERFACE;
  auto given = read_struct(request, "request");
  if (!given) return given.error();
  if (auto valid = require_flags(given->present, known, "present"); !valid) return valid.error();
  AnnounceRequest out;
  auto address = take_address(given->address, true, "address to announce", out.address);
  if (!address) return address.error();
  if (given->present & LIBMPTCP_ANNOUNCE_HAS_ID) out.id = AddressId{given->id};
  if (given->present & LIBMPTCP_ANNOUNCE_HAS_INTERFACE) {
    out.interface = InterfaceIndex{given->interface_index};
  }
  return out;
}

mptcp_announcement_t to_c(const Announcement& announcement) {
  mptcp_announcement_t out{};
  out.id = number(announcement.id);
  out.address = to_c(announcement.address);
  return out;
}

}  // namespace mptcp::c

mptcp_connection_ref_t mptcp_connection_from_token(uint32_t token) {
  return mptcp::c::token_mark | token;
}

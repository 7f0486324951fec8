// SPDX-License-Identifier: MIT
#include "path_control.h"

static_assert(sizeof(mptcp_endpoint_t) == 44);
static_assert(sizeof(mptcp_limits_t) == 12);

namespace mptcp::c {

static mptcp_endpoint_t to_c(const Endpoint& endpoint) {
  mptcp_endpoint_t out{};
  out.id = number(endpoint.id);
  out.address = to_c(endpoint.address);
  out.interface_index = number(endpoint.interface);
  out.flags = endpoint.flags;
  return out;
}

static Result<Endpoint> from_c(const mptcp_endpoint_t* endpoint) {
  auto given = read_struct(endpoint, "endpoint");
  if (!given) return given.error();
  auto id = address_id(given->id);
  if (!id) return id.error();
  auto address = c::from_c(given->address, "address of the endpoint");
  if (!address) return address.error();
  return Endpoint{*id, *address, InterfaceIndex{given->interface_index}, given->flags};
}

}  // namespace mptcp::c

using namespace mptcp;

int mptcp_endpoint_list(mptcp_path_control_t* handle, mptcp_endpoint_t* endpoints,
                        size_t endpoint_size, size_t capacity, size_t* total,
                        mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    auto array =
        c::OutputArray<mptcp_endpoint_t>::of(endpoints, endpoint_size, capacity, "endpoints");
    if (!array) return array.error();
    auto found = (*control)->list_endpoints();
    if (!found) return found.error();
    const std::size_t fitting = std::min(capacity, found->size());
    for (std::size_t i = 0; i < fitting; ++i) array->put(i, c::to_c((*found)[i]));
    if (total) *total = found->size();
    return static_cast<int>(fitting);
  });
}

int mptcp_endpoint_add(mptcp_path_control_t* handle, const mptcp_endpoint_t* endpoint,
                       mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    auto wanted = c::from_c(endpoint);
    if (!wanted) return wanted.error();
    auto id = (*control)->add_endpoint(*wanted);
    if (!id) return id.error();
    return number(*id);
  });
}

int mptcp_endpoint_change(mptcp_path_control_t* handle, uint32_t id, uint32_t flags,
                          mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    auto which = c::address_id(id);
    if (!which) return which.error();
    return (*control)->change_endpoint(*which, flags);
  });
}

int mptcp_endpoint_remove(mptcp_path_control_t* handle, uint32_t id, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    auto which = c::address_id(id);
    if (!which) return which.error();
    return (*control)->remove_endpoint(*which);
  });
}

int mptcp_endpoint_flush(mptcp_path_control_t* handle, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    return (*control)->flush_endpoints();
  });
}

int mptcp_limits_get(mptcp_path_control_t* handle, mptcp_limits_t* out, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    if (auto valid = c::require_output(out, "limits"); !valid) return valid;
    auto limits = (*control)->limits();
    if (!limits) return limits.error();
    c::write_struct(out, mptcp_limits_t{0, limits->add_addr_accepted, limits->subflows});
    return {};
  });
}

int mptcp_limits_set(mptcp_path_control_t* handle, const mptcp_limits_t* limits,
                     mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto control = c::control_of(handle);
    if (!control) return control.error();
    auto given = c::read_struct(limits, "limits");
    if (!given) return given.error();
    return (*control)->set_limits(Limits{given->add_addr_accepted, given->subflows});
  });
}

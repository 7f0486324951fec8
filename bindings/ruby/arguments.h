// SPDX-License-Identifier: MIT
//
// From Ruby to C++: what a method was given.  Each raises when it is not what it should be, and
// answers with a value that has nothing to destroy (boundary.h says why).
#pragma once

#include <ruby.h>

#include <optional>
#include <string_view>

#include <mptcp/base.h>
#include <mptcp/paths.h>

namespace mptcp::ruby {

// An IO, whatever has to_io, or the number itself.  IOError when it is closed.
int read_descriptor(VALUE socket);
// The same, or a Token.
ConnectionRef read_connection(VALUE connection);
// A Subflow, its id, or a pair of addresses.
SubflowRef read_subflow(VALUE subflow);
// An Addrinfo, or text as parse_address() reads it.
Address read_address(VALUE address);
// AF_INET or AF_INET6.
Family read_family(VALUE family);
std::optional<Address> read_optional_address(VALUE address);
AddressId read_address_id(VALUE id);
std::optional<AddressId> read_optional_address_id(VALUE id);
// A name or an index, or nil.
std::optional<InterfaceIndex> read_interface(VALUE interface);
// Seconds from now, at least 0.
Deadline read_deadline(VALUE seconds);
std::chrono::milliseconds read_milliseconds(VALUE seconds);
// Valid as long as the string is.
std::string_view read_text(VALUE text);

}  // namespace mptcp::ruby

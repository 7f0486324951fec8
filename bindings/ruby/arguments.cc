// SPDX-License-Identifier: MIT
#include "arguments.h"

#include <net/if.h>
#include <ruby/io.h>
#include <sys/socket.h>

#include "boundary.h"
#include "token.h"
#include "value.h"

namespace mptcp::ruby {
namespace {

// For errors that were made in C++, where Ruby code may raise: the value, or its exception.
template <class T, class Make>
T make_or_raise(Make make) {
  T made{};
  boundary([&] {
    made = make().value();
    return Qnil;
  });
  return made;
}

double read_seconds(VALUE seconds) {
  const double value = NUM2DBL(seconds);
  if (!(value >= 0)) refuse("a time is a number of seconds, at least 0");
  // Farther than anybody waits, and near enough to be counted in nanoseconds.
  constexpr double ten_years = 10 * 365.25 * 86400;
  return value < ten_years ? value : ten_years;
}

long read_number(VALUE number, const char* what, long most) {
  const long value = NUM2LONG(number);
  if (value < 0 || value > most) {
    refuse("%s is a number from 0 to %ld, not %ld", what, most, value);
  }
  return value;
}

}  // namespace

int read_descriptor(VALUE socket) {
  if (RB_FIXNUM_P(socket)) return FIX2INT(socket);
  if (!RB_TYPE_P(socket, T_FILE)) socket = rb_io_get_io(socket);
  return rb_io_descriptor(socket);
}

ConnectionRef read_connection(VALUE connection) {
  if (Value<TokenValue>::is(connection)) return Value<TokenValue>::of(connection).token;
  return read_descriptor(connection);
}

SubflowRef read_subflow(VALUE subflow) {
  if (Value<Subflow>::is(subflow)) {
    const Subflow& known = Value<Subflow>::of(subflow);
    if (known.id != SubflowId{}) return known.id;
    return AddressPair{known.local, known.remote};
  }
  if (RB_INTEGER_TYPE_P(subflow)) {
    return SubflowId(
        static_cast<std::uint32_t>(read_number(subflow, "a subflow's id", 0xffffffffL)));
  }
  const VALUE pair = rb_check_array_type(subflow);
  if (NIL_P(pair) || RARRAY_LEN(pair) != 2) {
    rb_raise(rb_eTypeError, "a subflow is a Subflow, its id, or [local, remote], not %+" PRIsVALUE,
             subflow);
  }
  const Address local = read_address(rb_ary_entry(pair, 0));
  return AddressPair{local, read_address(rb_ary_entry(pair, 1))};
}

Address read_address(VALUE address) {
  if (!RB_TYPE_P(address, T_STRING)) {
    const VALUE packed = rb_check_funcall(address, rb_intern("to_sockaddr"), 0, nullptr);
    if (!RB_TYPE_P(packed, T_STRING)) {
      rb_raise(rb_eTypeError, "an address is an Addrinfo or a String, not %+" PRIsVALUE, address);
    }
    return make_or_raise<Address>([&] {
      // The string's bytes may lie at an odd place.
      sockaddr_storage aligned{};
      const auto length = std::min<std::size_t>(RSTRING_LEN(packed), sizeof aligned);
      memcpy(&aligned, RSTRING_PTR(packed), length);
      return from_sockaddr(reinterpret_cast<const sockaddr*>(&aligned),
                           static_cast<socklen_t>(length));
    });
  }
  return make_or_raise<Address>([&] { return parse_address(read_text(address)); });
}

Family read_family(VALUE family) {
  if (family == INT2FIX(AF_INET)) return Family::v4;
  if (family == INT2FIX(AF_INET6)) return Family::v6;
  refuse("a family is :INET or :INET6");
}

std::optional<Address> read_optional_address(VALUE address) {
  if (NIL_P(address)) return std::nullopt;
  return read_address(address);
}

AddressId read_address_id(VALUE id) {
  return AddressId(static_cast<std::uint8_t>(read_number(id, "an address id", 255)));
}

std::optional<AddressId> read_optional_address_id(VALUE id) {
  if (NIL_P(id)) return std::nullopt;
  return read_address_id(id);
}

std::optional<InterfaceIndex> read_interface(VALUE interface) {
  if (NIL_P(interface)) return std::nullopt;
  if (!RB_TYPE_P(interface, T_STRING)) {
    return InterfaceIndex(
        static_cast<std::uint32_t>(read_number(interface, "an interface's index", 0x7fffffffL)));
  }
  const unsigned index = ::if_nametoindex(StringValueCStr(interface));
  if (index == 0) refuse("there is no interface \"%" PRIsVALUE "\"", interface);
  return InterfaceIndex(index);
}

Deadline read_deadline(VALUE seconds) {
  return Deadline::after(std::chrono::duration_cast<Deadline::Clock::duration>(
      std::chrono::duration<double>(read_seconds(seconds))));
}

std::chrono::milliseconds read_milliseconds(VALUE seconds) {
  return std::chrono::ceil<std::chrono::milliseconds>(
      std::chrono::duration<double>(read_seconds(seconds)));
}

std::string_view read_text(VALUE text) {
  StringValue(text);
  return {RSTRING_PTR(text), static_cast<std::size_t>(RSTRING_LEN(text))};
}

}  // namespace mptcp::ruby

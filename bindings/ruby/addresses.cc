// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <ruby/encoding.h>
#include <sys/socket.h>

#include "boundary.h"
#include "token.h"
#include "value.h"

namespace mptcp::ruby {
namespace {

VALUE addrinfo_class = Qnil;

VALUE new_token(VALUE, VALUE number) {
  const unsigned long value = NUM2ULONG(number);
  if (value == 0 || value > 0xffffffffUL) {
    refuse("a token is a number from 1 to 0xffffffff");
  }
  return Value<TokenValue>::make({Token(static_cast<std::uint32_t>(value))});
}

Made to_i(const TokenValue& value) { return {ULONG2NUM(number(value.token))}; }
Made to_s(const TokenValue& value) { return {rb_sprintf("0x%08x", number(value.token))}; }

}  // namespace

// The program sees IPv4 where the kernel keeps ::ffff:a.b.c.d; the core finds the kernel's form
// again by itself.
VALUE to_ruby(const Address& address) {
  sockaddr_storage storage;
  Address shown = address;
  shown.mapped = false;
  const socklen_t length = to_sockaddr(shown, storage);
  const VALUE arguments[] = {
      rb_str_new(reinterpret_cast<const char*>(&storage), static_cast<long>(length)),
      INT2FIX(storage.ss_family), INT2FIX(SOCK_STREAM), INT2FIX(IPPROTO_TCP)};
  return rb_class_new_instance(4, arguments, addrinfo_class);
}

VALUE to_ruby(std::string_view text) {
  return rb_str_freeze(rb_utf8_str_new(text.data(), static_cast<long>(text.size())));
}

VALUE to_ruby(Token token) { return token == Token{} ? Qnil : Value<TokenValue>::make({token}); }

void define_addresses() {
  addrinfo_class = rb_const_get(rb_cObject, rb_intern("Addrinfo"));
  rb_gc_register_mark_object(addrinfo_class);

  using Class = Value<TokenValue>;
  Class::define("Token");
  Class::field<to_i>("to_i");
  Class::method<to_s>("to_s");
  Class::end();
  rb_define_singleton_method(Class::ruby_class(), "new", new_token, 1);
}

}  // namespace mptcp::ruby

// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <ruby/encoding.h>
#include <ruby/ractor.h>
#include <sys/socket.h>

#include <cstring>

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

namespace {

// The same few addresses are read over and over, and to make an Addrinfo takes longer than all else
// in a subflow: so each Ractor keeps those that it made last, frozen, an address in one place.
class RecentAddresses {
 public:
  static RecentAddresses& of_this_ractor() {
    void* found = rb_ractor_local_storage_ptr(key_);
    if (!found) {
      found = new RecentAddresses;
      rb_ractor_local_storage_ptr_set(key_, found);
    }
    return *static_cast<RecentAddresses*>(found);
  }
  static void prepare() { key_ = rb_ractor_local_storage_ptr_newkey(&type_); }

  VALUE find(const Address& address) {
    Place& place = places_[hash(address) % places];
    if (place.addrinfo != Qfalse && is_same(place.address, address)) return place.addrinfo;
    const VALUE made = make(address);
    place = {address, made};
    return made;
  }

 private:
  struct Place {
    Address address;
    VALUE addrinfo = Qfalse;
  };
  static constexpr std::size_t places = 512;

  static std::size_t hash(const Address& address) {
    std::uint64_t halves[2];
    std::memcpy(halves, address.bytes.data(), sizeof halves);
    const std::uint64_t mixed =
        (halves[0] ^ (halves[1] << 7) ^ number(address.port)) * 0x9e3779b97f4a7c15U;
    return static_cast<std::size_t>(mixed >> 48);
  }
  // Stricter than ==, to which no scope is any.
  static bool is_same(const Address& a, const Address& b) { return a == b && a.scope == b.scope; }
  static VALUE make(const Address& address);
  static void mark(void* held) {
    for (const Place& place : static_cast<RecentAddresses*>(held)->places_) {
      rb_gc_mark(place.addrinfo);
    }
  }
  static void destroy(void* held) { delete static_cast<RecentAddresses*>(held); }

  inline static rb_ractor_local_key_t key_;
  inline static const rb_ractor_local_storage_type type_ = {mark, destroy};
  Place places_[places];
};

// The program sees IPv4 where the kernel keeps ::ffff:a.b.c.d; the core finds the kernel's form
// again by itself.
VALUE RecentAddresses::make(const Address& address) {
  sockaddr_storage storage;
  Address shown = address;
  shown.mapped = false;
  const socklen_t length = to_sockaddr(shown, storage);
  const VALUE arguments[] = {
      rb_str_new(reinterpret_cast<const char*>(&storage), static_cast<long>(length)),
      INT2FIX(storage.ss_family), INT2FIX(SOCK_STREAM), INT2FIX(IPPROTO_TCP)};
  return rb_obj_freeze(rb_class_new_instance(4, arguments, addrinfo_class));
}

}  // namespace

VALUE to_ruby(const Address& address) { return RecentAddresses::of_this_ractor().find(address); }

VALUE to_ruby(std::string_view text) {
  return rb_str_freeze(rb_utf8_str_new(text.data(), static_cast<long>(text.size())));
}

VALUE to_ruby(Token token) { return token == Token{} ? Qnil : Value<TokenValue>::make({token}); }

void define_addresses() {
  RecentAddresses::prepare();
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

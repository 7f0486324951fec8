// SPDX-License-Identifier: MIT
//
// Handle<T> is a hidden Ruby class whose objects own a T, which works in the background and must be
// closed.  The Ruby part closes it; the garbage collector is the net below.
#pragma once

#include <ruby.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "boundary.h"
#include "module.h"

namespace mptcp::ruby {

// After fork(): the child may use it too, and the T itself knows whose it is to end; or it stays
// the parent's alone, and the child neither uses nor ends it.
enum class AfterFork { shared, the_parents };

template <class T, AfterFork after_fork = AfterFork::the_parents>
class Handle {
 public:
  static VALUE define(const char* name, const char* words) {
    type_.wrap_struct_name = words;
    class_ = rb_define_class_under(native_module(), name, rb_cObject);
    rb_gc_register_mark_object(class_);
    rb_undef_alloc_func(class_);
    rb_undef_method(CLASS_OF(class_), "new");
    rb_define_method(class_, "close", close, 0);
    return class_;
  }

  static VALUE make(std::unique_ptr<T> owned) {
    const VALUE self =
        protect([] { return rb_data_typed_object_zalloc(class_, sizeof(Held), &type_); });
    new (RTYPEDDATA_DATA(self)) Held{std::move(owned), ::getpid()};
    return self;
  }

  // IOError when it was closed, ArgumentError when it is the parent's.
  static T& of(VALUE self) {
    Held& held = held_by(self);
    if (!is_ours(held)) {
      refuse("the %s belongs to process %d: after fork() open another", words(), held.process);
    }
    if (!held.owned) rb_raise(rb_eIOError, "the %s was closed", words());
    return *held.owned;
  }

 private:
  struct Held {
    std::unique_ptr<T> owned;
    pid_t process;
  };

  static Held& held_by(VALUE self) { return *static_cast<Held*>(rb_check_typeddata(self, &type_)); }
  static bool is_ours(const Held& held) {
    return after_fork == AfterFork::shared || held.process == ::getpid();
  }
  static const char* words() { return type_.wrap_struct_name; }
  // In a child, a destructor would end what is the parent's.
  static std::unique_ptr<T> take(Held& held) {
    if (!is_ours(held)) (void)held.owned.release();
    return std::move(held.owned);
  }

  static VALUE close(VALUE self) {
    return boundary([self] {
      std::unique_ptr<T> last = take(held_by(self));
      offload([&] { return last.reset(), true; });
      return Qnil;
    });
  }
  static void destroy(void* pointer) {
    auto* held = static_cast<Held*>(pointer);
    take(*held).reset();
    held->~Held();
    ruby_xfree(held);
  }
  static size_t size_of(const void*) { return sizeof(Held) + sizeof(T); }

  inline static rb_data_type_t type_ = {
      .function = {.dmark = nullptr, .dfree = destroy, .dsize = size_of},
      .flags = RUBY_TYPED_FREE_IMMEDIATELY};
  inline static VALUE class_ = Qnil;
};

}  // namespace mptcp::ruby

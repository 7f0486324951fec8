// SPDX-License-Identifier: MIT
//
// Value<T> is a Ruby class whose objects each hold a T of C++, frozen, and so fit to be shared by
// Ractors.  A field becomes a Ruby object when it is read and not before: what nobody asks for
// costs nothing.
//
//   Value<Subflow>::define("Subflow");
//   Value<Subflow>::field<&Subflow::id>("id");
//   VALUE subflow = Value<Subflow>::make(it);
#pragma once

#include <ruby.h>

#include <type_traits>

#include "conversions.h"
#include "module.h"

namespace mptcp::ruby {

template <class T>
class Value {
 public:
  static void define(const char* name, VALUE under = mptcp_module()) {
    type_.wrap_struct_name = name;
    class_ = rb_define_class_under(under, name, rb_cObject);
    rb_gc_register_mark_object(class_);
    rb_undef_alloc_func(class_);
    rb_undef_method(CLASS_OF(class_), "new");
    members_ = rb_ary_new();
    rb_define_const(class_, "MEMBERS", members_);
  }
  static void end() { rb_obj_freeze(members_); }

  // A field read by a member of T, or by a function of T.
  template <auto Read>
  static void field(const char* name) {
    method<Read>(name);
    rb_ary_push(members_, ID2SYM(rb_intern(name)));
  }
  // The same, but no part of to_h and of comparisons.
  template <auto Read>
  static void method(const char* name) {
    rb_define_method(class_, name, read<Read>, 0);
  }

  static VALUE make(const T& value) {
    const VALUE self = rb_data_typed_object_zalloc(class_, sizeof(T), &type_);
    new (RTYPEDDATA_DATA(self)) T(value);
    RB_OBJ_FREEZE(self);
    return self;
  }
  static bool is(VALUE object) { return rb_typeddata_is_kind_of(object, &type_) != 0; }
  static const T& of(VALUE object) {
    return *static_cast<const T*>(rb_check_typeddata(object, &type_));
  }
  static VALUE ruby_class() { return class_; }

 private:
  template <auto Read>
  static VALUE read(VALUE self) {
    if constexpr (std::is_member_object_pointer_v<decltype(Read)>) {
      return to_ruby(of(self).*Read);
    } else {
      return to_ruby(Read(of(self)));
    }
  }
  static void destroy(void* held) {
    static_cast<T*>(held)->~T();
    ruby_xfree(held);
  }
  static size_t size_of(const void*) { return sizeof(T); }

  inline static rb_data_type_t type_ = {
      .function = {.dmark = nullptr, .dfree = destroy, .dsize = size_of},
      .flags = RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_FROZEN_SHAREABLE};
  inline static VALUE class_ = Qnil;
  inline static VALUE members_ = Qnil;
};

// What a struct of C++ is in Ruby, when it has a class there.
template <class T>
requires std::is_class_v<T> VALUE to_ruby(const T& value) { return Value<T>::make(value); }

}  // namespace mptcp::ruby

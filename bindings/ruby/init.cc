// SPDX-License-Identifier: MIT
#include <ruby.h>

#include "module.h"

namespace mptcp::ruby {
namespace {

VALUE modules[3];

VALUE define_under(VALUE parent, const char* name) {
  const VALUE it = rb_define_module_under(parent, name);
  rb_gc_register_mark_object(it);
  return it;
}

}  // namespace

VALUE mptcp_module() { return modules[0]; }
VALUE native_module() { return modules[1]; }
VALUE lab_class() { return modules[2]; }

static void define_everything() {
  modules[0] = rb_define_module("MPTCP");
  rb_gc_register_mark_object(modules[0]);
  modules[1] = define_under(modules[0], "Native");
  modules[2] = rb_define_class_under(modules[0], "Lab", rb_cObject);
  rb_gc_register_mark_object(modules[2]);
  rb_define_const(modules[0], "VERSION", rb_obj_freeze(rb_utf8_str_new_cstr(LIBMPTCP_VERSION)));

  define_words();
  define_addresses();
  define_tcp_info();
  define_connection_values();
  define_connection();
  define_capabilities();
  define_path_values();
  define_path_control();
  define_event_stream();
  define_lab_values();
  define_lab();
}

}  // namespace mptcp::ruby

extern "C" {
RUBY_FUNC_EXPORTED void Init_native(void) {
#ifdef HAVE_RB_EXT_RACTOR_SAFE
  rb_ext_ractor_safe(true);
#endif
  mptcp::ruby::define_everything();
}
}

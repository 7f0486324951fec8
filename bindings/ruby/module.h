// SPDX-License-Identifier: MIT
//
// The modules that the extension defines things in, and what each file of it defines.
#pragma once

#include <ruby.h>

namespace mptcp::ruby {

VALUE mptcp_module();   // MPTCP: what users see
VALUE native_module();  // MPTCP::Native: for the Ruby part alone
VALUE lab_class();      // MPTCP::Lab: its values are beneath it

// Called once, in this order, when the extension is loaded.
void define_words();
void define_addresses();
void define_tcp_info();
void define_connection_values();
void define_connection();
void define_capabilities();
void define_path_values();
void define_path_control();
void define_event_stream();
void define_lab_values();
void define_lab();

}  // namespace mptcp::ruby

// SPDX-License-Identifier: MIT
//
// The Java class `Native`, package-private: the C ABI function by function, under its own names.
// A struct crosses as a byte[] of the struct's own layout, which Java learns from the constants
// at the end; a handle as a long; a handle or number that is made, in a long[1].  A failure
// throws what the class Failures makes of it.  What is no function of the C ABI, or would cross
// several times where once will do, is hand-written (lists.cc, descriptors.cc) and declared here.
%module Native

%{
#include "gate.h"
namespace java = mptcp::java;
%}

%pragma(java) moduleclassmodifiers="final class"
%pragma(java) jniclassclassmodifiers="final class"
%pragma(java) jniclasscode=%{
  static {
    NativeLibrary.load();
  }
%}
%pragma(java) modulecode=%{
  static {
    NativeLibrary.load();
  }

  // lists.cc: arrays of structs, as long as they need to be.
  static native byte[] subflows(int fd, int depth) throws java.io.IOException;
  static native byte[] listedSubflows(long list, int index) throws java.io.IOException;
  static native byte[] endpoints(long control) throws java.io.IOException;
  static native byte[] capabilities() throws java.io.IOException;
  static native byte[] events(long stream, int atMost) throws java.io.IOException;
  static native byte[] labNames() throws java.io.IOException;
  static native byte[] labHosts(long lab) throws java.io.IOException;
  static native byte[] labPaths(long lab) throws java.io.IOException;
  // A completion, a subflow, an announcement and an error, one after another; null when nothing
  // is finished.
  static native byte[] completion(long control) throws java.io.IOException;
  static native String formatAddress(byte[] address) throws java.io.IOException;
  static native long openProcess(long lab, byte[] host, byte[][] arguments, int input, int output,
      int errorOutput) throws java.io.IOException;

  // descriptors.cc: what the JDK keeps behind its objects; -1 where there is nothing yet.
  static native String missingInJdk();
  static native int ofSocket(java.net.Socket socket);
  static native int ofServerSocket(java.net.ServerSocket socket);
  static native int ofChannel(java.nio.channels.Channel channel);
  // Both steps at once, for the question that is asked most.
  static native int statusOfChannel(java.nio.channels.Channel channel) throws java.io.IOException;
  static native int ofFileDescriptor(java.io.FileDescriptor descriptor);
  static native java.net.Socket layeredSocket(java.net.Socket ssl);
  static native Object defaultSelectorProvider();
  // Makes the number `to` another name of what `from` is; returns whether it did.
  static native boolean duplicateOnto(int from, int to);
  static native void closeDescriptor(int fd);
%}

%include "enumsimple.swg"
%javaconst(1);

// --- plain values ------------------------------------------------------------------------------

%apply long long { int64_t, mptcp_connection_ref_t, uint64_t };
%apply int { int32_t, uint32_t, uint16_t, uint8_t };

// A zero-terminated UTF-8 text.
%typemap(jni) const char *TEXT "jbyteArray"
%typemap(jtype) const char *TEXT "byte[]"
%typemap(jstype) const char *TEXT "byte[]"
%typemap(javain) const char *TEXT "$javainput"
%typemap(in, noblock=1) const char *TEXT (java::Text storage) {
  $1 = const_cast<$1_ltype>(storage.of(jenv, $input));
}
%typemap(freearg) const char *TEXT ""
%apply const char *TEXT {
  const char *text, const char *name, const char *host, const char *path, const char *words,
  const char *from, const char *to, const char *path_manager, const char *congestion_control,
  const char *value
};

// --- failures ----------------------------------------------------------------------------------

%typemap(in, numinputs=0, noblock=1) mptcp_error_t *error
    (mptcp_error_t storage) { $1 = &storage; }
%typemap(argout, noblock=1, throws="java.io.IOException") mptcp_error_t *error {
  if (result < 0) {
    java::raise(jenv, *$1);
    return $null;
  }
}

// --- handles -----------------------------------------------------------------------------------

%typemap(jni) HANDLE * "jlong"
%typemap(jtype) HANDLE * "long"
%typemap(jstype) HANDLE * "long"
%typemap(javain) HANDLE * "$javainput"
%typemap(in, noblock=1) HANDLE * { $1 = reinterpret_cast<$1_ltype>($input); }

%typemap(jni) MADE * "jlongArray"
%typemap(jtype) MADE * "long[]"
%typemap(jstype) MADE * "long[]"
%typemap(javain) MADE * "$javainput"
%typemap(in, noblock=1) MADE * ($*1_ltype storage) { $1 = &storage; }
%typemap(argout, noblock=1) MADE * {
  if (result >= 0) java::hand_out(jenv, $input, reinterpret_cast<jlong>(*$1));
}

%define %handle(TYPE)
%apply HANDLE * { TYPE *, const TYPE * };
%apply MADE * { TYPE ** };
%enddef

%handle(mptcp_path_control_t)
%handle(mptcp_event_stream_t)
%handle(mptcp_connection_list_t)
%handle(mptcp_lab_spec_t)
%handle(mptcp_lab_t)
%handle(mptcp_host_scope_t)
%handle(mptcp_process_t)
%typemap(jni) uint64_t *operation "jlongArray"
%typemap(jtype) uint64_t *operation "long[]"
%typemap(jstype) uint64_t *operation "long[]"
%typemap(javain) uint64_t *operation "$javainput"
%typemap(in, noblock=1) uint64_t *operation (uint64_t storage) { $1 = &storage; }
%typemap(argout, noblock=1) uint64_t *operation {
  if (result >= 0) java::hand_out(jenv, $input, static_cast<jlong>(*$1));
}

// --- structs -----------------------------------------------------------------------------------

// Given as const: copied in.  Not const: copied out, when the call succeeds and it is not null.
%typemap(jni) PACKED * "jbyteArray"
%typemap(jtype) PACKED * "byte[]"
%typemap(jstype) PACKED * "byte[]"
%typemap(javain) PACKED * "$javainput"
%typemap(in, noblock=1) PACKED * ($*1_ltype storage) {
  $1 = $input ? java::sized(storage) : nullptr;
}
%typemap(argout, noblock=1) PACKED * {
  if (result >= 0 && $input) java::copy_out(jenv, *$1, $input);
}
%typemap(in, noblock=1) const PACKED * ($*1_ltype storage) {
  $1 = $input ? java::copy_in(jenv, $input, storage) : nullptr;
}
%typemap(argout) const PACKED * ""

%define %packed(NAME, TYPE)
%apply PACKED * { TYPE * };
%apply const PACKED * { const TYPE * };
%{
static const int NAME##_bytes = sizeof(TYPE);
%}
%constant int NAME##_SIZE = NAME##_bytes;
%enddef

%define %at(NAME, TYPE, FIELD)
%{
static const int NAME##_at = offsetof(TYPE, FIELD);
%}
%constant int NAME = NAME##_at;
%enddef

%javaconst(0);
%include "layout.i"
%javaconst(1);

// --- the C ABI ---------------------------------------------------------------------------------

// No proxies of structs, nothing with storage of the caller's.
%rename("$ignore", %$isclass) "";
%ignore mptcp_address_format;
%ignore mptcp_address_from_sockaddr;
%ignore mptcp_address_to_sockaddr;
%ignore mptcp_capability_list;
%ignore mptcp_connection_list_subflows;
%ignore mptcp_connection_list_get_subflows;
%ignore mptcp_endpoint_list;
%ignore mptcp_event_stream_read;
%ignore mptcp_lab_list;
%ignore mptcp_lab_list_hosts;
%ignore mptcp_lab_list_paths;
%ignore mptcp_path_control_process;
%ignore mptcp_process_open;
%ignore mptcp_process_open_with_streams;
// These wait, which native code under Java must not.
%ignore mptcp_subflow_open;
%ignore mptcp_subflow_close;
%ignore mptcp_subflow_prefer;
%ignore mptcp_address_announce;
%ignore mptcp_address_withdraw;
%ignore mptcp_path_control_wait;
%ignore mptcp_event_stream_wait;

%include <mptcp/c/base.h>
%include <mptcp/c/tcp_info.h>
%include <mptcp/c/connection.h>
%include <mptcp/c/paths.h>
%include <mptcp/c/events.h>
%include <mptcp/c/capabilities.h>
%include <mptcp/c/lab.h>

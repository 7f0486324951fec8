// SPDX-License-Identifier: MIT
//
// The functions of the C ABI that answer with as many structs as there are: each becomes one byte[]
// of them, so that a snapshot crosses at once, whatever its length.
#include <new>
#include <vector>

#include "gate.h"

namespace java = mptcp::java;

namespace {

// How many are fetched without allocating: what nearly everybody has.
template <class T>
constexpr std::size_t usual_count = std::max<std::size_t>(8, 8192 / sizeof(T));

// `fetch` is one of the ABI's functions that fill an array, its other arguments given.  What grew
// between two calls is fetched again.
template <class T, class Fetch>
jbyteArray list(JNIEnv* env, Fetch fetch) {
  mptcp_error_t error;
  T usual[usual_count<T>];
  std::size_t total = 0;
  int count = fetch(usual, usual_count<T>, &total, &error);
  if (count >= 0 && total <= usual_count<T>) {
    return java::to_array(env, usual, static_cast<std::size_t>(count) * sizeof(T));
  }
  try {
    std::vector<T> all;
    while (count >= 0 && total > all.size()) {
      all.resize(total + total / 4);
      count = fetch(all.data(), all.size(), &total, &error);
    }
    if (count >= 0) {
      return java::to_array(env, all.data(), static_cast<std::size_t>(count) * sizeof(T));
    }
  } catch (const std::bad_alloc&) {
    java::raise_out_of_memory(env);
    return nullptr;
  }
  java::raise(env, error);
  return nullptr;
}

template <class T>
T* handle(jlong number) {
  return reinterpret_cast<T*>(number);
}

// What mptcp_path_control_process hands out, as one.
struct Finished {
  mptcp_completion_t completion;
  mptcp_subflow_t subflow;
  mptcp_announcement_t announcement;
  mptcp_error_t failure;
};

}  // namespace

#define NATIVE(type, name) extern "C" JNIEXPORT type Java_io_github_libmptcp_Native_##name

NATIVE(jbyteArray, subflows)(JNIEnv* env, jclass, jint fd, jint depth) {
  return list<mptcp_subflow_t>(env, [&](auto* to, auto room, auto* total, auto* error) {
    return mptcp_connection_list_subflows(fd, depth, to, sizeof *to, room, total, error);
  });
}

NATIVE(jbyteArray, listedSubflows)(JNIEnv* env, jclass, jlong connections, jint index) {
  return list<mptcp_subflow_t>(env, [&](auto* to, auto room, auto* total, auto* error) {
    return mptcp_connection_list_get_subflows(handle<mptcp_connection_list_t>(connections),
                                              static_cast<std::size_t>(index), to, sizeof *to, room,
                                              total, error);
  });
}

NATIVE(jbyteArray, endpoints)(JNIEnv* env, jclass, jlong control) {
  return list<mptcp_endpoint_t>(env, [&](auto* to, auto room, auto* total, auto* error) {
    return mptcp_endpoint_list(handle<mptcp_path_control_t>(control), to, sizeof *to, room, total,
                               error);
  });
}

NATIVE(jbyteArray, capabilities)(JNIEnv* env, jclass) {
  return list<mptcp_capability_report_t>(env, [&](auto* to, auto room, auto* total, auto* error) {
    return mptcp_capability_list(to, sizeof *to, room, total, error);
  });
}

NATIVE(jbyteArray, labNames)(JNIEnv* env, jclass) {
  return list<mptcp_lab_name_t>(env, [&](auto* to, auto room, auto* total, auto* error) {
    return mptcp_lab_list(to, sizeof *to, room, total, error);
  });
}

NATIVE(jbyteArray, labHosts)(JNIEnv* env, jclass, jlong lab) {
  return list<mptcp_lab_name_t>(env, [&](auto* to, auto room, auto* total, auto* error) {
    return mptcp_lab_list_hosts(handle<mptcp_lab_t>(lab), to, sizeof *to, room, total, error);
  });
}

NATIVE(jbyteArray, labPaths)(JNIEnv* env, jclass, jlong lab) {
  return list<mptcp_lab_path_t>(env, [&](auto* to, auto room, auto* total, auto* error) {
    return mptcp_lab_list_paths(handle<mptcp_lab_t>(lab), to, sizeof *to, room, total, error);
  });
}

NATIVE(jbyteArray, events)(JNIEnv* env, jclass, jlong stream, jint at_most) {
  mptcp_event_t events[256];
  mptcp_error_t error;
  const auto room = std::min<std::size_t>(std::size(events), static_cast<std::size_t>(at_most));
  const int count = mptcp_event_stream_read(handle<mptcp_event_stream_t>(stream), events,
                                            sizeof events[0], room, &error);
  if (count >= 0)
    return java::to_array(env, events, static_cast<std::size_t>(count) * sizeof events[0]);
  java::raise(env, error);
  return nullptr;
}

NATIVE(jbyteArray, completion)(JNIEnv* env, jclass, jlong control) {
  Finished finished{};
  java::sized(finished.completion);
  java::sized(finished.subflow);
  java::sized(finished.announcement);
  mptcp_error_t error;
  const int count = mptcp_path_control_process(handle<mptcp_path_control_t>(control),
                                               &finished.completion, &finished.subflow,
                                               &finished.announcement, &finished.failure, &error);
  if (count > 0) return java::to_array(env, &finished, sizeof finished);
  if (count < 0) java::raise(env, error);
  return nullptr;
}

NATIVE(jstring, formatAddress)(JNIEnv* env, jclass, jbyteArray bytes) {
  mptcp_address_t address;
  java::copy_in(env, bytes, address);
  char text[LIBMPTCP_ADDRESS_TEXT_SIZE];
  mptcp_error_t error;
  if (mptcp_address_format(&address, text, sizeof text, &error) >= 0)
    return env->NewStringUTF(text);
  java::raise(env, error);
  return nullptr;
}

NATIVE(jlong, openProcess)
(JNIEnv* env, jclass, jlong lab, jbyteArray host, jobjectArray arguments, jint input, jint output,
 jint error_output) {
  try {
    std::vector<java::Text> texts(static_cast<std::size_t>(env->GetArrayLength(arguments)) + 1);
    std::vector<const char*> words;
    for (jsize i = 0; i + 1 < static_cast<jsize>(texts.size()); ++i) {
      const jobject word = env->GetObjectArrayElement(arguments, i);
      words.push_back(texts[static_cast<std::size_t>(i)].of(env, static_cast<jbyteArray>(word)));
      env->DeleteLocalRef(word);
    }
    words.push_back(nullptr);
    mptcp_process_t* process = nullptr;
    mptcp_error_t error;
    if (mptcp_process_open_with_streams(handle<mptcp_lab_t>(lab), texts.back().of(env, host),
                                        words.data(), input, output, error_output, &process,
                                        &error) >= 0) {
      return reinterpret_cast<jlong>(process);
    }
    java::raise(env, error);
  } catch (const std::bad_alloc&) {
    java::raise_out_of_memory(env);
  }
  return 0;
}

// SPDX-License-Identifier: MIT
//
// What crosses between Java and the C ABI, and how: texts and structs as byte[], what was made in a
// long[1], failures as exceptions.  The generated functions and the hand-written ones use it alike.
//
// No function here leaves a C++ exception or hides a Java one: after raise(), return at once.
#pragma once

#include <jni.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <mptcp/c.h>

namespace mptcp::java {

// Looks up what raise() needs; false with a Java exception pending when it is not there.
bool prepare(JNIEnv* env);

// Throws what io.github.libmptcp.Failures makes of it.
void raise(JNIEnv* env, const mptcp_error_t& error);
void raise_out_of_memory(JNIEnv* env);

// A byte[] of UTF-8 as C reads it; NULL for null.
class Text {
 public:
  const char* of(JNIEnv* env, jbyteArray bytes);

 private:
  std::string text_;
};

inline void hand_out(JNIEnv* env, jlongArray made, jlong value) {
  env->SetLongArrayRegion(made, 0, 1, &value);
}

// A new byte[], or NULL with OutOfMemoryError pending.
jbyteArray to_array(JNIEnv* env, const void* bytes, std::size_t size);

// --- structs ------------------------------------------------------------------------------

// Ready to be written by the library; what grows is told how large it is.
template <class T>
T* sized(T& storage) {
  storage = T{};
  if constexpr (requires { storage.size; }) storage.size = sizeof(T);
  return &storage;
}

template <class T>
T* copy_in(JNIEnv* env, jbyteArray from, T& storage) {
  storage = T{};
  const auto size = std::min<jsize>(env->GetArrayLength(from), sizeof(T));
  env->GetByteArrayRegion(from, 0, size, reinterpret_cast<jbyte*>(&storage));
  if constexpr (requires { storage.size; }) storage.size = sizeof(T);
  return &storage;
}

template <class T>
void copy_out(JNIEnv* env, const T& storage, jbyteArray to) {
  const auto size = std::min<jsize>(env->GetArrayLength(to), sizeof(T));
  env->SetByteArrayRegion(to, 0, size, reinterpret_cast<const jbyte*>(&storage));
}

}  // namespace mptcp::java

// SPDX-License-Identifier: MIT
#include "gate.h"

#include <cstring>

namespace mptcp::java {
namespace {

// Kept for as long as the library is loaded.
jclass failures = nullptr;
jmethodID failure_of = nullptr;

}  // namespace

bool prepare(JNIEnv* env) {
  const jclass found = env->FindClass("io/github/libmptcp/Failures");
  if (!found) return false;
  failures = static_cast<jclass>(env->NewGlobalRef(found));
  failure_of = env->GetStaticMethodID(failures, "of", "(II[B)Ljava/lang/Exception;");
  return failure_of != nullptr;
}

void raise(JNIEnv* env, const mptcp_error_t& error) {
  if (env->ExceptionCheck()) return;
  const jbyteArray message = to_array(env, error.message, std::strlen(error.message));
  if (!message) return;
  const jobject failure =
      env->CallStaticObjectMethod(failures, failure_of, error.kind, error.os_code, message);
  if (!env->ExceptionCheck()) env->Throw(static_cast<jthrowable>(failure));
}

void raise_out_of_memory(JNIEnv* env) {
  if (env->ExceptionCheck()) return;
  const jclass error = env->FindClass("java/lang/OutOfMemoryError");
  if (error) env->ThrowNew(error, "native memory");
}

const char* Text::of(JNIEnv* env, jbyteArray bytes) {
  if (!bytes) return nullptr;
  text_.resize(static_cast<std::size_t>(env->GetArrayLength(bytes)));
  env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(text_.size()),
                          reinterpret_cast<jbyte*>(text_.data()));
  return text_.c_str();
}

jbyteArray to_array(JNIEnv* env, const void* bytes, std::size_t size) {
  const auto length = static_cast<jsize>(size);
  const jbyteArray array = env->NewByteArray(length);
  if (array) env->SetByteArrayRegion(array, 0, length, static_cast<const jbyte*>(bytes));
  return array;
}

}  // namespace mptcp::java

extern "C" JNIEXPORT jint JNI_OnLoad(JavaVM* machine, void*) {
  JNIEnv* env = nullptr;
  if (machine->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
  return mptcp::java::prepare(env) ? JNI_VERSION_1_8 : JNI_ERR;
}

extern "C" JNIEXPORT jstring JNICALL Java_io_github_libmptcp_NativeLibrary_version(JNIEnv* env,
                                                                                   jclass) {
  return env->NewStringUTF(mptcp_version_string());
}

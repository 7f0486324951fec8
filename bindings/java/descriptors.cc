// SPDX-License-Identifier: MIT
//
// The descriptors behind the JDK's own objects.  JNI may read what Java code may not, on every JDK
// and without a flag; it only reads: the number stays the same when its socket becomes another.
//
// The names are the JDK's private ones, looked up once.  One that is missing makes what needs it
// answer -1, and missingInJdk() name it.
#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "gate.h"

namespace {

// Global: classes of the JDK itself, which are never unloaded.
struct Jdk {
  jfieldID socket_impl = nullptr;
  jfieldID server_socket_impl = nullptr;
  jclass delegating_impl = nullptr;
  jfieldID delegate = nullptr;
  jfieldID impl_descriptor = nullptr;
  jfieldID descriptor_number = nullptr;
  jclass channel = nullptr;
  jmethodID channel_number = nullptr;
  // A shorter way to the same number, for the channel that is asked most; not missed.
  jclass socket_channel = nullptr;
  jfieldID socket_channel_number = nullptr;
  std::string missing;
};

// Looks things up, and remembers by what name it looked in vain.
class Lookup {
 public:
  Lookup(JNIEnv* env, std::string& missing) : env_(env), missing_(missing) {}

  jclass type(const char* name) {
    const jclass found = env_->FindClass(name);
    return found ? static_cast<jclass>(env_->NewGlobalRef(found)) : (miss(name), nullptr);
  }
  jfieldID field(jclass type, const char* name, const char* signature) {
    const jfieldID found = type ? env_->GetFieldID(type, name, signature) : nullptr;
    if (!found) miss(std::string(name) + ' ' + signature);
    return found;
  }
  jfieldID field(const char* type_name, const char* name, const char* signature) {
    const jclass found = type(type_name);
    const jfieldID id = field(found, name, signature);
    if (found) env_->DeleteGlobalRef(found);
    return id;
  }
  jmethodID method(jclass type, const char* name, const char* signature) {
    const jmethodID found = type ? env_->GetMethodID(type, name, signature) : nullptr;
    if (!found) miss(std::string(name) + ' ' + signature);
    return found;
  }

 private:
  void miss(const std::string& name) {
    env_->ExceptionClear();
    missing_ += missing_.empty() ? name : ", " + name;
  }
  JNIEnv* env_;
  std::string& missing_;
};

Jdk look_up(JNIEnv* env) {
  Jdk jdk;
  Lookup find(env, jdk.missing);
  jdk.socket_impl = find.field("java/net/Socket", "impl", "Ljava/net/SocketImpl;");
  jdk.server_socket_impl = find.field("java/net/ServerSocket", "impl", "Ljava/net/SocketImpl;");
  jdk.delegating_impl = find.type("java/net/DelegatingSocketImpl");
  jdk.delegate = find.field(jdk.delegating_impl, "delegate", "Ljava/net/SocketImpl;");
  jdk.impl_descriptor = find.field("java/net/SocketImpl", "fd", "Ljava/io/FileDescriptor;");
  jdk.descriptor_number = find.field("java/io/FileDescriptor", "fd", "I");
  jdk.channel = find.type("sun/nio/ch/SelChImpl");
  jdk.channel_number = find.method(jdk.channel, "getFDVal", "()I");
  std::string not_missed;
  Lookup try_to_find(env, not_missed);
  jdk.socket_channel = try_to_find.type("sun/nio/ch/SocketChannelImpl");
  jdk.socket_channel_number = try_to_find.field(jdk.socket_channel, "fdVal", "I");
  return jdk;
}

const Jdk& jdk(JNIEnv* env) {
  static const Jdk found = look_up(env);
  return found;
}

jobject get(JNIEnv* env, jobject from, jfieldID field) {
  return from && field ? env->GetObjectField(from, field) : nullptr;
}

jint number_of(JNIEnv* env, jobject descriptor) {
  const Jdk& names = jdk(env);
  if (!descriptor || !names.descriptor_number) return -1;
  return env->GetIntField(descriptor, names.descriptor_number);
}

// A SocketImpl may stand before the one that has the descriptor.
jint descriptor_of(JNIEnv* env, jobject impl) {
  const Jdk& names = jdk(env);
  while (impl && names.delegating_impl && env->IsInstanceOf(impl, names.delegating_impl)) {
    impl = get(env, impl, names.delegate);
  }
  return number_of(env, get(env, impl, names.impl_descriptor));
}

jint descriptor_of_channel(JNIEnv* env, jobject channel) {
  const Jdk& names = jdk(env);
  if (names.socket_channel_number && env->IsInstanceOf(channel, names.socket_channel)) {
    return env->GetIntField(channel, names.socket_channel_number);
  }
  if (!names.channel_number || !env->IsInstanceOf(channel, names.channel)) return -1;
  return env->CallIntMethod(channel, names.channel_number);
}

}  // namespace

#define NATIVE(type, name) extern "C" JNIEXPORT type Java_io_github_libmptcp_Native_##name

NATIVE(jstring, missingInJdk)(JNIEnv* env, jclass) {
  const std::string& missing = jdk(env).missing;
  return missing.empty() ? nullptr : env->NewStringUTF(missing.c_str());
}

NATIVE(jint, ofSocket)(JNIEnv* env, jclass, jobject socket) {
  return descriptor_of(env, get(env, socket, jdk(env).socket_impl));
}

NATIVE(jint, ofServerSocket)(JNIEnv* env, jclass, jobject socket) {
  return descriptor_of(env, get(env, socket, jdk(env).server_socket_impl));
}

NATIVE(jint, ofChannel)(JNIEnv* env, jclass, jobject channel) {
  return descriptor_of_channel(env, channel);
}

NATIVE(jint, statusOfChannel)(JNIEnv* env, jclass, jobject channel) {
  const jint fd = descriptor_of_channel(env, channel);
  if (fd < 0) return -1;
  mptcp_error_t error;
  const int status = mptcp_connection_get_status(fd, &error);
  if (status < 0) mptcp::java::raise(env, error);
  return status;
}

NATIVE(jint, ofFileDescriptor)(JNIEnv* env, jclass, jobject descriptor) {
  return number_of(env, descriptor);
}

// The Socket under an SSLSocket of the JDK's own provider, or null.
NATIVE(jobject, layeredSocket)(JNIEnv* env, jclass, jobject ssl) {
  std::string missing;
  Lookup find(env, missing);
  const jclass type = find.type("sun/security/ssl/BaseSSLSocketImpl");
  const jfieldID self = find.field(type, "self", "Ljava/net/Socket;");
  const bool fits = type && env->IsInstanceOf(ssl, type);
  if (type) env->DeleteGlobalRef(type);
  return fits ? get(env, ssl, self) : nullptr;
}

NATIVE(jobject, defaultSelectorProvider)(JNIEnv* env, jclass) {
  const jclass type = env->FindClass("sun/nio/ch/DefaultSelectorProvider");
  if (!type) return nullptr;
  // Its type has been narrower and may be wider again.
  for (const char* signature :
       {"()Lsun/nio/ch/SelectorProviderImpl;", "()Ljava/nio/channels/spi/SelectorProvider;"}) {
    const jmethodID get = env->GetStaticMethodID(type, "get", signature);
    if (get) return env->CallStaticObjectMethod(type, get);
    env->ExceptionClear();
  }
  return nullptr;
}

NATIVE(jboolean, duplicateOnto)(JNIEnv*, jclass, jint from, jint to) {
  return ::dup3(from, to, O_CLOEXEC) == to ? JNI_TRUE : JNI_FALSE;
}

NATIVE(void, closeDescriptor)(JNIEnv*, jclass, jint fd) { ::close(fd); }

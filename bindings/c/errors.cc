// SPDX-License-Identifier: MIT
#include <cerrno>
#include <new>

#include "gate.h"

namespace mptcp::c {
namespace {

// What a kind returns, by error_kinds.def.
constexpr int codes[] = {
#define LIBMPTCP_ERROR_KIND(name, code) code,
#include <mptcp/error_kinds.def>
#undef LIBMPTCP_ERROR_KIND
};

int code_of(const Error& failure) noexcept {
  if (failure.kind == ErrorKind::system && failure.os_code > 0) return failure.os_code;
  return codes[static_cast<std::size_t>(failure.kind)];
}

void write_error(mptcp_error_t* error, ErrorKind kind, int os_code,
                 std::string_view message) noexcept {
  if (!error) return;
  error->kind = static_cast<std::int32_t>(kind);
  error->os_code = os_code;
  write_text(message, error->message, sizeof error->message);
}

}  // namespace

int fail(const Error& failure, mptcp_error_t* error) noexcept {
  write_error(error, failure.kind, failure.os_code, failure.message);
  return -code_of(failure);
}

int fail_by_exception(mptcp_error_t* error) noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    write_error(error, ErrorKind::system, ENOMEM, "out of memory");
    return -ENOMEM;
  } catch (const std::exception& exception) {
    write_error(error, ErrorKind::system, EIO, exception.what());
  } catch (...) {
    write_error(error, ErrorKind::system, EIO, "unknown exception");
  }
  return -EIO;
}

Error invalid_argument(std::string message) {
  return Error{ErrorKind::invalid_argument, 0, std::move(message)};
}

}  // namespace mptcp::c

using namespace mptcp;

const char* mptcp_error_kind_name(int kind) { return c::name_or_unknown(kind, ErrorKind::system); }

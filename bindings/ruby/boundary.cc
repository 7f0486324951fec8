// SPDX-License-Identifier: MIT
#include "boundary.h"

#include <ruby/encoding.h>
#include <ruby/thread.h>

#include <cstdarg>

#include "module.h"

namespace mptcp::ruby {

namespace {

VALUE build(std::string_view kind, int os_code, VALUE message) {
  const VALUE errors = rb_const_get(mptcp_module(), rb_intern("Error"));
  return rb_funcall(errors, rb_intern("build"), 3,
                    ID2SYM(rb_intern2(kind.data(), static_cast<long>(kind.size()))),
                    INT2NUM(os_code), message);
}

}  // namespace

VALUE make_exception(const Error& error) {
  return build(name(error.kind), error.os_code,
               rb_utf8_str_new(error.message.data(), static_cast<long>(error.message.size())));
}

namespace {

VALUE translate(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const Failure& failure) {
    return protect([&] { return make_exception(failure.error()); });
  } catch (const std::bad_alloc&) {
    return protect([] { return rb_exc_new_cstr(rb_eNoMemError, "failed to allocate memory"); });
  } catch (const std::exception& unexpected) {
    return protect([&] { return rb_exc_new_cstr(rb_eRuntimeError, unexpected.what()); });
  }
}

}  // namespace

void refuse(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const VALUE message = rb_vsprintf(format, arguments);
  va_end(arguments);
  rb_exc_raise(build(name(ErrorKind::invalid_argument), 0, message));
}

Departure depart(std::exception_ptr thrown) noexcept {
  try {
    return {.exception = translate(std::move(thrown))};
  } catch (const Raised& raised) {
    return {.state = raised.state};
  }
}

void leave(Departure departure) {
  if (departure.state != 0) rb_jump_tag(departure.state);
  rb_exc_raise(departure.exception);
}

void release_lock(void* (*work)(void*), void* argument) {
  rb_nogvl(work, argument, nullptr, nullptr, RB_NOGVL_INTR_FAIL);
}

void check_interrupts() {
  protect([] {
    rb_thread_check_ints();
    return Qnil;
  });
}

}  // namespace mptcp::ruby

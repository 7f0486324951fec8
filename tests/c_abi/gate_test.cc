// SPDX-License-Identifier: MIT
//
// The gate alone: what no real kernel can be made to say, and what later versions of structs do.
#include "gate.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <new>
#include <stdexcept>

namespace mptcp::c {
namespace {

// --- errors ---------------------------------------------------------------------------

struct KindCase {
  ErrorKind kind;
  const char* name;
  int code;
};

constexpr KindCase kinds[] = {
#define LIBMPTCP_ERROR_KIND(name, code) {ErrorKind::name, #name, code},
#include <mptcp/error_kinds.def>
#undef LIBMPTCP_ERROR_KIND
};

TEST(Gate, gives_every_kind_its_code_and_fills_the_record) {
  for (const KindCase& expected : kinds) {
    mptcp_error_t error{};
    const int returned = fail(Error{expected.kind, 0, "what was attempted"}, &error);
    EXPECT_EQ(returned, -expected.code) << expected.name;
    EXPECT_EQ(error.kind, static_cast<int>(expected.kind)) << expected.name;
    EXPECT_EQ(error.os_code, 0);
    EXPECT_STREQ(error.message, "what was attempted");
    EXPECT_STREQ(mptcp_error_kind_name(error.kind), expected.name);
  }
}

TEST(Gate, returns_the_systems_own_code_for_system_errors) {
  mptcp_error_t error{};
  EXPECT_EQ(fail(Error{ErrorKind::system, ECONNREFUSED, "refused"}, &error), -ECONNREFUSED);
  EXPECT_EQ(error.os_code, ECONNREFUSED);
  EXPECT_EQ(fail(Error{ErrorKind::not_found, ESRCH, "gone"}, &error), -ENOENT)
      << "a kind that callers act on keeps its own code";
  EXPECT_EQ(error.os_code, ESRCH);
}

TEST(Gate, needs_no_record) {
  EXPECT_EQ(fail(Error{ErrorKind::timed_out, 0, "late"}, nullptr), -ETIMEDOUT);
}

TEST(Gate, cuts_long_messages_at_the_end_of_a_character) {
  mptcp_error_t error;
  std::string message(LIBMPTCP_ERROR_MESSAGE_SIZE - 2, 'x');
  fail(Error{ErrorKind::system, EIO, message + "…"}, &error);
  EXPECT_EQ(error.message, message);
  fail(Error{ErrorKind::system, EIO, message + "yz"}, &error);
  EXPECT_EQ(error.message, message + "y");
}

TEST(Gate, turns_exceptions_into_errors) {
  mptcp_error_t error{};
  const auto memory = [&]() -> Result<int> { throw std::bad_alloc(); };
  EXPECT_EQ(answer(&error, memory), -ENOMEM);
  EXPECT_EQ(error.kind, LIBMPTCP_ERROR_SYSTEM);
  EXPECT_EQ(error.os_code, ENOMEM);
  EXPECT_STREQ(error.message, "out of memory");

  const auto logic = [&]() -> Result<int> { throw std::logic_error("our bug"); };
  EXPECT_EQ(answer(&error, logic), -EIO);
  EXPECT_STREQ(error.message, "our bug");
  const auto stranger = [&]() -> Result<int> { throw 7; };
  EXPECT_EQ(answer(&error, stranger), -EIO);
  EXPECT_EQ(answer(nullptr, memory), -ENOMEM);
}

TEST(Gate, leaves_the_record_alone_on_success) {
  mptcp_error_t error;
  std::memset(&error, 0x5a, sizeof error);
  const mptcp_error_t before = error;
  EXPECT_EQ(answer(&error, []() -> Result<int> { return 5; }), 5);
  EXPECT_EQ(done(&error, []() -> Result<void> { return {}; }), 0);
  EXPECT_EQ(std::memcmp(&error, &before, sizeof error), 0);
}

// --- structs that may grow ---------------------------------------------------------------

// The same struct in three releases of a library.
struct Old {
  std::uint32_t size;
  std::uint32_t first;
};
struct Now {
  std::uint32_t size;
  std::uint32_t first;
  std::uint64_t second;
};
struct New {
  std::uint32_t size;
  std::uint32_t first;
  std::uint64_t second;
  std::uint64_t third;
};

template <class T>
const Now* as_now(const T& value) {
  return reinterpret_cast<const Now*>(&value);
}
template <class T>
Now* as_now(T& value) {
  return reinterpret_cast<Now*>(&value);
}

TEST(Gate, reads_an_older_callers_struct_with_the_rest_zero) {
  const Old old{sizeof(Old), 7};
  auto read = read_struct(as_now(old), "request");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->first, 7u);
  EXPECT_EQ(read->second, 0u);
}

TEST(Gate, reads_a_newer_callers_struct_unless_it_asks_for_what_we_lack) {
  New fresh{sizeof(New), 7, 8, 0};
  auto read = read_struct(as_now(fresh), "request");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->second, 8u);

  fresh.third = 1;
  read = read_struct(as_now(fresh), "request");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::not_supported);
  EXPECT_EQ(read.error().message, "request: this library does not know the fields behind byte 16");
}

TEST(Gate, writes_no_more_than_an_older_caller_has_room_for) {
  Old old[2] = {{sizeof(Old), 0}, {1, 2}};
  write_struct(as_now(old[0]), Now{0, 7, 8});
  EXPECT_EQ(old[0].first, 7u);
  EXPECT_EQ(old[0].size, sizeof(Old));
  EXPECT_EQ(old[1].size, 1u) << "what lies behind is somebody else's";
  EXPECT_EQ(old[1].first, 2u);
}

TEST(Gate, tells_a_newer_caller_how_much_it_wrote) {
  New fresh{sizeof(New), 0, 0, 9};
  write_struct(as_now(fresh), Now{0, 7, 8});
  EXPECT_EQ(fresh.size, sizeof(Now));
  EXPECT_EQ(fresh.second, 8u);
  EXPECT_EQ(fresh.third, 9u);
}

TEST(Gate, refuses_sizes_that_nobody_set) {
  for (std::uint32_t size : {0u, 1u, 7u, 65537u, 0xdeadbeefu}) {
    const Now value{size, 0, 0};
    auto read = read_struct(&value, "request");
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid_argument);
    EXPECT_FALSE(require_output(&value, "answer")) << size;
    EXPECT_FALSE(check_output(&value, "answer")) << size;
  }
  EXPECT_FALSE(read_struct<Now>(nullptr, "request"));
  EXPECT_FALSE(require_output<Now>(nullptr, "answer"));
  EXPECT_TRUE(check_output<Now>(nullptr, "answer")) << "an output that nobody wants";
}

TEST(Gate, steps_through_arrays_by_the_callers_size) {
  Old old[2] = {};
  auto array = OutputArray<Now>::of(as_now(old[0]), sizeof(Old), 2, "array");
  ASSERT_TRUE(array);
  array->put(0, Now{0, 1, 2});
  array->put(1, Now{0, 3, 4});
  EXPECT_EQ(old[0].first, 1u);
  EXPECT_EQ(old[1].first, 3u);
  EXPECT_EQ(old[1].size, sizeof(Old));

  New fresh[2] = {};
  array = OutputArray<Now>::of(as_now(fresh[0]), sizeof(New), 2, "array");
  array->put(1, Now{0, 3, 4});
  EXPECT_EQ(fresh[1].second, 4u);
  EXPECT_EQ(fresh[1].size, sizeof(Now));
  EXPECT_EQ(fresh[1].third, 0u);
}

TEST(Gate, refuses_arrays_that_are_none) {
  Now value{};
  EXPECT_FALSE(OutputArray<Now>::of(nullptr, sizeof value, 1, "array"));
  EXPECT_FALSE(OutputArray<Now>::of(&value, 0, 1, "array"));
  EXPECT_TRUE(OutputArray<Now>::of(nullptr, 0, 0, "array")) << "asking for the total alone";
}

}  // namespace
}  // namespace mptcp::c

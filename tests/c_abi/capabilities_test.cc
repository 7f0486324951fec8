// SPDX-License-Identifier: MIT
#include <vector>

#include "c_abi/c_abi.h"

namespace mptcp::test {
namespace {

constexpr std::size_t count = LIBMPTCP_CAPABILITY_NETWORK_LAB + 1;

TEST(CCapabilities, are_all_reported_in_order) {
  std::vector<mptcp_capability_report_t> reports(count + 1);
  std::size_t total = 0;
  mptcp_error_t error{};
  ASSERT_EQ(
      mptcp_capability_list(reports.data(), sizeof reports[0], reports.size(), &total, &error),
      static_cast<int>(count))
      << error.message;
  EXPECT_EQ(total, count);
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(reports[i].size, sizeof reports[i]);
    EXPECT_EQ(reports[i].capability, i);
    EXPECT_EQ(reports[i].available == 0, reports[i].reason[0] != '\0')
        << mptcp_capability_name(static_cast<int>(i)) << ": " << reports[i].reason;
  }
  EXPECT_EQ(reports[LIBMPTCP_CAPABILITY_MPTCP_SOCKETS].available, 1u);
}

TEST(CCapabilities, are_cut_where_the_array_ends) {
  std::vector<mptcp_capability_report_t> reports(2);
  std::size_t total = 0;
  EXPECT_EQ(mptcp_capability_list(reports.data(), sizeof reports[0], 2, &total, nullptr), 2);
  EXPECT_EQ(total, count);
  EXPECT_EQ(mptcp_capability_list(nullptr, 0, 0, &total, nullptr), 0);
  EXPECT_INVALID(mptcp_capability_list(nullptr, sizeof reports[0], 2, &total, &error));
  EXPECT_INVALID(mptcp_capability_list(reports.data(), 4, 2, &total, &error));
}

TEST(CCapabilities, are_reported_alone) {
  auto report = sized<mptcp_capability_report_t>();
  EXPECT_EQ(mptcp_capability_get(LIBMPTCP_CAPABILITY_MANAGE_PATHS, &report, nullptr), 1);
  EXPECT_EQ(report.capability, static_cast<std::uint32_t>(LIBMPTCP_CAPABILITY_MANAGE_PATHS));
  EXPECT_EQ(mptcp_capability_get(LIBMPTCP_CAPABILITY_MPTCP_SOCKETS, nullptr, nullptr), 1);
  const Unprivileged unprivileged;
  EXPECT_EQ(mptcp_capability_get(LIBMPTCP_CAPABILITY_MANAGE_PATHS, &report, nullptr), 0);
  EXPECT_NE(report.reason[0], '\0');
}

TEST(CCapabilities, refuse_numbers_that_are_none) {
  Output<mptcp_capability_report_t> report;
  EXPECT_INVALID(mptcp_capability_get(-1, &report, &error));
  EXPECT_INVALID(mptcp_capability_get(static_cast<int>(count), &report, &error));
  EXPECT_TRUE(report.untouched());
  report->size = 0;
  EXPECT_INVALID(mptcp_capability_get(0, &report, &error));
}

TEST(CCapabilities, are_described_in_a_sentence) {
  for (int i = 0; i < static_cast<int>(count); ++i) {
    const std::string text = mptcp_capability_describe(i);
    EXPECT_TRUE(text.ends_with(".")) << text;
  }
  EXPECT_STREQ(mptcp_capability_describe(-1), "unknown");
}

}  // namespace
}  // namespace mptcp::test

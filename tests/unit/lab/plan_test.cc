// SPDX-License-Identifier: MIT
#include "lab/plan.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace {

using namespace mptcp;
using namespace mptcp::lab;

std::string why_not(LabSpec spec) {
  auto plan = make_plan(spec);
  EXPECT_FALSE(plan);
  if (plan) return "";
  EXPECT_EQ(plan.error().kind, ErrorKind::invalid_argument);
  return plan.error().message;
}

TEST(LabPlan, gives_each_path_its_number_in_names_and_addresses) {
  LabSpec spec{.paths = std::vector<PathSpec>(12)};
  spec.paths[1].name = "lte";
  const auto plan = make_plan(spec);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(spec.paths[0].name, "path1");
  EXPECT_EQ(spec.paths[1].name, "lte");
  const auto& [from, to] = (*plan)[11].ends;
  EXPECT_EQ(from.interface_name, "path12");
  EXPECT_EQ(format(from.v4), "10.0.12.1");
  EXPECT_EQ(format(to.v4), "10.0.12.2");
  EXPECT_EQ(format(from.v6), "fd00:0:0:12::1");
  EXPECT_EQ(from.host, 0U);
  EXPECT_EQ(to.host, 1U);
  EXPECT_NE(from.hardware_address, to.hardware_address);
}

TEST(LabPlan, the_link_local_address_is_what_the_kernel_makes_of_the_hardware_address) {
  LabSpec spec{.paths = std::vector<PathSpec>(1)};
  const auto plan = make_plan(spec);
  ASSERT_TRUE(plan);
  EXPECT_EQ(format((*plan)[0].ends[0].link_local), "fe80::6d:70ff:fe00:101");
}

TEST(LabPlan, no_two_interfaces_of_a_namespace_share_an_index) {
  LabSpec spec{.paths = std::vector<PathSpec>(250)};
  const auto plan = make_plan(spec);
  ASSERT_TRUE(plan);
  std::set<InterfaceIndex> wires;
  std::set<InterfaceIndex> client;
  for (const auto& path : *plan) {
    for (const auto& end : path.ends) EXPECT_TRUE(wires.insert(end.wire_interface).second);
    EXPECT_TRUE(client.insert(path.ends[0].interface).second);
  }
  EXPECT_FALSE(client.contains(InterfaceIndex{1}));  // lo
  EXPECT_FALSE(wires.contains(InterfaceIndex{1}));
}

TEST(LabPlan, three_hosts_may_be_joined_in_a_chain) {
  LabSpec spec{.hosts = {{"a"}, {"b"}, {"c"}},
               .paths = {{.from = "a", .to = "b"}, {.from = "b", .to = "c"}}};
  const auto plan = make_plan(spec);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ((*plan)[1].ends[0].host, 1U);
  EXPECT_EQ((*plan)[1].ends[1].host, 2U);
}

TEST(LabPlan, contradictions_are_refused_by_name) {
  EXPECT_EQ(why_not({.hosts = {}}), "a lab needs a host");
  EXPECT_EQ(why_not({.hosts = {{"a"}, {"a"}}}), "two hosts are called a");
  EXPECT_EQ(why_not({.hosts = {{"a b"}}}),
            "\"a b\" is not a name for a host: letters, digits, - and _");
  EXPECT_EQ(why_not({.name = "../x"}),
            "\"../x\" is not a name for a lab: letters, digits, - and _");
  EXPECT_EQ(why_not({.paths = {{.name = "x"}, {.name = "x"}}}), "two paths are called x");
  EXPECT_EQ(why_not({.paths = {{.to = "client"}}}), "path path1 begins and ends at client");
  EXPECT_EQ(why_not({.paths = {{.to = "mars"}}}),
            "path \"path1\" ends at \"mars\", which is not a host of the lab");
  EXPECT_EQ(why_not({.paths = std::vector<PathSpec>(251)}), "a lab has at most 250 paths");
}

TEST(LabPlan, shapes_that_no_wire_can_have_are_refused) {
  const auto with = [](const Shape& shape) { return LabSpec{.paths = {{.download = shape}}}; };
  EXPECT_EQ(why_not(with({.loss = 1.5})), "path path1 has a share outside 0 to 1");
  EXPECT_EQ(why_not(with({.reorder = -0.1})), "path path1 has a share outside 0 to 1");
  EXPECT_EQ(why_not(with({.duplicate = std::numeric_limits<double>::quiet_NaN()})),
            "path path1 has a share outside 0 to 1");
  EXPECT_EQ(why_not(with({.delay = std::chrono::hours(1)})),
            "path path1 has a time outside 0 to 60 s");
  EXPECT_EQ(why_not(with({.jitter = std::chrono::nanoseconds(-1)})),
            "path path1 has a time outside 0 to 60 s");
  EXPECT_EQ(why_not({.paths = {{.kind = PathKind::direct, .upload = {.rate = 1}}}}),
            "path path1 is direct: it can be up or down, but has no shape");
}

TEST(LabPlan, hosts_have_names_of_their_own_and_on_each_path) {
  LabSpec spec{.paths = {{.name = "wifi"}}};
  EXPECT_EQ(host_names(spec),
            "10.0.1.1 client client.wifi\n10.0.1.2 server server.wifi\n"
            "fd00:0:0:1::1 client client.wifi\nfd00:0:0:1::2 server server.wifi\n");
}

TEST(LabPlan, a_path_is_found_by_name_or_number) {
  const std::vector<PathSpec> paths = {{.name = "wifi"}, {.name = "1st"}, {.name = "3"}};
  EXPECT_EQ(find_path(paths, "wifi").value(), 0U);
  EXPECT_EQ(find_path(paths, "2").value(), 1U);
  EXPECT_EQ(find_path(paths, "3").value(), 2U);
  for (const char* word : {"0", "4", "", "-1", "wlan", "1x"}) {
    EXPECT_EQ(find_path(paths, word).error().kind, ErrorKind::not_found) << word;
  }
}

}  // namespace

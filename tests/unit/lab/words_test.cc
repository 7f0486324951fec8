// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <mptcp/lab.h>

namespace {

using namespace mptcp;
using namespace std::chrono_literals;

PathSpec path(const std::string& text) {
  auto parsed = parse_path(text);
  EXPECT_TRUE(parsed) << text << ": " << parsed.error().message;
  return parsed ? *parsed : PathSpec{};
}

std::string why_not(const std::string& text) {
  auto parsed = parse_path(text);
  EXPECT_FALSE(parsed) << text;
  if (parsed) return "";
  EXPECT_EQ(parsed.error().kind, ErrorKind::invalid_argument) << text;
  return parsed.error().message;
}

TEST(LabWords, a_bare_rate_and_a_bare_time_are_rate_and_delay_of_both_directions) {
  const auto spec = path("50mbit,10ms");
  for (const auto& shape : {spec.upload, spec.download}) {
    EXPECT_EQ(shape.rate, 50'000'000U);
    EXPECT_EQ(shape.delay, 10ms);
  }
  EXPECT_EQ(spec.kind, PathKind::wire);
  EXPECT_EQ(spec.link, LinkState::up);
  EXPECT_EQ(spec.name, "");
}

TEST(LabWords, every_property_can_be_said) {
  const auto shape = path(
                         "rate=1.5gbit,delay=250us,jitter=1ms,loss=0.1%,reorder=2%,duplicate=3%,"
                         "queue=20ms,silent,strip=syn+join,block=data")
                         .upload;
  EXPECT_EQ(shape.rate, 1'500'000'000U);
  EXPECT_EQ(shape.delay, 250us);
  EXPECT_EQ(shape.jitter, 1ms);
  EXPECT_DOUBLE_EQ(shape.loss, 0.001);
  EXPECT_DOUBLE_EQ(shape.reorder, 0.02);
  EXPECT_DOUBLE_EQ(shape.duplicate, 0.03);
  EXPECT_EQ(shape.queue, QueueLimit{std::chrono::nanoseconds(20ms)});
  EXPECT_TRUE(shape.silent);
  EXPECT_EQ(shape.strip, option_syn | option_join);
  EXPECT_EQ(shape.block, option_data);
}

TEST(LabWords, a_queue_is_a_time_bytes_or_packets) {
  EXPECT_EQ(path("queue=64kB").upload.queue, QueueLimit{QueueBytes{64'000}});
  EXPECT_EQ(path("queue=1.5MB").upload.queue, QueueLimit{QueueBytes{1'500'000}});
  EXPECT_EQ(path("queue=100p").upload.queue, QueueLimit{QueuePackets{100}});
  EXPECT_EQ(path("queue=1s").upload.queue, QueueLimit{std::chrono::nanoseconds(1s)});
}

TEST(LabWords, a_direction_takes_only_what_is_said_of_it) {
  const auto spec = path("50mbit,download:rate=5mbit,upload:silent,10ms");
  EXPECT_EQ(spec.upload.rate, 50'000'000U);
  EXPECT_EQ(spec.download.rate, 5'000'000U);
  EXPECT_TRUE(spec.upload.silent);
  EXPECT_FALSE(spec.download.silent);
  EXPECT_EQ(spec.download.delay, 10ms);
}

TEST(LabWords, a_later_word_outdoes_an_earlier_one) {
  EXPECT_EQ(path("50mbit,rate=unlimited").upload.rate, 0U);
  EXPECT_FALSE(path("silent,silent=off").upload.silent);
  EXPECT_EQ(path("strip=all,strip=none").upload.strip, 0);
}

TEST(LabWords, name_hosts_kind_and_link_are_of_the_whole_path) {
  const auto spec = path("name=wifi,between=phone+router,direct,down");
  EXPECT_EQ(spec.name, "wifi");
  EXPECT_EQ(spec.from, "phone");
  EXPECT_EQ(spec.to, "router");
  EXPECT_EQ(spec.kind, PathKind::direct);
  EXPECT_EQ(spec.link, LinkState::down);
}

TEST(LabWords, units_may_be_written_in_either_case) {
  EXPECT_EQ(path("50Mbit,10MS").upload.rate, 50'000'000U);
}

TEST(LabWords, an_error_quotes_the_word_and_says_what_was_expected) {
  EXPECT_EQ(why_not("50mbit,10parsec"),
            "\"10parsec\": neither a rate (50mbit), a time (10ms) nor a word that a path knows");
  EXPECT_EQ(why_not("speed=1"), "\"speed=1\": a path has no \"speed\"");
  EXPECT_EQ(why_not("loss=5"), "\"loss=5\": expected a percentage, such as 0.1%");
  EXPECT_EQ(why_not("loss=101%"), "\"loss=101%\": expected a percentage, such as 0.1%");
  EXPECT_EQ(why_not("upload:delay=x"), "\"delay=x\": expected a time, such as 10ms");
  EXPECT_EQ(why_not("strip=syn+"),
            "\"strip=syn+\": expected syn, synack, join, data, add_addr with + between, or all or "
            "none");
  EXPECT_EQ(why_not("10ms,,20mbit"), "\"10ms,,20mbit\": an empty word between commas");
  EXPECT_EQ(why_not("between=client"),
            "\"between=client\": expected two hosts, such as "
            "client+server");
  EXPECT_EQ(why_not("direct,10ms"),
            "\"direct,10ms\": path is direct: it can be up or down, but has no shape");
}

TEST(LabWords, what_is_no_number_or_out_of_range_is_refused) {
  for (const char* text : {"",
                           ",",
                           "-5mbit",
                           "nanmbit",
                           "infms",
                           "1e300gbit",
                           "0mbit",
                           "200gbit",
                           "61s",
                           "-1ms",
                           "queue=2e9p",
                           "queue=x",
                           "mbit",
                           "ms",
                           "10",
                           "10 ms",
                           "loss=%",
                           "loss=-1%",
                           "silent=maybe",
                           "upload:",
                           "upload:down",
                           "download:name=x",
                           "rate=",
                           "=",
                           "strip=",
                           "10ms\n"}) {
    why_not(text);
  }
}

TEST(LabWords, format_writes_what_parse_reads) {
  for (const char* text :
       {"50mbit,10ms", "name=lte,20mbit,40ms,loss=0.1%,queue=50ms", "direct", "name=a,direct",
        "down,1.5gbit", "upload:1mbit,download:2mbit,250us", "between=a+b,10ms", "rate=unlimited",
        "queue=100p", "queue=64kB", "silent=on,strip=all,block=syn+join",
        "jitter=1ms,loss=0.0001%,reorder=12.5%,duplicate=100%", "download:strip=add_addr",
        "123.457kbit,1.000001ms"}) {
    EXPECT_EQ(format(path(text)), text);
  }
}

TEST(LabWords, a_change_holds_what_was_said_and_no_more) {
  const auto change = parse_change("delay=80ms,upload:loss=5%,down").value();
  EXPECT_EQ(change.upload.delay, 80ms);
  EXPECT_EQ(change.download.delay, 80ms);
  EXPECT_EQ(change.upload.loss, 0.05);
  EXPECT_FALSE(change.download.loss);
  EXPECT_EQ(change.link, LinkState::down);
  EXPECT_FALSE(change.upload.rate);
}

TEST(LabWords, a_change_back_to_the_default_is_said_in_words) {
  const PathChange change{.upload = {.rate = 0, .loss = 0.0, .silent = false, .strip = 0},
                          .link = LinkState::up};
  EXPECT_EQ(format(change),
            "up,upload:rate=unlimited,upload:loss=0%,upload:silent=off,upload:strip=none");
  EXPECT_EQ(parse_change(format(change)).value(), change);
}

TEST(LabWords, a_change_cannot_rename_or_rebuild_a_path) {
  for (const char* text : {"name=x", "direct", "between=a+b"}) {
    EXPECT_EQ(
        parse_change(text).error().message,
        "\"" + std::string(text) + "\": what a path is called, joins and is made of cannot change");
  }
}

}  // namespace

// SPDX-License-Identifier: MIT
//
// Quantities as people write them: "50mbit", "1.5ms", "0.1%", "64kB", "100p", "syn+join".
// Each parser answers nothing when the text is not one; each format() writes what it reads.
#pragma once

#include <mptcp/lab_spec.h>

namespace mptcp::lab {

constexpr std::uint64_t highest_rate = 100'000'000'000;
constexpr std::chrono::nanoseconds longest_time = std::chrono::seconds(60);

std::optional<std::uint64_t> parse_rate(std::string_view text);  // "unlimited" is 0
std::optional<std::chrono::nanoseconds> parse_time(std::string_view text);
std::optional<double> parse_share(std::string_view text);
std::optional<QueueLimit> parse_queue(std::string_view text);
std::optional<OptionKinds> parse_options(std::string_view text);
std::optional<bool> parse_switch(std::string_view text);  // "on", "off"

std::string format_rate(std::uint64_t rate);
std::string format_time(std::chrono::nanoseconds time);
std::string format_share(double share);
std::string format_queue(const QueueLimit& queue);
std::string format_switch(bool on);

}  // namespace mptcp::lab

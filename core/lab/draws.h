// SPDX-License-Identifier: MIT
//
// Chance that can be repeated: the draw for the n-th packet is a function of the seed and n, so a
// packet's fate does not depend on when it came or what happened to others.
#pragma once

#include <cstdint>

namespace mptcp::lab {

// Each purpose draws from a sequence of its own: changing one share leaves the others' packets
// alone.
enum class Purpose : std::uint64_t { loss = 1, reorder, duplicate, jitter };

// The finisher of SplitMix64: every bit of the input moves every bit of the output.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

// At least 0, less than 1.
constexpr double draw(std::uint64_t seed, Purpose purpose, std::uint64_t n) {
  const auto bits = mix(mix(seed ^ mix(static_cast<std::uint64_t>(purpose))) ^ n);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace mptcp::lab

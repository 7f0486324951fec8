// SPDX-License-Identifier: MIT
//
// What a lab is made of, in values: hosts, paths, what a path does to packets in each direction,
// and changes of it; as structs for programs, as text for people.  <mptcp/lab.h> builds it.
//
// Plain values: copy them freely, use them from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <mptcp/result.h>

namespace mptcp {

// --- what a path does to packets, in one direction -----------------------------------------------

// What may wait for the line: so long at the path's rate, so many bytes, so many packets.
enum class QueueBytes : std::uint64_t {};
enum class QueuePackets : std::uint32_t {};
using QueueLimit = std::variant<std::chrono::nanoseconds, QueueBytes, QueuePackets>;

// Packets by the MPTCP option that they carry; combine with |.
using OptionKinds = std::uint8_t;
enum OptionKind : OptionKinds {
  option_syn = 1,        // MP_CAPABLE in a SYN
  option_synack = 2,     // MP_CAPABLE in a SYN/ACK
  option_join = 4,       // MP_JOIN in a SYN or SYN/ACK
  option_data = 8,       // any MPTCP option in any other packet, ADD_ADDR included
  option_add_addr = 16,  // ADD_ADDR and its echo
  option_all = 31,
};
std::string format_options(OptionKinds kinds);  // "syn+join", "all", "none"

// Shares are between 0 and 1.  What happens to the n-th packet of a direction follows from the
// seed, n and the shape alone.
struct Shape {
  std::uint64_t rate = 0;             // bits a second, of IP packets; 0: as fast as it goes
  std::chrono::nanoseconds delay{};   // one way
  std::chrono::nanoseconds jitter{};  // the delay varies by up to that, both ways; order is kept
  double loss = 0;                    // lost on the way, after the queue
  double reorder = 0;                 // held back until packets sent later have overtaken it
  double duplicate = 0;               // arrives twice
  std::optional<QueueLimit> queue;    // left out: one round trip at the rate, at least 20 ms
  bool silent = false;                // everything vanishes; the link stays up
  OptionKinds strip = 0;              // MPTCP options overwritten with NOPs
  OptionKinds block = 0;              // packets with such an option vanish

  friend bool operator==(const Shape&, const Shape&) = default;
};

// --- what a lab is made of -----------------------------------------------------------------------

enum class PathKind : std::uint8_t { wire, direct };
enum class LinkState : std::uint8_t { up, down };

struct PathSpec {
  std::string name;  // left out: "path<i>", i counted from 1
  std::string from = "client";
  std::string to = "server";
  PathKind kind = PathKind::wire;
  LinkState link = LinkState::up;
  Shape upload;    // what the first host sends
  Shape download;  // what the second host sends

  friend bool operator==(const PathSpec&, const PathSpec&) = default;
};

struct HostSpec {
  std::string name;
  std::string path_manager = {};        // "userspace", "kernel"; left out: the kernel's choice
  std::string congestion_control = {};  // of connections over its paths; may be left out
  std::map<std::string, std::string> sysctls =
      {};  // "net.ipv4.tcp_rmem" -> "4096 131072 6291456", …

  friend bool operator==(const HostSpec&, const HostSpec&) = default;
};

struct LabSpec {
  std::string name;  // left out: nobody else can find it
  std::vector<HostSpec> hosts = {{"client"}, {"server"}};
  std::vector<PathSpec> paths;
  std::uint64_t seed = 1;
};

// Reads "50mbit,10ms", "20mbit,40ms,loss=0.1%,queue=50ms", "direct", "download:rate=5mbit": words
// with commas between.  docs/lab.md lists them.  Fails with `invalid_argument`, quoting the word.
Result<PathSpec> parse_path(std::string_view text);
// Writes what parse_path reads.
std::string format(const PathSpec& path);

// --- changes while it runs -----------------------------------------------------------------------

// What is left out stays as it is.
struct ShapeChange {
  std::optional<std::uint64_t> rate;
  std::optional<std::chrono::nanoseconds> delay;
  std::optional<std::chrono::nanoseconds> jitter;
  std::optional<double> loss;
  std::optional<double> reorder;
  std::optional<double> duplicate;
  std::optional<QueueLimit> queue;
  std::optional<bool> silent;
  std::optional<OptionKinds> strip;
  std::optional<OptionKinds> block;

  friend bool operator==(const ShapeChange&, const ShapeChange&) = default;
};
struct PathChange {
  ShapeChange upload;
  ShapeChange download;
  std::optional<LinkState> link;

  friend bool operator==(const PathChange&, const PathChange&) = default;
};

// Reads parse_path's words as a change: "down", "delay=80ms", "upload:silent", "strip=none".
Result<PathChange> parse_change(std::string_view text);
std::string format(const PathChange& change);

// --- what happened -------------------------------------------------------------------------------

// Of one direction, since the lab began.
struct DirectionCounters {
  std::uint64_t packets = 0;     // handed to the far host
  std::uint64_t bytes = 0;       // of IP packets
  std::uint64_t queue_full = 0;  // packets dropped, by cause
  std::uint64_t lost = 0;
  std::uint64_t blocked = 0;    // by silence, `block`, or a link that is down
  std::uint64_t overrun = 0;    // the machine was too slow for the wire: a measurement is spoilt
  std::uint64_t reordered = 0;  // packets delivered, but
  std::uint64_t duplicated = 0;
  std::uint64_t stripped = 0;
};

struct PathState {
  PathSpec path;             // as it is now
  DirectionCounters upload;  // all 0 on a direct path
  DirectionCounters download;
};

}  // namespace mptcp

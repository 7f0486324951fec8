// SPDX-License-Identifier: MIT
//
// The getsockopt blobs behind status, info and subflows, with lengths and counts of any kind.
#include "connection/reader.h"
#include "fuzz/fuzzed_kernel.h"

using namespace mptcp;

namespace {

void check(const Subflow& subflow) {
  fuzz::must(subflow.tcp_size <= sizeof subflow.tcp);
  (void)subflow.tcp_field(&TcpInfo::accecn);
  (void)format(subflow.local);
  (void)format(subflow.remote);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  fuzz::FuzzedKernel kernel(data);
  const Depth depth = data.ConsumeBool() ? Depth::detail : Depth::snapshot;
  switch (data.ConsumeIntegralInRange(0, 4)) {
    case 0:
      (void)connection::status(kernel, 3);
      break;
    case 1:
      (void)connection::info(kernel, 3);
      break;
    case 2:
      if (auto found = connection::subflows(kernel, 3, depth)) {
        for (const Subflow& subflow : *found) check(subflow);
      }
      break;
    case 3: {
      Subflow storage[3];
      auto found = connection::subflows(kernel, 3, storage, depth);
      if (!found) break;
      fuzz::must(found->written <= 3 && found->written <= found->total);
      for (std::size_t i = 0; i < found->written; ++i) check(storage[i]);
      break;
    }
    default:
      if (auto found = connection::list_connections(kernel)) {
        for (const auto& one : *found)
          std::for_each(one.subflows.begin(), one.subflows.end(), check);
      }
  }
  return 0;
}

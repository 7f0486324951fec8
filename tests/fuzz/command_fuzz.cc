// SPDX-License-Identifier: MIT
//
// How people name connections and subflows to the command mptcp.
#include "connection_name.h"
#include "fuzz/fuzzed_kernel.h"

using namespace mptcp;

namespace {

void match(const program::PairPattern& pattern) {
  const Address local = *parse_address("10.0.0.1:80");
  const Address remote = *parse_address("[2001:db8::1]:443");
  (void)pattern.fits(local, remote);
  (void)pattern.fits(remote, local);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string word(fuzz::text_of(bytes, size));
  if (auto name = program::connection_name_from(word)) {
    fuzz::must(name->word == word);
    if (auto* pattern = std::get_if<program::PairPattern>(&name->meaning)) match(*pattern);
  }
  if (auto name = program::subflow_name_from(word)) {
    if (auto* pattern = std::get_if<program::PairPattern>(&name->meaning)) match(*pattern);
  }
  return 0;
}

// SPDX-License-Identifier: MIT
//
// Labs as text files.
#include "fuzz/fuzzed_kernel.h"
#include "lab_file.h"

using namespace mptcp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const LabSpec before{.name = "before", .paths = {PathSpec{.name = "wifi"}}, .seed = 7};
  LabSpec spec = before;
  const auto read = program::parse_lab_file(fuzz::text_of(bytes, size), "lab.toml", spec);
  if (read) return 0;
  // What is refused says where, in one line, and has changed nothing.
  const Error& error = read.error();
  fuzz::must(error.kind == ErrorKind::invalid_argument);
  fuzz::must(error.message.starts_with("lab.toml:"));
  fuzz::must(error.message.find('\n') == std::string::npos);
  fuzz::must(spec.name == before.name && spec.hosts == before.hosts && spec.paths == before.paths &&
             spec.seed == before.seed);
  return 0;
}

// SPDX-License-Identifier: MIT
#include <clocale>

#include "program.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

// Every verb, in the order in which help lists them.
constexpr Verb verbs[] = {
    {"help", "How to use a verb, with examples", define_help},
};

}  // namespace
}  // namespace mptcp::program

int main(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "");
  return mptcp::program::Program(mptcp::program::verbs).run(argc, argv);
}

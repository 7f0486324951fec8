// SPDX-License-Identifier: MIT
//
// in_own_namespaces COMMAND…: runs a command as the root of user and network namespaces of its own,
// with lo up.  Where that is not allowed, says why in one line and exits 77.
#include <unistd.h>

#include <cstdio>

#include "support/namespaces.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: in_own_namespaces COMMAND…\n");
    return 2;
  }
  if (auto why = mptcp::test::enter_own_namespaces(); !why.empty()) {
    std::printf("skipped: %s\n", why.c_str());
    return 77;
  }
  ::execvp(argv[1], argv + 1);
  std::perror(argv[1]);
  return 2;
}

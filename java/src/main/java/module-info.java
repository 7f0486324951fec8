// SPDX-License-Identifier: MIT

/** Multipath TCP: see and steer the paths of a connection. */
module io.github.libmptcp {
  exports io.github.libmptcp;
}

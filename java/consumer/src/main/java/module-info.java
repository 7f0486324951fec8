// SPDX-License-Identifier: MIT
module io.github.libmptcp.consumer {
  requires io.github.libmptcp;
}

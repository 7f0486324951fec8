// SPDX-License-Identifier: MIT
//
// What stdout can show: how wide, whether marks and bars can be drawn, whether colours are
// wanted (NO_COLOR, and never to a file).
#pragma once

#include <cstddef>
#include <string>

namespace mptcp::program {

enum class Colour : unsigned char {
  red = 31,
  green = 32,
  yellow = 33,
  cyan = 36,
  dim = 2,
  bold = 1
};

struct Terminal {
  bool interactive = false;
  bool draws = false;  // it is UTF-8
  bool colours = false;
  std::size_t columns = 80;
  std::size_t rows = 24;

  static Terminal of_stdout();

  std::string paint(Colour colour, const std::string& text) const;
  // A bar of `part` of `columns` columns, 0 to 1, in eighths of a column where it draws.
  std::string bar(double part, std::size_t columns) const;
};

// Text broken at spaces to fit the columns: the first line indented by `indent`, the others by
// `hanging`.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t hanging,
                    std::size_t columns);

// Columns that text takes: bytes that continue a UTF-8 character take none.
std::size_t width(const std::string& text);
// Cut or filled with spaces to exactly `columns`.
std::string fitted(const std::string& text, std::size_t columns);

}  // namespace mptcp::program

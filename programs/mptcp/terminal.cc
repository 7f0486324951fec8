// SPDX-License-Identifier: MIT
#include "terminal.h"

#include <fmt/core.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace mptcp::program {
namespace {

bool continues_character(char byte) { return (byte & 0xc0) == 0x80; }

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

Terminal Terminal::of_stdout() {
  Terminal terminal;
  if (::isatty(STDOUT_FILENO) == 0) return terminal;
  const char* type = std::getenv("TERM");
  const bool dumb = type == nullptr || std::string_view(type) == "dumb";
  terminal.interactive = !dumb;
  terminal.draws = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
  terminal.colours = !dumb && !is_set("NO_COLOR");
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    terminal.columns = size.ws_col;
    terminal.rows = size.ws_row;
  }
  return terminal;
}

std::string Terminal::paint(Colour colour, const std::string& text) const {
  if (!colours || text.empty()) return text;
  return fmt::format("\x1b[{}m{}\x1b[0m", static_cast<unsigned>(colour), text);
}

std::string Terminal::bar(double part, std::size_t wide) const {
  static constexpr const char* eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double filled = std::clamp(part, 0.0, 1.0) * static_cast<double>(wide);
  auto whole = static_cast<std::size_t>(filled);
  std::string out;
  if (draws) {
    const auto rest = static_cast<std::size_t>((filled - static_cast<double>(whole)) * 8);
    for (std::size_t i = 0; i < whole; ++i) out += "█";
    out += eighths[rest];
  } else {
    out.assign(static_cast<std::size_t>(std::lround(filled)), '#');
  }
  return fitted(out, wide);
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t hanging,
                    std::size_t columns) {
  std::string out;
  std::string line(indent, ' ');
  bool empty = true;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (!empty && width(line) + 1 + width(word) > columns) {
      out += line + "\n";
      line.assign(hanging, ' ');
      empty = true;
    }
    line += (empty ? "" : " ") + word;
    empty = false;
    begin = end + 1;
  }
  return out + line + "\n";
}

std::size_t width(const std::string& text) {
  return text.size() -
         static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_character));
}

std::string fitted(const std::string& text, std::size_t columns) {
  std::size_t taken = 0;
  std::size_t end = 0;
  while (end < text.size()) {
    if (!continues_character(text[end]) && taken++ == columns) break;
    ++end;
  }
  return text.substr(0, end) + std::string(columns - std::min(columns, width(text)), ' ');
}

}  // namespace mptcp::program

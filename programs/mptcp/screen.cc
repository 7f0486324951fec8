// SPDX-License-Identifier: MIT
#include "screen.h"

#include <poll.h>
#include <unistd.h>

#include <csignal>

#include "output.h"

namespace mptcp::program {
namespace {

constexpr const char* alternate_screen = "\x1b[?1049h\x1b[?25l";
constexpr const char* normal_screen = "\x1b[?25h\x1b[?1049l";
constexpr const char* home = "\x1b[H";
constexpr const char* clear_to_end_of_line = "\x1b[K";
constexpr const char* clear_below = "\x1b[J";

}  // namespace

void Screen::enter() {
  termios now{};
  // A job in the background may not touch the terminal's modes: it would be stopped.
  if (::tcgetattr(STDIN_FILENO, &now) == 0 && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp()) {
    before_ = now;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
  }
  print(alternate_screen);
}

void Screen::leave() {
  if (before_) ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
  before_.reset();
  print(normal_screen);
}

void Screen::draw(const std::string& frame) {
  std::string out = home;
  for (char byte : frame) {
    if (byte == '\n') out += clear_to_end_of_line;
    out += byte;
  }
  print(out + clear_below);
}

void Screen::suspend() {
  leave();
  ::raise(SIGSTOP);
  enter();
}

int Screen::keyboard() const { return before_ ? STDIN_FILENO : -1; }

bool Screen::quit_pressed() {
  pollfd input{keyboard(), POLLIN, 0};
  while (keyboard() >= 0 && ::poll(&input, 1, 0) > 0) {
    char key = 0;
    if (::read(STDIN_FILENO, &key, 1) <= 0 || key == 'q' || key == 'Q') return true;
  }
  return false;
}

}  // namespace mptcp::program

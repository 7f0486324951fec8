// SPDX-License-Identifier: MIT
//
// The alternate screen of a terminal, with keys read as they are pressed.  Whatever way the
// program ends, the destructor gives the terminal back as it was.
#pragma once

#include <termios.h>

#include <optional>
#include <string>

namespace mptcp::program {

class Screen {
 public:
  Screen() { enter(); }
  ~Screen() { leave(); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Draws over what is there; each line must fit the width.
  void draw(const std::string& frame);
  // Hands the terminal back while the shell has it (Ctrl-Z), and takes it again.
  void suspend();
  // Whether a key that means "enough" was pressed.  Never waits.
  bool quit_pressed();
  // Readable when a key was pressed; -1 when stdin is no terminal.
  int keyboard() const;

 private:
  void enter();
  void leave();
  std::optional<termios> before_;
};

}  // namespace mptcp::program

// SPDX-License-Identifier: MIT
#include "terminal.h"

#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

namespace components
{

static termios s_before;
static std::atomic<bool> s_taken{false};

void restore_terminal()
{
    if (s_taken.exchange(false)) {
        tcsetattr(STDIN_FILENO, TCSANOW, &s_before);
    }
}

void take_terminal()
{
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &s_before) != 0) {
        return;
    }
    termios raw = s_before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    // Without the handlers a terminal might stay as it is when the process ends early: then rather leave it
    // alone.
    if (std::atexit(restore_terminal) == 0 && std::at_quick_exit(restore_terminal) == 0) {
        s_taken = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
    }
}

} // namespace components

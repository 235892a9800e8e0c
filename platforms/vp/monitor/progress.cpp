// SPDX-License-Identifier: MIT
#include "progress.h"

#include "console.h"
#include "progress_line.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace vp
{

static const size_t looks_in_a_second = 4;

// For a process that ends at once: the terminal is to be as it was.
static std::atomic<progress *> s_shown{nullptr};

static bool same_terminal(int a, int b)
{
    struct stat of_a;
    struct stat of_b;
    return isatty(a) && isatty(b) && fstat(a, &of_a) == 0 && fstat(b, &of_b) == 0 &&
           of_a.st_rdev == of_b.st_rdev;
}

bool progress::possible()
{
    const char *term = getenv("TERM");
    winsize size{};
    return isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0 &&
           ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row >= BOTTOM_LINE_ROWS_MIN;
}

progress::progress() : m_shared(same_terminal(STDOUT_FILENO, STDERR_FILENO))
{
    static const bool registered = std::at_quick_exit(at_quick_exit) == 0;
    m_given_up = !registered;
    s_shown = this;
}

progress::~progress()
{
    s_shown = nullptr;
    end();
}

void progress::at_quick_exit()
{
    char out[BOTTOM_LINE_MAX];
    if (progress *shown = s_shown.exchange(nullptr)) {
        const size_t size = bottom_line_end(&shown->m_line, out);
        if (::write(STDERR_FILENO, out, size) < 0) {
            return; // nobody is left to hear of it
        }
    }
}

// In one piece, and not in the middle of what the guest writes. False: not now.
bool progress::write(const std::function<size_t(char *)> &compose)
{
    const auto out = [&] {
        char text[BOTTOM_LINE_MAX];
        const size_t size = compose(text);
        if (size > 0 && ::write(STDERR_FILENO, text, size) < 0) {
            m_given_up = true;
        }
    };
    if (m_shared) {
        return components::console_between(out);
    }
    out();
    return true;
}

void progress::end()
{
    write([this](char *out) { return bottom_line_end(&m_line, out); });
}

void progress::show(const run_view &view)
{
    winsize size{};
    char line[256];

    m_before.push_back(std::make_unique<run_view>(view));
    if (m_before.size() < 3 || m_given_up) {
        return; // what is over at once needs no line
    }
    if (m_shared && components::console_owns_screen()) {
        m_given_up = true;
        m_line.rows = 0; // the region is the guest's now
        return;
    }
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) {
        return;
    }
    progress_line(m_before.front().get(), &view, line, sizeof(line) - 1);
    write([&](char *out) { return bottom_line_show(&m_line, size.ws_row, size.ws_col, line, out); });
    if (m_before.size() > looks_in_a_second) {
        m_before.pop_front();
    }
}

} // namespace vp

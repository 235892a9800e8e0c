/* SPDX-License-Identifier: MIT */
#include "bottom_line.h"

#include <stdio.h>
#include <string.h>

#define SAVE "\0337"
#define RESTORE "\0338"
#define CLEAR_ROW "\033[0m\033[2K"

#define TEXT_MAX 480

size_t bottom_line_show(bottom_line *line, unsigned rows, unsigned columns, const char *text,
                        char out[BOTTOM_LINE_MAX])
{
    /* Nothing in the last column: there the terminal would be about to wrap. */
    const size_t most = columns > 1 ? columns - 1 : 0;
    const int length = (int)(most < TEXT_MAX ? most : TEXT_MAX);
    size_t used = 0;

    if (rows < BOTTOM_LINE_ROWS_MIN) {
        return bottom_line_end(line, out);
    }
    if (line->rows != rows) {
        used = bottom_line_end(line, out);
        /* The cursor may be in the last row: a line feed and back gets it out without changing its column.
         * Setting the region moves it, hence the saving. */
        used += (size_t)snprintf(out + used, BOTTOM_LINE_MAX - used, "\033D\033M" SAVE "\033[1;%ur" RESTORE,
                                 rows - 1);
        line->rows = rows;
    }
    used += (size_t)snprintf(out + used, BOTTOM_LINE_MAX - used,
                             SAVE "\033[%u;1H" CLEAR_ROW "\033[7m%.*s" RESTORE, rows, length, text);
    return used;
}

size_t bottom_line_end(bottom_line *line, char out[BOTTOM_LINE_MAX])
{
    const unsigned rows = line->rows;

    line->rows = 0;
    if (rows == 0) {
        return 0;
    }
    return (size_t)snprintf(out, BOTTOM_LINE_MAX, SAVE "\033[%u;1H" CLEAR_ROW "\033[r" RESTORE, rows);
}

/* SPDX-License-Identifier: MIT
 *
 * The last row of a terminal, kept free of what the guest writes: the rows above become the terminal's
 * scrolling region (DECSTBM), and the cursor is saved and restored around each change (DECSC, DECRC). So the
 * cursor is where the guest left it, in the middle of a line if it was there. ECMA-48; DEC VT510 manual,
 * chapter 5.
 *
 * These functions only compose what is to be written, in one piece. Thread: one at a time.
 */
#ifndef PLATFORMS_VP_MONITOR_BOTTOM_LINE_H
#define PLATFORMS_VP_MONITOR_BOTTOM_LINE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BOTTOM_LINE_ROWS_MIN 3
#define BOTTOM_LINE_MAX 640 /* room for what each of them composes */

typedef struct bottom_line {
    unsigned rows; /* for which the region is set; 0: it is not */
} bottom_line;

/* Shows `text` (no control characters; cut off at `columns`) on a terminal of that size, and sets the region
 * when that is new. Returns how much it composed: 0 on a terminal with too few rows. */
size_t bottom_line_show(bottom_line *line, unsigned rows, unsigned columns, const char *text,
                        char out[BOTTOM_LINE_MAX]);
/* The whole screen scrolls again, and the row is empty. */
size_t bottom_line_end(bottom_line *line, char out[BOTTOM_LINE_MAX]);

#ifdef __cplusplus
}
#endif

#endif

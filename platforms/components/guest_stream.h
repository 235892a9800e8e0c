/* SPDX-License-Identifier: MIT
 *
 * Where a stream of bytes for a terminal is: between two characters, or in the middle of an escape sequence
 * (ECMA-48, section 5.4 and 8.3.16; strings end with ST or, as xterm has it, BEL) or of a UTF-8 character.
 * Only in between may somebody else write to the same terminal.
 */
#ifndef PLATFORMS_COMPONENTS_GUEST_STREAM_H
#define PLATFORMS_COMPONENTS_GUEST_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Where in an escape sequence it is.
enum guest_stream_state {
    GUEST_STREAM_GROUND,
    GUEST_STREAM_ESCAPE,        /* after ESC */
    GUEST_STREAM_INTERMEDIATE,  /* after ESC and an intermediate byte */
    GUEST_STREAM_CONTROL,       /* after CSI */
    GUEST_STREAM_STRING,        /* OSC, DCS, APC, PM, SOS */
    GUEST_STREAM_STRING_ESCAPE, /* ESC in it */
};

/* All zero: at the beginning. */
typedef struct guest_stream {
    enum guest_stream_state state; // after the last byte
    unsigned utf8_left;            /* bytes of the present character that are still to come */
    bool private_mode;             /* CSI ? */
    uint32_t number;               /* the last parameter of a control sequence */
    bool owns_screen; /* it has set a scrolling region, reset the terminal, or changed the screen: nobody
                         else can know any more what the terminal's rows are */
} guest_stream;

// The guest has written this byte.
void guest_stream_take(guest_stream *stream, uint8_t byte);
// True: it is between two characters, and in no escape sequence.
bool guest_stream_between(const guest_stream *stream);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: MIT */
#include "guest_stream.h"

enum { BEL = 0x07, CAN = 0x18, SUB = 0x1a, ESC = 0x1b };

static void begin_utf8(guest_stream *stream, uint8_t byte)
{
    stream->utf8_left = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
}

static enum guest_stream_state after_escape(guest_stream *stream, uint8_t byte)
{
    switch (byte) {
    case '[':
        stream->private_mode = false;
        stream->number = 0;
        return GUEST_STREAM_CONTROL;
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        return GUEST_STREAM_STRING;
    case 'c': /* RIS */
        stream->owns_screen = true;
        return GUEST_STREAM_GROUND;
    default:
        return byte >= 0x20 && byte < 0x30 ? GUEST_STREAM_INTERMEDIATE : GUEST_STREAM_GROUND;
    }
}

/* The end of a control sequence. xterm's screens: 47, 1047, 1049. */
static void finish_control(guest_stream *stream, uint8_t byte)
{
    const bool other_screen = stream->private_mode && byte == 'h' &&
                              (stream->number == 47 || stream->number == 1047 || stream->number == 1049);

    if (byte == 'r' || other_screen) {
        stream->owns_screen = true;
    }
}

static enum guest_stream_state in_control(guest_stream *stream, uint8_t byte)
{
    if (byte >= 0x40 && byte < 0x7f) {
        finish_control(stream, byte);
        return GUEST_STREAM_GROUND;
    }
    if (byte == '?') {
        stream->private_mode = true;
    } else if (byte >= '0' && byte <= '9') {
        stream->number = stream->number < 10000 ? stream->number * 10 + (uint32_t)(byte - '0') : 10000;
    } else if (byte == ';') {
        stream->number = 0;
    }
    return GUEST_STREAM_CONTROL;
}

static enum guest_stream_state next_state(guest_stream *stream, uint8_t byte)
{
    switch (stream->state) {
    case GUEST_STREAM_ESCAPE:
        return after_escape(stream, byte);
    case GUEST_STREAM_INTERMEDIATE:
        return byte >= 0x20 && byte < 0x30 ? GUEST_STREAM_INTERMEDIATE : GUEST_STREAM_GROUND;
    case GUEST_STREAM_CONTROL:
        return in_control(stream, byte);
    case GUEST_STREAM_STRING:
        return byte == BEL ? GUEST_STREAM_GROUND : GUEST_STREAM_STRING;
    case GUEST_STREAM_STRING_ESCAPE: /* ESC \ is ST; another sequence ends the string, too */
        return after_escape(stream, byte);
    default:
        return GUEST_STREAM_GROUND;
    }
}

void guest_stream_take(guest_stream *stream, uint8_t byte)
{
    if (stream->utf8_left > 0 && (byte & 0xc0) == 0x80) {
        stream->utf8_left--;
        return;
    }
    stream->utf8_left = 0;
    if (byte == CAN || byte == SUB) {
        stream->state = GUEST_STREAM_GROUND;
    } else if (byte == ESC) {
        stream->state =
            stream->state == GUEST_STREAM_STRING ? GUEST_STREAM_STRING_ESCAPE : GUEST_STREAM_ESCAPE;
    } else if (stream->state == GUEST_STREAM_GROUND) {
        begin_utf8(stream, byte);
    } else {
        stream->state = next_state(stream, byte);
    }
}

bool guest_stream_between(const guest_stream *stream)
{
    return stream->state == GUEST_STREAM_GROUND && stream->utf8_left == 0;
}

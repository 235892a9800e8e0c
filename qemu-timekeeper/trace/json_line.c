/* SPDX-License-Identifier: MIT */
#include "json_line.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void put(tk_json_line *line, const char *text, size_t size)
{
    if (size <= sizeof(line->text) - line->size) {
        memcpy(line->text + line->size, text, size);
        line->size += size;
    }
}

static void put_char(tk_json_line *line, char c)
{
    put(line, &c, 1);
}

static void put_key(tk_json_line *line, const char *key)
{
    if (line->size > 0 && line->text[line->size - 1] != '{') {
        put_char(line, ',');
    }
    put_char(line, '"');
    put(line, key, strlen(key));
    put(line, "\":", 2);
}

void tk_json_begin(tk_json_line *line)
{
    line->size = 0;
    put_char(line, '{');
}

void tk_json_object(tk_json_line *line, const char *key)
{
    put_key(line, key);
    put_char(line, '{');
}

void tk_json_end(tk_json_line *line)
{
    put_char(line, '}');
}

/* --- texts -------------------------------------------------------------------------------------------- */

/* The length, or 0 if something in it has to be escaped, or it is too long. */
static size_t plain_length(const char *value)
{
    size_t i;

    for (i = 0; value[i]; i++) {
        if (value[i] < ' ' || value[i] > '~' || value[i] == '"' || value[i] == '\\' ||
            i == TK_JSON_TEXT_MAX) {
            return 0;
        }
    }
    return i;
}

static char *escaped(const char *value)
{
    json_t *text = json_string(value); /* NULL: it is no UTF-8 */
    char *made = json_dumps(text, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);

    json_decref(text);
    if (made && strlen(made) > TK_JSON_TEXT_MAX) {
        free(made);
        made = NULL;
    }
    return made;
}

void tk_json_text(tk_json_line *line, const char *key, const char *value)
{
    const size_t plain = plain_length(value);

    put_key(line, key);
    if (plain > 0) {
        put_char(line, '"');
        put(line, value, plain);
        put_char(line, '"');
    } else {
        char *made = escaped(value);

        put(line, made ? made : "\"?\"", made ? strlen(made) : 3);
        free(made);
    }
}

/* --- numbers ------------------------------------------------------------------------------------------ */

/* Digits from the end of `room`, which has TK_DIGITS; returns where they begin. */
#define TK_DIGITS 20
static char *digits(char *room, uint64_t value)
{
    char *at = room + TK_DIGITS;

    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return at;
}

static void put_number(tk_json_line *line, uint64_t value)
{
    char room[TK_DIGITS];
    const char *at = digits(room, value);

    put(line, at, (size_t)(room + TK_DIGITS - at));
}

void tk_json_number(tk_json_line *line, const char *key, uint64_t value)
{
    put_key(line, key);
    put_number(line, value);
}

void tk_json_decimal(tk_json_line *line, const char *key, uint64_t value, unsigned places)
{
    char room[TK_DIGITS], *at, *end = room + TK_DIGITS;
    uint64_t unit = 1;

    for (unsigned i = 0; i < places; i++) {
        unit *= 10;
    }
    tk_json_number(line, key, value / unit);
    if (value % unit == 0) {
        return;
    }
    for (at = digits(room, value % unit); at > room + TK_DIGITS - places;) {
        *--at = '0';
    }
    while (end[-1] == '0') {
        end--;
    }
    put_char(line, '.');
    put(line, at, (size_t)(end - at));
}

/* SPDX-License-Identifier: MIT
 *
 * A JSON object, written member by member into a line of text. A trace has hundreds of thousands a second,
 * for which jansson, with an allocation for each value, would need a processor of its own.
 */
#ifndef TIMEKEEPER_TRACE_JSON_LINE_H
#define TIMEKEEPER_TRACE_JSON_LINE_H

#include <stddef.h>
#include <stdint.h>

typedef struct tk_json_line {
    size_t size; /* of `text`, which has no end mark */
    char text[4096];
} tk_json_line;

/* Begins the object. `key`s are C identifiers, and nothing is checked: the caller's members fit into the
 * line, whose texts are cut (to "?", if it has to be) when they are longer than TK_JSON_TEXT_MAX. */
#define TK_JSON_TEXT_MAX 1000
void tk_json_begin(tk_json_line *line);
void tk_json_text(tk_json_line *line, const char *key, const char *value);
void tk_json_number(tk_json_line *line, const char *key, uint64_t value);
/* value / 10^places, exactly; places: 0 to 19 */
void tk_json_decimal(tk_json_line *line, const char *key, uint64_t value, unsigned places);
/* An object in the object: what follows is in it, up to tk_json_end. */
void tk_json_object(tk_json_line *line, const char *key);
/* Ends the innermost object. */
void tk_json_end(tk_json_line *line);

#endif

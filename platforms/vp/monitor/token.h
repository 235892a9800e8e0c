/* SPDX-License-Identifier: MIT
 *
 * The token: who has it may change the simulation.
 */
#ifndef PLATFORMS_VP_MONITOR_TOKEN_H
#define PLATFORMS_VP_MONITOR_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TOKEN_MIN 16
#define TOKEN_MAX 128

/* 128 random bits of the host's kernel as 32 hexadecimal digits. False: it has none, errno says why. */
bool token_make(char token[TOKEN_MAX + 1]);
/* The first line of a file: 16 to 128 letters, digits, '-' and '_'. Who is not its owner must not be able to
 * read it. False: `message` says in one line what is wrong. */
bool token_read(const char *file, char token[TOKEN_MAX + 1], char *message, size_t size);
/* Takes as long wherever the two differ. */
bool token_equal(const char *a, const char *b);

#ifdef __cplusplus
}
#endif

#endif

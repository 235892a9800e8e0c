/* SPDX-License-Identifier: MIT */
#include "token.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

bool token_make(char token[TOKEN_MAX + 1])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char random[16];

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(random); i++) {
        token[2 * i] = digits[random[i] >> 4];
        token[2 * i + 1] = digits[random[i] & 15];
    }
    token[2 * sizeof(random)] = '\0';
    return true;
}

static bool is_right(const char *token)
{
    const size_t length = strlen(token);

    return length >= TOKEN_MIN && length <= TOKEN_MAX &&
           strspn(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == length;
}

static bool read_line(FILE *file, char token[TOKEN_MAX + 1], char *message, size_t size)
{
    struct stat about;
    char line[TOKEN_MAX + 3] = "";

    if (fstat(fileno(file), &about) != 0 || (about.st_mode & (S_IRWXG | S_IRWXO))) {
        snprintf(message, size, "others than its owner can use it; chmod 600 makes it right");
        return false;
    }
    if (!fgets(line, sizeof(line), file)) {
        line[0] = '\0';
    }
    line[strcspn(line, "\r\n")] = '\0';
    if (!is_right(line)) {
        snprintf(message, size, "its first line must be %d to %d letters, digits, '-' and '_'", TOKEN_MIN,
                 TOKEN_MAX);
        return false;
    }
    memcpy(token, line, strlen(line) + 1);
    return true;
}

bool token_read(const char *file, char token[TOKEN_MAX + 1], char *message, size_t size)
{
    FILE *in = fopen(file, "re");
    bool good;

    if (!in) {
        snprintf(message, size, "cannot read it: %s", strerror(errno));
        return false;
    }
    good = read_line(in, token, message, size);
    fclose(in);
    return good;
}

bool token_equal(const char *a, const char *b)
{
    const size_t length = strlen(a), other = strlen(b);
    unsigned char difference = length != other;

    for (size_t i = 0; i < length; i++) {
        difference |= (unsigned char)(a[i] ^ b[other ? i % other : 0]);
    }
    return difference == 0;
}

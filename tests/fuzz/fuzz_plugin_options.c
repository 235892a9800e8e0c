/* SPDX-License-Identifier: MIT
 *
 * Lines of text -> the icount plugin's options. Either all that is parsed is in range, or one line says what
 * is wrong; whatever the size of the caller's buffer for it.
 */
#include "fuzz.h"

#include "options.h"

#include <string.h>

#define WORDS_MAX 64
#define MESSAGE_MAX 256
#define QUANTUM_MAX_PS (UINT64_C(3600) * TK_PS_PER_SECOND)

static bool is_a_rate(uint64_t rate)
{
    return rate >= 1 && rate <= TK_RATE_MAX;
}

static bool is_terminated(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static void check_options(const icount_options *o)
{
    REQUIRE(is_a_rate(o->common_rate));
    REQUIRE(o->quantum_ps >= 1 && o->quantum_ps <= QUANTUM_MAX_PS);
    REQUIRE(o->idle == TK_IDLE_WALLCLOCK || o->idle == TK_IDLE_WARP);
    REQUIRE(is_terminated(o->timeline, sizeof(o->timeline)));
    REQUIRE(is_terminated(o->source, sizeof(o->source)) && o->source[0] != '\0');
    for (unsigned i = 0; i < TK_VCPUS_MAX + 2; i++) {
        REQUIRE(is_a_rate(icount_options_rate(o, i)));
    }
}

static void check_message(const char *message)
{
    REQUIRE(is_terminated(message, MESSAGE_MAX));
    REQUIRE(message[0] != '\0');
    REQUIRE(strchr(message, '\n') == NULL);
}

/* The same words and less room: the same answer, and as much of the message as fits. */
static void parse_with_less_room(bool good, int argc, char **argv, const char *message)
{
    icount_options options;
    char less[17] = "";

    less[16] = '!';
    REQUIRE(icount_options_parse(&options, argc, argv, less, 16) == good);
    REQUIRE(less[16] == '!');
    REQUIRE(good ? less[0] == '\0' : strncmp(less, message, strlen(less)) == 0 && is_terminated(less, 16));
}

static int split(char *text, char **words)
{
    int n = 0;

    for (char *line = text; line && n < WORDS_MAX; n++) {
        char *end = strchr(line, '\n');

        words[n] = line;
        if (end) {
            *end++ = '\0';
        }
        line = end && *end != '\0' ? end : NULL;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words[WORDS_MAX], *text = malloc(size + 1);
    char message[MESSAGE_MAX] = "";
    icount_options options;
    bool good;
    int n;

    REQUIRE(text);
    memcpy(text, data, size);
    text[size] = '\0';
    n = size > 0 ? split(text, words) : 0;
    good = icount_options_parse(&options, n, words, message, sizeof(message));
    if (good) {
        check_options(&options);
    } else {
        check_message(message);
    }
    parse_with_less_room(good, n, words, message);
    free(text);
    return 0;
}

/* SPDX-License-Identifier: MIT
 *
 * One run as a JUnit file: a test suite with one test case, as Jenkins, GitLab and others read it.
 */
#ifndef PLATFORMS_VP_JUNIT_H
#define PLATFORMS_VP_JUNIT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum junit_result {
    JUNIT_PASSED,
    JUNIT_FAILED, /* the guest, or what it said, was not as expected */
    JUNIT_ERROR,  /* it could not be found out */
};

struct junit_property {
    const char *name, *value;
};

struct junit_case {
    const char *name;
    int64_t began_s;  /* the host's time, s since 1970 */
    uint64_t wall_ns; /* how long it took */
    enum junit_result result;
    const char *type;    /* of a failure or an error */
    const char *message; /* one line */
    const char *text;    /* any bytes: what XML 1.0 does not allow is shown as U+FFFD */
    const struct junit_property *properties;
    size_t property_count;
};

/* Writes it; what stood in the file before stays until the new one is complete. Returns 0, or an errno. Any
 * thread. */
int junit_write(const char *file, const struct junit_case *the_case);

#ifdef __cplusplus
}
#endif

#endif

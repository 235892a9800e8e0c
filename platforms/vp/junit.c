/* SPDX-License-Identifier: MIT */
#include "junit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <libxml/parserInternals.h>
#include <libxml/xmlstring.h>
#include <libxml/xmlwriter.h>

#define SUITE "vp"

/* --- text ------------------------------------------------------------------------------------------- */

/* What guests print is any bytes. An escape sequence, say, has no place in XML 1.0 (section 2.2,
 * "Characters"), not even as a character reference. The result is the caller's to free. */
static xmlChar *allowed(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD in UTF-8: three bytes for one at the most */
    const size_t length = strlen(text);
    xmlChar *result = malloc(length * 3 + 1);
    char *to = (char *)result;
    size_t at = 0;

    while (result && at < length) {
        int size = length - at < 4 ? (int)(length - at) : 4;
        const int character = xmlGetUTF8Char((const unsigned char *)text + at, &size);
        if (character >= 0 && xmlIsCharQ((unsigned)character)) {
            memcpy(to, text + at, (size_t)size);
            to += size;
            at += (size_t)size;
        } else {
            memcpy(to, replacement, sizeof(replacement) - 1);
            to += sizeof(replacement) - 1;
            at++;
        }
    }
    if (result) {
        *to = '\0';
    }
    return result;
}

/* --- elements --------------------------------------------------------------------------------------- */

static bool attribute(xmlTextWriterPtr writer, const char *name, const char *value)
{
    xmlChar *text = allowed(value);
    const bool good = text && xmlTextWriterWriteAttribute(writer, BAD_CAST name, text) >= 0;

    free(text);
    return good;
}

static bool begin(xmlTextWriterPtr writer, const char *element)
{
    return xmlTextWriterStartElement(writer, BAD_CAST element) >= 0;
}

static bool end(xmlTextWriterPtr writer)
{
    return xmlTextWriterEndElement(writer) >= 0;
}

static bool body(xmlTextWriterPtr writer, const char *value)
{
    xmlChar *text = allowed(value);
    const bool good = text && xmlTextWriterWriteString(writer, text) >= 0;

    free(text);
    return good;
}

/* Attributes that count what is in a suite: both levels have them. */
static bool counts(xmlTextWriterPtr writer, const struct junit_case *the_case, const char *seconds)
{
    return attribute(writer, "tests", "1") &&
           attribute(writer, "failures", the_case->result == JUNIT_FAILED ? "1" : "0") &&
           attribute(writer, "errors", the_case->result == JUNIT_ERROR ? "1" : "0") &&
           attribute(writer, "skipped", "0") && attribute(writer, "time", seconds);
}

static bool properties(xmlTextWriterPtr writer, const struct junit_case *the_case)
{
    bool good = begin(writer, "properties");

    for (size_t i = 0; good && i < the_case->property_count; i++) {
        good = begin(writer, "property") && attribute(writer, "name", the_case->properties[i].name) &&
               attribute(writer, "value", the_case->properties[i].value) && end(writer);
    }
    return good && end(writer);
}

static bool verdict(xmlTextWriterPtr writer, const struct junit_case *the_case)
{
    if (the_case->result == JUNIT_PASSED) {
        return true;
    }
    return begin(writer, the_case->result == JUNIT_FAILED ? "failure" : "error") &&
           attribute(writer, "type", the_case->type) && attribute(writer, "message", the_case->message) &&
           body(writer, the_case->text) && end(writer);
}

static bool suite(xmlTextWriterPtr writer, const struct junit_case *the_case)
{
    const time_t began = (time_t)the_case->began_s;
    struct tm parts;
    char when[32], seconds[32];

    gmtime_r(&began, &parts);
    strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &parts);
    snprintf(seconds, sizeof(seconds), "%" PRIu64 ".%03" PRIu64, the_case->wall_ns / 1000000000,
             the_case->wall_ns % 1000000000 / 1000000);
    return begin(writer, "testsuites") && counts(writer, the_case, seconds) && begin(writer, "testsuite") &&
           attribute(writer, "name", SUITE) && counts(writer, the_case, seconds) &&
           attribute(writer, "timestamp", when) && begin(writer, "testcase") &&
           attribute(writer, "classname", SUITE) && attribute(writer, "name", the_case->name) &&
           attribute(writer, "time", seconds) && properties(writer, the_case) && verdict(writer, the_case) &&
           end(writer) && end(writer) && end(writer);
}

/* False: no memory. */
static bool document(xmlBufferPtr buffer, const struct junit_case *the_case)
{
    xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);
    bool good = writer && xmlTextWriterSetIndent(writer, 1) >= 0 &&
                xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL) >= 0 && suite(writer, the_case) &&
                xmlTextWriterEndDocument(writer) >= 0;

    xmlFreeTextWriter(writer); /* this flushes */
    return good;
}

/* --- file ------------------------------------------------------------------------------------------- */

static int write_all(const char *file, const xmlChar *bytes, size_t size)
{
    FILE *out = fopen(file, "wb");

    if (!out) {
        return errno;
    }
    errno = 0;
    const bool written = fwrite(bytes, 1, size, out) == size;
    const bool closed = fclose(out) == 0;
    return written && closed ? 0 : errno ? errno : EIO;
}

static int replace(const char *file, const xmlChar *bytes, size_t size)
{
    struct stat there;

    if (stat(file, &there) == 0 && !S_ISREG(there.st_mode)) {
        return write_all(file, bytes, size); /* a pipe, say */
    }
    const size_t length = strlen(file) + 32;
    char *beside = malloc(length);
    int error = ENOMEM;

    if (beside) {
        snprintf(beside, length, "%s.%ld.part", file, (long)getpid());
        error = write_all(beside, bytes, size);
        if (error == 0 && rename(beside, file) != 0) {
            error = errno;
        }
        if (error != 0) {
            unlink(beside);
        }
        free(beside);
    }
    return error;
}

int junit_write(const char *file, const struct junit_case *the_case)
{
    xmlBufferPtr buffer = xmlBufferCreate();
    int error = ENOMEM;

    if (buffer && document(buffer, the_case)) {
        error = replace(file, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer));
    }
    if (buffer) {
        xmlBufferFree(buffer);
    }
    return error;
}

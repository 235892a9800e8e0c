/* SPDX-License-Identifier: MIT */
#include "timekeeper/output.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNFINISHED_MAX 64

struct tk_output {
    FILE *file; /* writes to fd, and keeps the first error: stdio itself forgets it */
    int fd;     /* or -1 */
    int error;
    char *name;
    char *working_name; /* the same if it is written in place */
    int slot;           /* in `unfinished`, or -1 */
};

/* Working names of files that are not complete. Who takes one out has to free it; the lock is for all but
 * tk_output_discard_all, which frees none. */
static _Atomic(char *) unfinished[UNFINISHED_MAX];
static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;

static bool in_place(const tk_output *o)
{
    return o->slot < 0;
}

/* Enters the output's working name, or returns an errno value. */
static int enter(tk_output *o)
{
    int error = 0, slot = -1;

    pthread_mutex_lock(&names_lock);
    for (int i = 0; i < UNFINISHED_MAX; i++) {
        const char *each = atomic_load(&unfinished[i]);

        if (!each) {
            slot = i;
        } else if (strcmp(each, o->working_name) == 0) {
            error = EBUSY;
        }
    }
    if (slot < 0 && !error) {
        error = EMFILE;
    }
    if (!error) {
        atomic_store(&unfinished[slot], o->working_name);
        o->slot = slot;
    }
    pthread_mutex_unlock(&names_lock);
    return error;
}

/* "folder/run.json" becomes "folder/run.partial.json". */
static char *working_name_of(const char *name)
{
    static const char partial[] = ".partial";
    const char *slash = strrchr(name, '/'), *ending = strrchr(name, '.');
    char *made = malloc(strlen(name) + sizeof(partial));
    size_t stem;

    if (!made) {
        return NULL;
    }
    if (!ending || ending <= (slash ? slash + 1 : name)) {
        ending = name + strlen(name);
    }
    stem = (size_t)(ending - name);
    memcpy(made, name, stem);
    memcpy(made + stem, partial, sizeof(partial) - 1);
    memcpy(made + stem + sizeof(partial) - 1, ending, strlen(ending) + 1);
    return made;
}

static ssize_t write_on(void *opaque, const char *data, size_t size)
{
    tk_output *o = opaque;
    size_t done = 0;

    while (done < size && !o->error) {
        const ssize_t count = write(o->fd, data + done, size - done);

        if (count >= 0) {
            done += (size_t)count;
        } else if (errno != EINTR) {
            o->error = errno;
        }
    }
    return done == size ? (ssize_t)size : 0;
}

static int open_file(tk_output *o, const char *name)
{
    const cookie_io_functions_t calls = {.write = write_on};

    o->fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (o->fd < 0) {
        return errno;
    }
    o->file = fopencookie(o, "w", calls);
    return o->file ? 0 : ENOMEM;
}

static int open_beside(tk_output *o)
{
    struct stat before;
    int error;

    o->working_name = working_name_of(o->name);
    if (!o->working_name) {
        return ENOMEM;
    }
    error = enter(o);
    if (error) {
        return error;
    }
    error = open_file(o, o->working_name);
    if (!error && stat(o->name, &before) == 0) {
        fchmod(o->fd, before.st_mode & 07777); /* as good as it goes: it may be another's */
    }
    return error;
}

static void drop(tk_output *o)
{
    if (o->file) {
        fclose(o->file);
    }
    if (o->fd >= 0) {
        close(o->fd);
    }
    pthread_mutex_lock(&names_lock);
    if (in_place(o) || atomic_exchange(&unfinished[o->slot], NULL)) {
        free(o->working_name);
    }
    pthread_mutex_unlock(&names_lock);
    free(o->name);
    free(o);
}

int tk_output_open(const char *path, tk_output **output)
{
    tk_output *o = calloc(1, sizeof(*o));
    struct stat about;
    int error;

    if (!o) {
        return ENOMEM;
    }
    o->slot = o->fd = -1;
    /* A link stays one: what it points to is replaced. */
    o->name = realpath(path, NULL);
    if (!o->name) {
        o->name = strdup(path);
    }
    if (!o->name) {
        error = ENOMEM;
    } else if (stat(o->name, &about) == 0 && !S_ISREG(about.st_mode)) {
        error = open_file(o, o->name);
    } else {
        error = open_beside(o);
    }
    if (error) {
        if (!in_place(o)) {
            unlink(o->working_name);
        }
        drop(o);
        return error;
    }
    *output = o;
    return 0;
}

FILE *tk_output_file(const tk_output *o)
{
    return o->file;
}

const char *tk_output_working_name(const tk_output *o)
{
    return in_place(o) ? o->name : o->working_name;
}

/* All of it is written, or an errno value says why not. */
static int end_writing(tk_output *o)
{
    const bool flushed = fclose(o->file) == 0;

    if (close(o->fd) && !o->error) {
        o->error = errno;
    }
    o->file = NULL;
    o->fd = -1;
    return o->error || flushed ? o->error : ENOMEM; /* what stdio has no room for */
}

int tk_output_commit(tk_output *o)
{
    int error = end_writing(o);

    if (!in_place(o)) {
        if (!error && rename(o->working_name, o->name)) {
            error = errno;
        }
        if (error) {
            unlink(o->working_name);
        }
    }
    drop(o);
    return error;
}

void tk_output_discard(tk_output *o)
{
    if (!o) {
        return;
    }
    if (!in_place(o)) {
        unlink(o->working_name);
    }
    drop(o);
}

void tk_output_discard_all(void)
{
    for (int i = 0; i < UNFINISHED_MAX; i++) {
        char *name = atomic_exchange(&unfinished[i], NULL);

        if (name) {
            unlink(name); /* the name is not freed: this may be a signal handler */
        }
    }
}

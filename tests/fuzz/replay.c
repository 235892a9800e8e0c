/* SPDX-License-Identifier: MIT
 *
 * main() for a fuzzer's entry point where there is no libFuzzer: tries each file of the folders that are
 * named.
 *
 *   fuzz_NAME_replay FOLDER|FILE...
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static unsigned inputs;

static void fail(const char *path)
{
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(1);
}

static void try_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size + 1);

    if (!file || !data || fread(data, 1, size, file) != size) {
        fail(path);
    }
    fclose(file);
    fprintf(stderr, "%s: %zu bytes\n", path, size);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    inputs++;
}

static void try_path(const char *path)
{
    struct stat status;
    char inside[PATH_MAX];
    DIR *folder;

    if (stat(path, &status) != 0) {
        fail(path);
    }
    if (!S_ISDIR(status.st_mode)) {
        try_file(path, (size_t)status.st_size);
        return;
    }
    folder = opendir(path);
    if (!folder) {
        fail(path);
    }
    for (const struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] != '.' &&
            snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name) < (int)sizeof(inside)) {
            try_path(inside);
        }
    }
    closedir(folder);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        try_path(argv[i]);
    }
    if (inputs == 0) {
        fprintf(stderr, "%s: no inputs: name folders or files\n", argv[0]);
        return 1;
    }
    printf("%u inputs\n", inputs);
    return 0;
}

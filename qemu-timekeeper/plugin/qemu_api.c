/* SPDX-License-Identifier: MIT */
#include "qemu_api.h"

#include <dlfcn.h>
#include <string.h>

static void *open_object_of(const void *address)
{
    Dl_info info;
    void *handle;

    if (!dladdr(address, &info)) {
        return NULL;
    }
    handle = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    /* A program's own name cannot be opened; NULL names it. */
    return handle ? handle : dlopen(NULL, RTLD_LAZY);
}

const char *qemu_api_bind(qemu_api *api, const void *caller)
{
    void *object = open_object_of(caller);
    void *call;

    if (!object) {
        return "(QEMU itself)";
    }
#define QEMU_API_BIND(name)                                                                                  \
    call = dlsym(object, #name);                                                                             \
    if (!call) {                                                                                             \
        return #name;                                                                                        \
    }                                                                                                        \
    memcpy(&api->name, &call, sizeof(call));
    QEMU_API_MAP(QEMU_API_BIND)
#undef QEMU_API_BIND
    return NULL;
}

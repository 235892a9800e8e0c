# SPDX-License-Identifier: MIT
# What the recipe says, and how it gives up.

say()
{
    printf 'qemu: %s\n' "$*"
}

die()
{
    printf 'qemu: error: %s\n' "$*" >&2
    exit 1
}

# have COMMAND...: are all of them there?
have()
{
    command -v "$@" >/dev/null 2>&1
}

# check_tools: names all that is missing at once, and what to install.
check_tools()
{
    local missing=() packages=() pair tool
    for pair in ninja:ninja-build pkg-config:pkg-config patch:patch tar:tar xz:xz-utils flock:util-linux \
        sha256sum:coreutils "$cc":build-essential "$python":python3; do
        tool=${pair%:*}
        have "$tool" || { missing+=("$tool") && packages+=("${pair#*:}"); }
    done
    if have pkg-config; then
        for pair in glib-2.0:libglib2.0-dev slirp:libslirp-dev; do
            pkg-config --exists "${pair%:*}" || { missing+=("${pair%:*}") && packages+=("${pair#*:}"); }
        done
    fi
    if have "$cc" && ! echo '#include <libfdt.h>' | "$cc" -E - >/dev/null 2>&1; then
        missing+=(libfdt) packages+=(libfdt-dev)
    fi
    if have "$python" && ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        missing+=("Python's venv") packages+=(python3-venv)
    fi
    [ ${#missing[@]} -eq 0 ] ||
        die "cannot build QEMU without ${missing[*]}: install the packages ${packages[*]}"
}

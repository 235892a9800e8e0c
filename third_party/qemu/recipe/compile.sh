# SPDX-License-Identifier: MIT
# From the source to the result.

# build_result: builds $result; needs the lock. Always in the same folder, so that ccache sees the same
# paths; after a failure the folder stays, for its log.
build_result()
{
    work=$cache/work
    log=$work/log
    rm -rf "$work"
    mkdir -p "$work"
    say "building QEMU for ${targets[*]}, once for this recipe; a few minutes. Log: $log"
    unpack_source "$work/qemu"
    apply_patches
    add_libqemu
    provide_meson "$work/qemu"
    configure_qemu
    compile_qemu
    collect_result
    rm -rf "$work"
}

apply_patches()
{
    local patch
    for patch in "$here"/patches/*.patch; do
        # Offsets are fine, guesses are not.
        patch -d "$work/qemu" -p1 --forward --fuzz=0 <"$patch" >>"$log" 2>&1 ||
            give_up "$(basename "$patch") does not fit QEMU $(cat "$work/qemu/VERSION") from $source_path"
    done
}

add_libqemu()
{
    mkdir -p "$work/qemu/libqemu/timekeeper"
    cp "$here"/glue/* "$work/qemu/libqemu/"
    cp "$libqemu_header" "$work/qemu/libqemu/timekeeper/"
}

# with_tools COMMAND...: in the build folder, with the Python and the meson that we mean. ccache is told to
# take paths relative to the work folder, so that a cache elsewhere finds the same objects. Nothing varies from one build to
# the next: neither a date, nor the order of Python's sets, in which QEMU's decoders are generated.
with_tools()
{
    (cd "$work/qemu/build" && env -u PYTHONHOME -u VIRTUAL_ENV -u CFLAGS -u LDFLAGS PYTHONNOUSERSITE=1 PYTHONPATH="$meson_path" \
        CCACHE_BASEDIR="$work" CCACHE_NOHASHDIR=1 SOURCE_DATE_EPOCH=0 PYTHONHASHSEED=0 LC_ALL=C.UTF-8 "$@")
}

# What is built does not say where: the same source gives the same bytes in every folder, with ccache and without, which
# names files relative to the build folder just so.
prefix_maps()
{
    echo "-ffile-prefix-map=$work/qemu=.. -ffile-prefix-map=$work/qemu/build=."
}

configure_qemu()
{
    local list compiler=$cc
    list=$(printf ',%s-softmmu' "${targets[@]}")
    have ccache && compiler="ccache $cc"
    mkdir -p "$work/qemu/build"
    say "configuring"
    with_tools ../configure --target-list="${list#,}" --cc="$compiler" --python="$python" "${configure_flags[@]}" \
        --extra-cflags="$(prefix_maps)" >>"$log" 2>&1 || give_up "QEMU cannot be configured"
}

compile_qemu()
{
    local target files=()
    for target in "${targets[@]}"; do
        files+=("qemu-system-$target" "libqemu-system-$target.so")
    done
    with_tools ninja -j "$jobs" "${files[@]}" 2>&1 | show_progress ||
        give_up "QEMU does not compile"
}

# show_progress: all of ninja's output goes to the log; of its "[n/m]" lines a terminal sees the newest,
# anything else each twentieth part.
show_progress()
{
    local terminal=0
    [ ! -t 1 ] || terminal=1
    awk -v log_file="$log" -v terminal=$terminal '
        { print >>log_file; fflush(log_file) }
        match($0, /^\[[0-9]+\/[0-9]+\]/) {
            split(substr($0, 2, RLENGTH - 2), n, "/")
            part = int(20 * n[1] / n[2])
            if (terminal)
                printf "\r\033[Kqemu: compiling %s/%s", n[1], n[2]
            else if (part != shown)
                print "qemu: compiling " n[1] "/" n[2]
            shown = part
            fflush()
        }
        END { if (terminal && shown != "") print "" }'
}

collect_result()
{
    local target new=$cache/qemu/.$key.$$
    rm -rf "$new"
    mkdir -p "$new"/{bin,lib,include}
    for target in "${targets[@]}"; do
        cp "$work/qemu/build/qemu-system-$target" "$new/bin/"
        cp "$work/qemu/build/libqemu-system-$target.so" "$new/lib/"
    done
    cp "$work/qemu/include/qemu/qemu-plugin.h" "$new/include/"
    cat >"$new/manifest" <<END
qemu $(cat "$work/qemu/VERSION")
source sha256 $source_hash
targets ${targets[*]}
compiler $(compiler_version)
system $(system_version)
configure ${configure_flags[*]}
END
    rm -rf "$result"
    mv -T "$new" "$result"
    say "built: $result"
}

give_up()
{
    tail -n 30 "$log" | sed 's/^/  /' >&2
    die "$1; the whole log: $log"
}

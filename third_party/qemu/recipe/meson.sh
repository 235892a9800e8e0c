# SPDX-License-Identifier: MIT
# QEMU 10.0 wants meson 1.5. Release tarballs bring one; Debian's source does not, and Debian 12 has 1.0, but
# its backports have a newer one, which is pure Python and needs no installation.

wanted_meson=1.5

# provide_meson SOURCE_DIR: sets meson_path, which is to be put into PYTHONPATH; may be empty.
provide_meson()
{
    local kept=$cache/meson
    meson_path=
    [ -z "$(find "$1/python/wheels" -name 'meson-*.whl' 2>/dev/null)" ] || return 0
    meson_is_new_enough "" && return
    if ! meson_is_new_enough "$kept/usr/lib/python3/dist-packages"; then
        say "fetching meson from $(machine_suite)-backports"
        fetch_meson "$kept" || die "QEMU needs meson $wanted_meson or newer for $python, and there is none in" \
            "$(machine_suite)-backports: install one, or pass QEMU's release tarball, which brings its own"
    fi
    meson_path=$kept/usr/lib/python3/dist-packages
}

# meson_is_new_enough PATH
meson_is_new_enough()
{
    local version
    version=$(PYTHONNOUSERSITE=1 PYTHONPATH=$1 "$python" -c \
        'from importlib.metadata import version; print(version("meson"))' 2>/dev/null) || return 1
    printf '%s\n' "$wanted_meson" "$version" | sort -V -C
}

fetch_meson()
{
    local folder=$1.$$
    apt_root meson deb "$(machine_suite)-backports" && private_apt apt-get update >/dev/null || return 1
    rm -rf "$folder" "$1" && mkdir -p "$folder/unpacked"
    (cd "$folder" && private_apt apt-get download meson >/dev/null) &&
        dpkg-deb -x "$folder"/meson_*.deb "$folder/unpacked" &&
        meson_is_new_enough "$folder/unpacked/usr/lib/python3/dist-packages" &&
        mv "$folder/unpacked" "$1" || { rm -rf "$folder" && return 1; }
    rm -rf "$folder"
}

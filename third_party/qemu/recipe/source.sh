# SPDX-License-Identifier: MIT
# Where QEMU's source comes from: what the user gives, the cache, Debian's source package, upstream's tarball.
# Sets source_path (a folder or a tarball) and source_hash.

debian_suite=trixie
upstream_version=10.0.13
# QEMU's own download site; a mirror of it may be given.
upstream_url=${TIMEKEEPER_QEMU_URL:-https://download.qemu.org}

# find_source_offline: succeeds when the source is given or cached.
find_source_offline()
{
    if [ -n "$source_given" ]; then
        use_given_source
    else
        use_cached_source
    fi
}

find_source()
{
    find_source_offline && return
    mkdir -p "$cache/sources"
    fetch_from_debian || fetch_from_upstream || die "no source of QEMU $wanted_version.x. Connect to the network," \
        "or pass a source folder or tarball: cmake -DTIMEKEEPER_QEMU_SOURCE=PATH (or the variable" \
        "TIMEKEEPER_QEMU_SOURCE in the environment)"
    use_cached_source
}

use_given_source()
{
    [ -e "$source_given" ] || die "the given QEMU source $source_given does not exist"
    source_path=$(realpath "$source_given")
    if [ -d "$source_path" ]; then
        check_version "$source_path"
        source_hash=$(folder_as_tar | sha256sum | cut -d' ' -f1)
    else
        source_hash=$(sha256sum <"$source_path" | cut -d' ' -f1)
        check_hash "$source_path" "$source_hash"
    fi
}

use_cached_source()
{
    source_path=$(find "$cache/sources" -name "qemu-$wanted_version.*.tar.xz" 2>/dev/null | sort -V | tail -n 1)
    [ -n "$source_path" ] && [ -e "$source_path.sha256" ] || return 1
    source_hash=$(cat "$source_path.sha256")
}

# keep_source FILE VERSION: into the cache; its hash is noted last, which makes it valid.
keep_source()
{
    local kept=$cache/sources/qemu-$2.tar.xz
    mv "$1" "$kept"
    sha256sum <"$kept" | cut -d' ' -f1 >"$kept.sha256.new"
    mv "$kept.sha256.new" "$kept.sha256"
}

check_version()
{
    local version
    [ -e "$1/VERSION" ] || die "$source_path is no QEMU source: it has no file VERSION"
    version=$(cat "$1/VERSION")
    case $version in
    "$wanted_version".*) ;;
    *) die "$source_path is QEMU $version, but the patches are for $wanted_version.x" ;;
    esac
    [ -e "$1/subprojects/keycodemapdb/meson.build" ] || [ -d "$1/subprojects/keycodemapdb/data" ] ||
        die "$source_path has no subprojects/keycodemapdb: use a release tarball, or run in it" \
            "'meson subprojects download keycodemapdb berkeley-softfloat-3 berkeley-testfloat-3'"
}

check_hash()
{
    [ -z "$sha256_given" ] || [ "$2" = "$sha256_given" ] || die "$1 has SHA-256 $2, not $sha256_given"
}

# A folder's files alone, in one order: no history, no earlier build, no dates.
folder_as_tar()
{
    tar -C "$source_path" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
        --exclude=./.git --exclude=./build --exclude=__pycache__ -cf - .
}

# unpack_source DIR: of a tarball only what it had when it was checked and named.
unpack_source()
{
    local found
    mkdir -p "$1"
    if [ -d "$source_path" ]; then
        folder_as_tar | tar -C "$1" -xf -
    else
        found=$(sha256sum <"$source_path" | cut -d' ' -f1)
        [ "$found" = "$source_hash" ] || die "$source_path has SHA-256 $found, but it had $source_hash when it was" \
            "checked: remove it, and it is fetched anew"
        tar -C "$1" --strip-components=1 -xf "$source_path" || die "cannot unpack $source_path"
    fi
    check_version "$1"
}

# apt checks the signature of the suite, and by it the tarball's hash.
fetch_from_debian()
{
    local package version folder=$cache/sources/debian.$$
    apt_root source deb-src $debian_suite || { say "no apt here that knows a Debian mirror" && return 1; }
    say "fetching Debian's source package (suite $debian_suite)"
    private_apt apt-get update >/dev/null || { say "Debian's package lists cannot be read" && return 1; }
    package=$(newest_debian_version)
    version=${package#*:}
    case $version in
    "$wanted_version".*) ;;
    *) say "Debian $debian_suite has QEMU ${version:-not at all}, not $wanted_version.x" && return 1 ;;
    esac
    rm -rf "$folder" && mkdir -p "$folder"
    (cd "$folder" && private_apt apt-get source --only-source --download-only --tar-only "qemu=$package" >/dev/null) ||
        { rm -rf "$folder" && return 1; }
    version=${version%%[+-]*}
    keep_source "$(find "$folder" -name 'qemu_*.orig.tar.xz')" "$version"
    rm -rf "$folder"
    say "source of QEMU $version is in $cache/sources"
}

# With its epoch, e.g. 1:10.0.13+ds-0+deb13u1.
newest_debian_version()
{
    apt-cache -c "$apt_conf" showsrc --only-source qemu | sed -n 's/^Version: //p' | sort -V | tail -n 1
}

# Upstream publishes signatures, no hashes: the tarball is used when its hash is given or when gpg has the
# release manager's key and finds the signature good. Never unchecked.
fetch_from_upstream()
{
    local name=qemu-$upstream_version.tar.xz file=$cache/sources/upstream.$$
    say "fetching upstream's tarball $name"
    download "$upstream_url/$name" "$file" || { say "$upstream_url/$name cannot be read" && return 1; }
    check_upstream "$file" "$upstream_url/$name"
    rm -f "$file.sig"
    keep_source "$file" "$upstream_version"
}

# check_upstream FILE URL: removes the file when it does not pass.
check_upstream()
{
    if [ -n "$sha256_given" ]; then
        (check_hash "$2" "$(sha256sum <"$1" | cut -d' ' -f1)") && return
        rm -f "$1"
        exit 1
    fi
    have gpg && download "$2.sig" "$1.sig" && gpg --verify "$1.sig" "$1" 2>/dev/null && return
    rm -f "$1" "$1.sig"
    die "cannot check $2: pass its hash with cmake -DTIMEKEEPER_QEMU_SHA256=HASH," \
        "or import the key of QEMU's release manager into gpg"
}

# download URL FILE
download()
{
    "$python" -c 'import shutil, sys, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=60) as page, open(sys.argv[2], "wb") as file:
    shutil.copyfileobj(page, file)' "$1" "$2" 2>/dev/null
}

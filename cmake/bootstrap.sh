# SPDX-License-Identifier: MIT
# What ./run, ./test and ./lint share: from a fresh Debian machine to a finished build. All that is said here
# goes to stderr, so that stdout is the platform's or the tests' alone.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# choose_preset NAME: what is built from here on, and where.
choose_preset()
{
    preset=$1
    build=$root/build/$preset
}

choose_preset "${TIMEKEEPER_PRESET:-default}"

die()
{
    printf '%s: error: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# missing_packages LIST...: those of the files LIST that are not installed.
missing_packages()
{
    local wanted
    wanted=$(cat "$@" | sed 's/#.*//')
    # shellcheck disable=SC2086 # one argument a word
    comm -23 <(printf '%s\n' $wanted | LC_ALL=C sort -u) \
        <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
            sed -n 's/ installed$//p' | LC_ALL=C sort -u)
}

# install_packages LIST...: asks apt only when something is missing. Elsewhere than on Debian, CMake and the
# QEMU recipe say what they miss.
install_packages()
{
    local missing as_root=()
    command -v dpkg-query apt-get >/dev/null || return 0
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "Installing packages: ${missing[*]}" >&2
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "neither root nor sudo here: install these packages first: ${missing[*]}"
        as_root=(sudo)
    fi
    # A repository of the user's that does not answer is no reason to stop.
    "${as_root[@]}" apt-get -qq update >&2 || echo "apt-get update failed; trying with the lists that are there" >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
        -o Dpkg::Use-Pty=0 install "${missing[@]}" >&2 ||
        die "apt cannot install ${missing[*]}: is the network there?"
}

# build_all [TARGET...]: all, or only these. The first build shows its progress. Later ones are short: only QEMU's (a
# changed recipe) and errors are shown.
build_all()
(
    quiet=() targets=("${@/#/--target=}")
    cd "$root"
    if [ ! -e "$build/build.ninja" ]; then
        echo "Configuring $build" >&2
        cmake --preset "$preset" --log-level=WARNING >&2 || die "CMake cannot configure the build"
    fi
    [ ! -x "$build/bin/vp" ] || quiet=(-- --quiet)
    cmake --build --preset "$preset" "${targets[@]}" "${quiet[@]}" >&2 || die "the build failed"
)

# prepare [TARGET...]
prepare()
{
    install_packages "$root/third_party/debian-packages.txt"
    build_all "$@"
}

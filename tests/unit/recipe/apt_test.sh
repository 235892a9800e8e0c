#!/bin/bash
# SPDX-License-Identifier: MIT
# apt_test.sh APT.SH: a suite's entry is derived from the machine's own, in both of apt's formats.
set -uo pipefail
. "$1"
machine_suite() { echo bookworm; }
failures=0

# expect NAME WANTED GOT
expect()
{
    [ "$2" = "$3" ] && return
    printf 'FAILED %s\n--- wanted\n%s\n--- got\n%s\n' "$1" "$2" "$3"
    failures=$((failures + 1))
}

expect "one line, plain" "deb-src http://mirror.test/debian trixie main" "$(one_line_for deb-src trixie <<'END'
# deb http://commented.test/debian bookworm main
deb-src http://source.test/debian bookworm main
deb http://security.test/debian bookworm-security main
deb http://contrib.test/debian bookworm contrib
deb http://mirror.test/debian bookworm contrib main
deb http://second.test/debian bookworm main
END
)"

expect "one line, options" "deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian/ bookworm-backports main" \
    "$(one_line_for deb bookworm-backports <<<'deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian/ stable main')"

expect "one line, nothing fits" "" "$(one_line_for deb-src trixie <<<'deb http://mirror.test/ubuntu jammy main')"

expect "deb822, path of a keyring" "Types: deb-src
Suites: trixie
Components: main
URIs: http://mirror.test/debian
Signed-By: /usr/share/keyrings/x.gpg" "$(deb822_for deb-src trixie <<'END'
# A comment
Types: deb
URIs: http://off.test/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb deb-src
URIs: http://mirror.test/debian
# A comment between
Suites: bookworm bookworm-updates
Components: main contrib
Architectures: amd64
Signed-By: /usr/share/keyrings/x.gpg

Types: deb
URIs: http://second.test/debian
Suites: bookworm
Components: main
END
)"

expect "deb822, key inside, suites over two lines" "Types: deb-src
Suites: trixie
Components: main
URIs: http://mirror.test/debian
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----" "$(deb822_for deb-src trixie <<'END'
Types: deb
URIs: http://mirror.test/debian
Suites: bookworm-updates
 bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----
END
)"

expect "deb822, security alone does not do" "" "$(deb822_for deb-src trixie <<'END'
Types: deb
URIs: http://security.test/debian-security
Suites: bookworm-security
Components: main
END
)"

exit $((failures > 0))

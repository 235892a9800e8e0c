#!/bin/sh
# SPDX-License-Identifier: MIT
#
# timekeeper-run-test.sh CODE MESSAGE PROGRAM ARGUMENT...: runs the program, and exits with 0 if that ends with CODE
# and, unless MESSAGE is empty, says something on stderr that this extended regular expression matches. Else it exits
# with the program's code, or with 1 if that is 0. For timekeeper_add_platform_test().
code=$1
message=$2
shift 2

if [ -z "$message" ]; then
    "$@"
    is=$?
    said=yes
else
    errors=$(mktemp) || exit 1
    trap 'rm -f "$errors"' EXIT
    trap 'exit 1' HUP INT TERM
    "$@" 2>"$errors"
    is=$?
    cat "$errors" >&2
    said=no
    grep -Eq -e "$message" "$errors" && said=yes
fi
[ "$is" = "$code" ] && [ "$said" = yes ] && exit 0
[ "$is" = "$code" ] || echo "exit code $is, expected is $code" >&2
[ "$said" = yes ] || echo "stderr has nothing that matches $message" >&2
[ "$is" != 0 ] && exit "$is"
exit 1

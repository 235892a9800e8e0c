#!/bin/bash
# SPDX-License-Identifier: MIT
# proof_test.sh SOURCE: the tables between "<!-- tests -->" and "<!-- end of tests -->" in docs/time-model.md name tests
# as `suite.name` (GoogleTest) or `name` (CTest). Each of them must be there, and each row must have one.
set -uo pipefail
cd "$1" || exit 1
failures=0

complain()
{
    echo "docs/time-model.md: $*"
    failures=$((failures + 1))
}

# All tests, as "suite.name" and "name", one a line. A TEST may go over two lines. Disabled ones have another name.
tests=$(
    find tests -name '*_test.cpp' -exec cat {} + | tr '\n' ' ' |
        grep -oE 'TEST(_F|_P)?\( *[A-Za-z_0-9]+, *[A-Za-z_0-9]+ *\)' |
        sed -E 's/.*\( *([A-Za-z_0-9]+), *([A-Za-z_0-9]+) *\)/\1.\2/'
    find tests -name CMakeLists.txt -exec cat {} + | grep -oE '_test\(NAME +[a-z_0-9]+' | sed 's/.* //'
    sed -nE 's/^model_test\(([a-z_0-9]+) .*/model_\1/p' tests/model/CMakeLists.txt
)
rows=0
while IFS= read -r row; do
    [[ $row == "| "* && $row != "| "*" | tests |"* ]] || continue
    rows=$((rows + 1))
    # shellcheck disable=SC2016 # backticks are the document's
    named=$(grep -oE '`[^`]+`' <<<"${row##*| }" | tr -d '`')
    [ -n "$named" ] || complain "no test in the row: $row"
    for each in $named; do
        grep -qxF "$each" <<<"$tests" || complain "there is no test $each"
    done
done < <(sed -n '/^<!-- tests -->$/,/^<!-- end of tests -->$/p' docs/time-model.md | grep -v '^|--')
[ "$rows" -ge 24 ] || complain "only $rows rows between the marks: 11 lines and 13 defects are wanted"
[ $failures = 0 ] && echo "$rows rows"

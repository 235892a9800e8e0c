# SPDX-License-Identifier: MIT
# The name of a result: a hash of all that it is made from.

recipe_files()
{
    find "$here/build" "$here/recipe" "$here/patches" "$here/glue" "$libqemu_header" -type f \
        ! -name '*.md' 2>/dev/null | LC_ALL=C sort
}

compute_key()
{
    local file
    key=$({
        while read -r file; do
            printf '%s %s\n' "$(basename "$file")" "$(sha256sum <"$file")"
        done < <(recipe_files)
        printf '%s\n' "$source_hash" "${targets[*]}" "${configure_flags[*]}" "$(compiler_version)" "$(system_version)"
    } | sha256sum | cut -c1-16)
}

# Without its first word, the name that it was called by.
compiler_version()
{
    "$cc" --version | sed -n '1s/^[^ ]* //p'
}

# The result is linked with the system's libraries.
system_version()
{
    (. /etc/os-release && echo "${ID:-} ${VERSION_ID:-} $(uname -m)") 2>/dev/null || uname -m
}

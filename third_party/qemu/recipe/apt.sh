# SPDX-License-Identifier: MIT
# Debian's packages of another suite, through the machine's own apt configuration (mirror, keyring, proxy)
# but in an apt root of our own: the machine's package lists stay as they are, and no root rights are needed.

# apt_sources: prints the files in which the machine says where packages come from.
apt_sources()
{
    local list parts
    list=$(apt-config shell f Dir::Etc::sourcelist/f) && eval "$list" && list=${f:-}
    parts=$(apt-config shell d Dir::Etc::sourceparts/d) && eval "$parts" && parts=${d:-}
    find "$list" "$parts" -maxdepth 1 -type f \( -name '*.list' -o -name '*.sources' \) 2>/dev/null | LC_ALL=C sort -u
}

machine_suite()
{
    (. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
}

# one_line_for TYPE SUITE: on stdin a *.list file. Its first entry of the machine's suite, component main,
# with only the type and the suite changed.
one_line_for()
{
    awk -v type="$1" -v suite="$2" -v own="^($(machine_suite)|stable|oldstable)$" '
        $1 == "deb" {
            at = 2
            options = ""
            if ($2 ~ /^\[/) {
                while (at < NF && $at !~ /\]$/) at++
                for (i = 2; i <= at; i++) options = options " " $i
                at++
            }
            if ($(at + 1) !~ own) next
            for (i = at + 2; i <= NF; i++)
                if ($i == "main") { print type options " " $at " " suite " main"; exit }
        }'
}

# deb822_for TYPE SUITE: the same for a *.sources file, whose stanzas may carry a key over many lines.
deb822_for()
{
    awk -v type="$1" -v suite="$2" -v own="$(machine_suite)" '
        function has(list, word) { return (" " list " ") ~ ("[ \t]" word "[ \t]") }
        function finish() {
            if (!done && has(field["types"], "deb") && has(field["components"], "main") &&
                tolower(field["enabled"]) !~ /no|false|off|0/ &&
                (has(field["suites"], own) || has(field["suites"], "stable") || has(field["suites"], "oldstable"))) {
                print "Types: " type "\nSuites: " suite "\nComponents: main\n" kept
                done = 1
            }
            delete field; kept = ""; name = ""
        }
        /^#/ { next }
        /^[ \t]*$/ { finish(); next }
        /^[^ \t]/ { name = tolower($0); sub(/:.*/, "", name); value = $0; sub(/^[^:]*:[ \t]*/, "", value); field[name] = value }
        /^[ \t]/ { field[name] = field[name] " " $0 }
        name !~ /^(types|suites|components|architectures|enabled|targets|pdiffs)$/ { kept = kept $0 "\n" }
        END { finish() }'
}

# apt_root NAME TYPE SUITE: makes the private root $cache/apt/NAME that knows the one suite; sets apt_conf.
# Fails when the machine has no apt, or no entry to derive it from.
apt_root()
{
    local root=$cache/apt/$1 file text
    have apt-get apt-config apt-cache || return 1
    rm -rf "$root"
    mkdir -p "$root"/{sources,state/lists/partial,cache/archives/partial}
    while read -r file; do
        case $file in
        *.list) text=$(one_line_for "$2" "$3" <"$file") ;;
        *) text=$(deb822_for "$2" "$3" <"$file") ;;
        esac
        [ -z "$text" ] || { printf '%s\n' "$text" >"$root/sources/suite.${file##*.}" && break; }
    done < <(apt_sources)
    [ -n "${text:-}" ] || return 1
    apt_conf=$root/apt.conf
    cat >"$apt_conf" <<END
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$root/sources";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$root/state";
Dir::State::Status "/var/lib/dpkg/status";
Dir::Cache "$root/cache";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Languages "none";
END
}

# private_apt COMMAND ARGUMENT...: apt-get or apt-cache in the root that apt_root made. What it says is
# shown only when it fails.
private_apt()
{
    local command=$1 messages
    shift
    if ! messages=$("$command" -c "$apt_conf" -q "$@" 2>&1); then
        printf '%s\n' "$messages" | grep -E '^(E|W|Err):?' | tail -n 5 | sed 's/^/qemu: apt: /' >&2
        return 1
    fi
    printf '%s\n' "$messages"
}

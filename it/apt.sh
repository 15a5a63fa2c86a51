# Fetches and unpacks packages of one suite of the machine's own Debian archive, without installing them. The setups below this folder
# share these functions.
# shellcheck shell=sh
# shellcheck disable=SC2154 # the setup that reads this file sets folder and defines die()

temporary=

# The folder is inside the target, so that a complete result only has to be renamed.
make_temporary() {
    temporary=$(mktemp -d "$folder/temporary.XXXXXX")
    trap remove_temporary EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    chmod 0755 "$temporary" # apt fetches files as a user of its own
}

remove_temporary() {
    rm -rf -- "$temporary"
}

# Prints the first entry for Debian's main of this release. apt itself interprets the machine's sources.
list_archives() { # apt's options
    # shellcheck disable=SC2016 # apt fills them in
    apt-get indextargets "$@" --format '$(ORIGIN)|$(LABEL)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)|$(SIGNED_BY)' 'Created-By: Packages' 2>/dev/null |
        sed -n "s/^Debian|Debian|$codename|main|//p" | head -n 1
}

find_archive() {
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release | tr -d '"')
    [ -n "$codename" ] || die "\"/etc/os-release\" names no Debian release"
    list_archives >"$temporary/entry"
    if [ ! -s "$temporary/entry" ]; then
        # If the package lists were never read, or were removed, apt doesn't know which archives its sources are.
        mkdir -p -- "$temporary/own/partial"
        apt-get -q -o "Dir::State::lists=$temporary/own" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= update >"$temporary/output" 2>&1 || :
        list_archives -o "Dir::State::lists=$temporary/own" >"$temporary/entry"
    fi
    IFS='|' read -r uri key <"$temporary/entry" || [ -n "${uri:-}" ] ||
        die "apt's sources have no entry for \"$codename\" main of Debian"
    case $key in
    /*) ;;
    *BEGIN*) key=/usr/share/keyrings/debian-archive-keyring.gpg ;; # the entry has a key inside; Debian's file has the same one
    *) key= ;;
    esac
}

# Prepares apt for a machine that has nothing yet, with one suite. Proxies and keys are this machine's. The lists of a suite are read only
# once.
use_suite() { # suite, Debian's name of a processor (default: this machine's)
    lists=$temporary/suite-$1${2:+-$2}
    processor=${2:-$(dpkg --print-architecture)}
    [ ! -e "$lists/complete" ] || return 0
    rm -rf -- "$lists"
    mkdir -p -- "$lists/parts" "$lists/lists/partial" "$lists/archives/partial"
    : >"$lists/status"
    {
        printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$uri" "$1"
        if [ -n "$key" ]; then printf 'Signed-By: %s\n' "$key"; fi
    } >"$lists/parts/suite.sources"
    # The lists of old releases are no longer renewed, but their signature can still be trusted.
    for_suite apt-get -o APT::Update::Error-Mode=any -o Acquire::Check-Valid-Until=false update || return 1
    : >"$lists/complete"
}

for_suite() { # command, arguments
    suite_command=$1
    shift
    "$suite_command" -q -o Acquire::Retries=3 -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$lists/parts" -o Dir::Etc::preferences=/dev/null \
        -o Dir::Etc::preferencesparts=/dev/null -o "Dir::State::status=$lists/status" -o "Dir::State::lists=$lists/lists" \
        -o "Dir::Cache::archives=$lists/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Default-Release= \
        -o "APT::Architecture=$processor" -o "APT::Architectures=$processor" "$@" >"$temporary/output" 2>&1
}

# Lists everything that would be installed with the given packages, with "name version" on each line.
list_with_dependencies() {
    for_suite apt-get -s --no-install-recommends install "$@" || return 1
    sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1 \2/p' "$temporary/output"
}

# Copies those lines of "name version", as "name=version", whose packages have to be fetched: the named ones, and those that the machine
# doesn't have in the same or a matching version. Its own C library is the only one that works with it.
lacking() { # names with spaces between them
    while read -r name version; do
        present=$(dpkg-query -W -f '${Version}' "$name" 2>/dev/null || :)
        case " $1 libc6 " in
        *" $name "*) [ "$name" = libc6 ] || printf '%s=%s\n' "$name" "$version" ;;
        *)
            # The machine may have a newer one, from another release: packages of this release may need exactly this version.
            if [ -z "$present" ] || dpkg --compare-versions "$present" gt "$version"; then printf '%s=%s\n' "$name" "$version"; fi
            ;;
        esac
    done
}

# Unpacks packages into a root in which a folder may be a symbolic link.
unpack() { # folder, packages as name=version
    into=$1
    shift
    rm -rf -- "$temporary/packages"
    mkdir -- "$temporary/packages"
    (cd -- "$temporary/packages" && for_suite apt-get download "$@") || return 1
    for package in "$temporary/packages"/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -xpC "$into" --keep-directory-symlink --no-same-owner || return 1
    done
}

show_output() {
    if [ -s "$temporary/output" ]; then tail -n 20 -- "$temporary/output" >&2; fi
}

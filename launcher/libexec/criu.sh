# Installs criu and the libraries that it needs into a folder of crjvm's own, so that nothing of the system changes. Setup reads this file,
# which uses setup's functions and variables.
#
# The C library is the system's. All other libraries come with criu, even those that the system has, so a later apt run can't remove or
# replace them. They come from this Debian if it has them, else from the release that criu comes from.
# shellcheck shell=sh
# shellcheck disable=SC2154 # INSTALLED_DIR, CRIU_DIR, CRIU, CRIU_MINIMUM, temporary and VERSION_CODENAME are setup's

# These later suites are asked in this order.
NEXT_SUITES='forky sid'
# Criu 4.2 and Debian's builds of its libraries need at least this version.
LIBC_MINIMUM=2.38

run_criu() { # folder, arguments
    _criu_folder=$1
    shift
    LD_LIBRARY_PATH=$_criu_folder/lib "$_criu_folder/criu" "$@"
}

criu_version() { # folder
    run_criu "$1" --version 2>/dev/null | sed -n 's/^Version: *//p'
}

has_criu() {
    _found_criu=$(criu_version "$CRIU_DIR") && [ -n "$_found_criu" ] && is_at_least "$_found_criu" "$CRIU_MINIMUM"
}

libc_version() {
    ldd --version 2>&1 | sed -n '1s/.* \([0-9][0-9.]*\)$/\1/p'
}

require_libc() {
    _libc=$(libc_version)
    is_at_least "${_libc:-0}" "$LIBC_MINIMUM" ||
        die "criu $CRIU_MINIMUM needs a C library (glibc) of version $LIBC_MINIMUM or newer, and this machine has ${_libc:-another}: make images on a newer system, this one can run them"
}

# --- from Debian's archive ---------------------------------------------------

candidate_of_policy() {
    sed -n 's/^  Candidate: *//p'
}

candidate_is_new_enough() {
    [ -n "$1" ] && [ "$1" != '(none)' ] && dpkg --compare-versions "$1" ge "$CRIU_MINIMUM"
}

# Writes the machine's own archive entry with another suite. apt itself interprets the machine's sources (either format). Mirror and key
# stay the same.
write_source() { # suite
    # shellcheck disable=SC2016 # apt fills them in
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)|$(SIGNED_BY)' 'Created-By: Packages' |
        sed -n "s/^Debian|Debian|$VERSION_CODENAME|main|//p" | head -n 1 >"$temporary/entry"
    IFS='|' read -r _uri _key <"$temporary/entry" || [ -n "${_uri:-}" ] || die "installing criu: apt's sources have no entry for \"$VERSION_CODENAME\" main of Debian to derive one from"
    case $_key in
    /*) ;;
    *BEGIN*) _key=/usr/share/keyrings/debian-archive-keyring.gpg ;; # the entry has a key inside; Debian's file has the same one
    *) _key= ;;
    esac
    {
        printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$_uri" "$1"
        if [ -n "$_key" ]; then printf 'Signed-By: %s\n' "$_key"; fi
    } >"$temporary/parts/$1.sources"
}

# Runs apt with temporary sources, lists and caches, as if nothing were installed. The system's preferences, proxies and keys stay in force.
apt_aside() { # command, arguments
    _apt_command=$1
    shift
    "$_apt_command" -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$temporary/parts" -o "Dir::State::lists=$temporary/lists" \
        -o "Dir::State::status=$temporary/status" -o "Dir::State::extended_states=$temporary/extended" \
        -o "Dir::Cache::archives=$temporary/archives" -o "Dir::Cache::pkgcache=$temporary/packages.bin" -o "Dir::Cache::srcpkgcache=$temporary/sources.bin" \
        -o "APT::Default-Release=$VERSION_CODENAME" -o Debug::NoLocking=1 "$@"
}

# Lists the libraries of which criu needs a newer version than this Debian has: apt itself would take the older one or none.
list_newer() { # suite
    apt_aside apt-cache show "criu=$_newest" | sed -n 's/^Depends: //p' | tr ',' '\n' | sed -n 's/^ *\([^ ]*\) (\([<>=]*\) \([^ ]*\))$/\1 \2 \3/p' |
        while read -r _library _relation _version; do
            _own=$(apt_aside apt-cache policy "$_library" | candidate_of_policy)
            if [ "${_own:-(none)}" = '(none)' ] || ! dpkg --compare-versions "$_own" "$_relation" "$_version"; then printf '%s/%s\n' "$_library" "$1"; fi
        done
}

# Sets _packages to criu and its libraries, each with its version. Returns 1 if the suites have no criu that is new enough.
find_packages() { # suites
    rm -rf -- "$temporary/parts" "$temporary/lists" "$temporary/archives"
    mkdir -p -- "$temporary/parts" "$temporary/lists/partial" "$temporary/archives/partial"
    : >"$temporary/status"
    for _suite in "$@"; do
        write_source "$_suite" || die "\"$temporary\" can't be written"
    done
    say "reading package lists of Debian $* (the system's stay as they are)"
    # Without the option apt succeeds even if nothing could be fetched.
    quietly apt_aside apt-get -o APT::Update::Error-Mode=any update || die "reading the package lists of Debian $* failed (apt's output is above); is there a network?"
    _candidates=$(apt_aside apt-cache madison criu | cut -d '|' -f 2 | tr -d ' ' | sort -V)
    _newest=$(printf '%s\n' "$_candidates" | tail -n 1)
    if ! candidate_is_new_enough "$_newest"; then
        say "Debian $* has criu ${_newest:-none}"
        return 1
    fi
    # shellcheck disable=SC2046 # a list
    if ! apt_aside apt-get -s install --no-install-recommends "criu=$_newest" $(list_newer "$_suite") >"$temporary/simulation" 2>&1; then
        cat -- "$temporary/simulation" >&2
        die "the libraries of criu $_newest can't be found (apt's reason is above)"
    fi
    _packages=$(sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1=\2/p' "$temporary/simulation" | grep -E '^(criu|lib[^=]*)=' | grep -Ev '^lib(c6|c-bin|gcc-s1|crypt1)(:[^=]*)?=')
}

# Sets _engine to a folder with criu and its libraries.
unpack_packages() {
    rm -rf -- "$temporary/debs" "$temporary/tree" "$temporary/criu"
    mkdir -p -- "$temporary/debs" "$temporary/tree" "$temporary/criu/lib" "$temporary/criu/copyright"
    # shellcheck disable=SC2086 # a list
    (cd -- "$temporary/debs" && quietly apt_aside apt-get download $_packages) || die "fetching criu failed (apt's output is above)"
    for _package in "$temporary"/debs/*.deb; do
        quietly dpkg-deb -x "$_package" "$temporary/tree" || die "unpacking \"$_package\" failed (dpkg's output is above)"
    done
    _engine=$temporary/criu
    cp -- "$temporary/tree/usr/sbin/criu" "$_engine/criu"
    _libraries=
    for _folder in "$temporary"/tree/usr/lib/*-linux-gnu "$temporary"/tree/lib/*-linux-gnu; do
        [ ! -d "$_folder" ] || _libraries=$_libraries${_libraries:+:}$_folder
    done
    LD_LIBRARY_PATH=$_libraries ldd "$_engine/criu" >"$temporary/needed" || die "criu's libraries can't be found"
    ! grep 'not found' "$temporary/needed" >&2 || die "criu lacks libraries (above)"
    sed -n "s|^.* => \($temporary/tree/[^ ]*\) .*|\1|p" "$temporary/needed" | while read -r _library; do
        cp -L -- "$_library" "$_engine/lib/" || exit
    done || die "\"$_engine\" can't be written"
    for _package in $_packages; do
        _notice=$temporary/tree/usr/share/doc/${_package%%[:=]*}/copyright
        [ ! -f "$_notice" ] || cp -L -- "$_notice" "$_engine/copyright/${_package%%[:=]*}"
    done
}

fetch_criu() {
    require_debian "criu $CRIU_MINIMUM or newer" 'give --criu FILE, which setup --pack-criu makes on a machine with Debian'
    make_temporary
    if ! find_packages "$VERSION_CODENAME"; then
        for _suite in $NEXT_SUITES; do
            [ "$_suite" != "$VERSION_CODENAME" ] || continue
            ! find_packages "$VERSION_CODENAME" "$_suite" || break
        done
    fi
    [ -n "$_packages" ] || die "there is no criu $CRIU_MINIMUM or newer in Debian's archive; give one with --criu FILE"
    say "fetching criu $_newest with its libraries: $(printf '%s\n' "$_packages" | sed 's/[:=].*//' | tr '\n' ' ')"
    unpack_packages
}

# --- from a file -------------------------------------------------------------

# The archive is for machines without Debian or without a network.
pack_criu() { # file
    has_criu || die "there is no criu $CRIU_MINIMUM to pack in \"$CRIU_DIR\"; run setup first"
    tar --create --gzip --sort=name --owner=0 --group=0 --numeric-owner --file "$1" --directory "$CRIU_DIR" -- criu lib copyright ||
        die "\"$1\" can't be written"
    say "criu $_found_criu is packed: \"$1\""
}

unpack_criu() { # file
    [ -r "$1" ] || die "\"$1\" can't be read"
    make_temporary
    rm -rf -- "$temporary/criu"
    mkdir -- "$temporary/criu"
    _strange=$(tar --list --file "$1" 2>/dev/null | grep -Ev '^(criu|lib/([A-Za-z0-9._+-]*\.so[0-9.]*)?|copyright/[A-Za-z0-9.+-]*)$' | head -n 1) || :
    [ -z "$_strange" ] || die "\"$1\" is not a criu that setup --pack-criu packed: it has \"$_strange\""
    quietly tar --extract --no-same-owner --no-same-permissions --file "$1" --directory "$temporary/criu" || die "\"$1\" can't be unpacked (tar's output is above)"
    _engine=$temporary/criu
    _links=$(find "$_engine" ! -type f ! -type d)
    if [ -n "$_links" ] || [ ! -f "$_engine/criu" ] || [ ! -d "$_engine/lib" ]; then die "\"$1\" is not a criu that setup --pack-criu packed"; fi
}

# --- into its place ----------------------------------------------------------

# Only root may be able to change any of these files: criu runs with the helper's capability.
install_engine() {
    chmod 0755 "$_engine/criu"
    _fresh_criu=$(criu_version "$_engine")
    is_at_least "${_fresh_criu:-0}" "$CRIU_MINIMUM" || die "criu ${_fresh_criu:-does not run here}, and $CRIU_MINIMUM or newer is needed: $(run_criu "$_engine" --version 2>&1 | head -n 1)"
    check_parents
    say "installing criu $_fresh_criu in $CRIU_DIR"
    run_as_root rm -rf -- "$CRIU_DIR.new" "$CRIU_DIR.old"
    [ -d "${CRIU_DIR%/*}" ] || run_as_root install -d -o root -g root -m 0755 "${CRIU_DIR%/*}"
    run_as_root install -d -o root -g root -m 0755 "$CRIU_DIR.new" "$CRIU_DIR.new/lib" "$CRIU_DIR.new/copyright"
    run_as_root install -o root -g root -m 0755 -- "$_engine/criu" "$CRIU_DIR.new/criu"
    run_as_root install -o root -g root -m 0644 -t "$CRIU_DIR.new/lib" -- "$_engine"/lib/*
    run_as_root install -o root -g root -m 0644 -t "$CRIU_DIR.new/copyright" -- "$_engine"/copyright/*
    if [ -e "$CRIU_DIR" ]; then run_as_root mv -T -- "$CRIU_DIR" "$CRIU_DIR.old"; fi
    run_as_root mv -T -- "$CRIU_DIR.new" "$CRIU_DIR"
    run_as_root rm -rf -- "$CRIU_DIR.old"
}

install_criu() { # file, or nothing
    if [ -n "$1" ]; then
        require_libc
        unpack_criu "$1"
        install_engine
    elif ! has_criu; then
        require_libc
        fetch_criu
        install_engine
    fi
    has_criu || die "\"$CRIU\" is ${_found_criu:-missing}, and $CRIU_MINIMUM or newer is needed"
    say "criu: $_found_criu ($CRIU)"
}

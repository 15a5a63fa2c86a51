# Lists, fills and shrinks this machine's store of images that came from registries. The launcher reads this file, which uses the launcher's
# functions and variables, and those of store-entry.sh, which says what is in a store, and of sizes.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # _home is the launcher's, the rest is set in store-entry.sh and sizes.sh

print_store_help() {
    cat <<'END'
usage: crjvm store pull [OPTIONS] oci://HOST/NAME:TAG
       crjvm store list
       crjvm store prune [--all | --max-size SIZE]

The images of registries, oci://HOST/NAME:TAG, that "crjvm run" starts from. They
are in $CRJVM_STORE; by default in /var/lib/crjvm if that folder is there and yours,
else in $XDG_CACHE_HOME/crjvm-store (~/.cache/crjvm-store). Without CRJVM_STORE,
images in another user's /var/lib/crjvm are taken, too.

pull    gets the image that fits this machine, before the first start needs it.
        What other images in the store have of it is not fetched again
list    one line per image: its state, size, last use and tags
prune   removes images, the least recently used first, until the rest has at
        most CRJVM_STORE_SIZE bytes (default: 10g), and what interrupted pulls
        have left. That happens after each pull, too

  --require-signature FILE
                    take only an image that was signed with the counterpart of
                    a public key in this file (default: $CRJVM_REQUIRE_SIGNATURE)
  --any             take the last variant even if it does not fit this machine
  --plain-http      the registry may be asked without TLS
  --verbose         show the progress even if standard error is not a terminal
  --all             removes everything
  --max-size SIZE   until there is no more than this: bytes, or with k, m, g or t

What a process of yours runs from stays, and so does what was used within the
last minute or is being pulled.
END
}

LEAST_IDLE_SECONDS=60
MINUTES_OF_INTERRUPTED=60
LOCK_SECONDS=600

# --- pull ------------------------------------------------------------------------

# Sets _asked_place to the reference among the words, which are otherwise options of the Java program.
find_place() { # words
    _asked_place=
    while [ $# -gt 0 ]; do
        case $1 in
        --require-signature)
            [ -n "${2:-}" ] || fail 125 "store: \"$1\" needs a value; see crjvm help store"
            shift
            ;;
        --any | --plain-http | --verbose) ;;
        oci://*)
            [ -z "$_asked_place" ] || fail 125 'store: give one oci://HOST/NAME:TAG; see crjvm help store'
            _asked_place=$1
            ;;
        *) fail 125 "store: unknown option \"$1\"; see crjvm help store" ;;
        esac
        shift
    done
    [ -n "$_asked_place" ] || fail 125 'store: give one oci://HOST/NAME:TAG; see crjvm help store'
    parse_reference "$_asked_place" || fail 125 "store: \"$_asked_place\" is not a place in a registry; give oci://HOST/NAME:TAG"
}

# The lock is the one of starts that pull the same image.
pull_into_store() { # words
    find_place "$@"
    find_stores
    [ ! -d "$_own_store" ] || check_store "$_own_store"
    [ -n "${_store_fault:-}" ] || make_store
    [ -z "$_store_fault" ] || fail 1 "cannot pull \"$_asked_place\": $_store_fault; set CRJVM_STORE to a folder that only you can write"
    _store_status=0
    (
        if command -v flock >/dev/null 2>&1; then
            exec 9>>"$_reference_folder/lock$_reference_mark"
            flock -w "$LOCK_SECONDS" 9 ||
                fail 1 "cannot pull \"$_asked_place\": another pull of it has gone on for more than $LOCK_SECONDS seconds; see crjvm store list, and try again"
        fi
        { true >"$_reference_folder/lock$_reference_mark"; } 2>/dev/null || :
        run_registry_command pull --store "$@" "$_own_store"
    ) || _store_status=$?
    [ "$_store_status" -eq 0 ] || exit "$_store_status"
    look_into "$_own_store"
    if [ -n "$_stored" ]; then
        { true >"$_stored/used"; } 2>/dev/null || :
    fi
    "$_self" store prune --new-image >/dev/null 2>&1 || :
}

# --- list ------------------------------------------------------------------------

# Sets _kept to the store's path in the form in which /proc names it. Returns 1 if there is no such folder.
enter_store() { # store
    [ -n "$1" ] && [ -d "$1" ] || return 1
    _kept=$(CDPATH='' cd -P -- "$1" 2>/dev/null && pwd -P) || fail 125 "store: \"$1\" can't be entered; see its permissions"
}

# Prints the references of an image.
list_references() { # digest
    grep -rlsxF -- "sha256:$1" "$_kept/refs" | while IFS= read -r _reference_file; do
        _reference_file=${_reference_file#"$_kept/refs/"}
        case ${_reference_file##*/} in
        :*) printf ' oci://%s%s' "${_reference_file%/*}" "${_reference_file##*/}" ;;
        @*) printf ' oci://%s@sha256:%s' "${_reference_file%/*}" "${_reference_file##*/@}" ;;
        esac
    done
}

list_image() { # entry
    _image_state='not complete'
    _image_size=
    _image_age=
    read_note "$1/unfit"
    if has_image "$1"; then
        _image_state=ready
        [ -z "$_noted" ] || _image_state=unfit
        ! is_in_use "$1" || _image_state='in use'
        _image_size="$((($(kibibytes "$1") + MEBIBYTE - 1) / MEBIBYTE)) MiB"
        _image_age=$(describe_age "$(last_use "$1")")
    fi
    _tags=$(list_references "${1##*/}")
    printf '%-12s %9s  %-15s  %.12s %s\n' "$_image_state" "$_image_size" "$_image_age" "${1##*/}" "${_tags:- no tag}"
    [ "$_image_state" != unfit ] || printf '    %s\n' "$_noted"
}

list_stores() {
    find_stores
    _most_size=${CRJVM_STORE_SIZE:-$DEFAULT_STORE_SIZE}
    read_size "$_most_size" || bad_store_size "$_most_size"
    for _each_store in "$_own_store" "$_shared_store"; do
        [ -n "$_each_store" ] || continue
        if ! enter_store "$_each_store"; then
            printf '"%s": there is no such folder yet\n' "$_each_store" | printable
            continue
        fi
        printf '"%s": %s MiB of at most %s MiB\n' "$_kept" $((($(kibibytes "$_kept") + MEBIBYTE - 1) / MEBIBYTE)) $((_limit / MEBIBYTE)) | printable
        for _each_entry in "$_kept"/images/*/; do
            _each_entry=${_each_entry%/}
            [ ! -d "$_each_entry" ] || list_image "$_each_entry" | printable
        done
    done
}

bad_store_size() { # text
    fail 125 "store: \"$1\" is not a size (CRJVM_STORE_SIZE, --max-size); write bytes, or a number with k, m, g or t, such as 500m"
}

# --- prune -----------------------------------------------------------------------

# Returns 0 if nobody runs from the image. Between the look into the store and the restore no process shows that it is used.
is_idle() { # entry
    _idle_seconds=$(($(date +%s) - $(last_use "$1")))
    [ "$_idle_seconds" -ge "$LEAST_IDLE_SECONDS" ] && ! is_in_use "$1"
}

# Renames the folder before it is removed, so that nobody finds a part of an image.
remove_entry() { # entry
    _removed_count=$((_removed_count + 1))
    mv -- "$1" "$_kept/images/.removed.$$.$_removed_count" 2>/dev/null || return 0
    rm -rf -- "$_kept/images/.removed.$$.$_removed_count"
}

has_partial() { # entry
    for _partial in "$1"/.image.*.pull; do
        [ ! -d "$_partial" ] || return 0
    done
    return 1
}

# Removes what interrupted pulls have left in an entry, unless a pull has locked it. Where the program for that can't run, it stays for a while.
remove_partials() { # entry
    has_partial "$1" || return 0
    "$_home/libexec/crjvm-transfer" --clear "$1" 2>/dev/null || return 0
    has_image "$1" || has_partial "$1" || rm -rf -- "$1"
}

# Removes what an interrupted pull has left and nobody has gone on with, and what an interrupted prune has left. After a pull of another image
# it leaves what is not old, because the next start may go on with it.
remove_unfinished() { # whether a pull has just ended
    for _each_entry in "$_kept"/images/*/; do
        _each_entry=${_each_entry%/}
        [ -d "$_each_entry" ] || continue
        $1 || remove_partials "$_each_entry"
        if [ ! -d "$_each_entry" ] || has_image "$_each_entry"; then
            continue
        fi
        [ -n "$(find "$_each_entry" -mmin "-$MINUTES_OF_INTERRUPTED" 2>/dev/null | head -n 1)" ] || rm -rf -- "$_each_entry"
    done
    rm -rf -- "$_kept"/images/.removed.* "$_kept"/images/*/.lost
}

# Removes references to images that are gone. Locks stay: somebody may wait for one.
remove_references() {
    find "$_kept/refs" -type f \( -name ':*' -o -name '@*' \) 2>/dev/null | while IFS= read -r _reference_file; do
        read_note "$_reference_file"
        case $_noted in
        sha256:*) [ -d "$_kept/images/${_noted#sha256:}" ] || rm -f -- "$_reference_file" ;;
        esac
    done
}

# Removes the least recently used images first. The lines have time, KiB and entry.
shrink_store() {
    _store_size=$(kibibytes "$_kept")
    _entry_lines=$(
        for _each_entry in "$_kept"/images/*/; do
            _each_entry=${_each_entry%/}
            ! has_image "$_each_entry" || printf '%s %s %s\n' "$(last_use "$_each_entry")" "$(kibibytes "$_each_entry")" "$_each_entry"
        done | sort -n
    )
    while IFS=' ' read -r _ _image_size _each_entry; do
        if [ -n "$_each_entry" ] && [ "$_store_size" -gt "$_limit" ] && is_idle "$_each_entry"; then
            remove_entry "$_each_entry"
            _image_count=$((_image_count + 1))
            _store_size=$((_store_size - _image_size))
        fi
    done <<END
$_entry_lines
END
}

prune_store() { # options
    _most_size=${CRJVM_STORE_SIZE:-$DEFAULT_STORE_SIZE}
    _after_pull=false
    case ${1:-} in
    --all) _most_size=0 ;;
    --max-size)
        [ -n "${2:-}" ] || fail 125 "store: \"$1\" needs a value; see crjvm help store"
        _most_size=$2
        shift
        ;;
    --new-image) # the launcher calls with this option after a pull
        _after_pull=true
        read_size "$_most_size" || _most_size=$DEFAULT_STORE_SIZE
        ;;
    '') ;;
    *) fail 125 "store: unknown option \"$1\"; see crjvm help store" ;;
    esac
    [ $# -le 1 ] || fail 125 "store: unknown option \"$2\"; see crjvm help store"
    _limit=0
    read_size "$_most_size" || bad_store_size "$_most_size"
    find_stores
    enter_store "$_own_store" || return 0
    is_writable "$_kept" || fail 1 "cannot shrink the store \"$_kept\": it belongs to another user or can't be written; its owner can"
    _removed_count=0
    _image_count=0
    remove_unfinished "$_after_pull"
    shrink_store
    remove_references
    printf 'removed: %s images; left: %s MiB\n' "$_image_count" $((($(kibibytes "$_kept") + MEBIBYTE - 1) / MEBIBYTE))
}

# ---------------------------------------------------------------------------------

store() { # command, options
    _store_command=${1:-}
    [ $# -eq 0 ] || shift
    read_part store-entry
    read_part sizes
    case $_store_command in
    pull)
        case ${1:-} in
        --help | -h) print_store_help ;;
        *) pull_into_store "$@" ;;
        esac
        ;;
    list)
        [ $# -eq 0 ] || fail 125 "store: unknown option \"$1\"; see crjvm help store"
        list_stores
        ;;
    prune) prune_store "$@" ;;
    --help | -h) print_store_help ;;
    '') fail 125 'store: name a command, pull, list or prune; see crjvm help store' ;;
    *) fail 125 "store: unknown command \"$_store_command\"; see crjvm help store" ;;
    esac
}

# Lists, fills and shrinks this machine's store of images that came from registries. The launcher reads this file, which uses the launcher's
# functions and variables, and those of store-entry.sh, which says what is in a store, and of sizes.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # home is the launcher's, the rest is set in store-entry.sh and sizes.sh

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

# --- pull ------------------------------------------------------------------------

# Sets asked_place to the reference among the words, which are otherwise options of the Java program.
find_place() { # words
    asked_place=
    while [ $# -gt 0 ]; do
        case $1 in
        --require-signature)
            [ $# -ge 2 ] || fail 125 "store: \"$1\" needs a value; see crjvm help store"
            shift
            ;;
        --any | --plain-http | --verbose) ;;
        oci://*)
            [ -z "$asked_place" ] || fail 125 'store: give one oci://HOST/NAME:TAG; see crjvm help store'
            asked_place=$1
            ;;
        *) fail 125 "store: unknown option \"$1\"; see crjvm help store" ;;
        esac
        shift
    done
    [ -n "$asked_place" ] || fail 125 'store: give one oci://HOST/NAME:TAG; see crjvm help store'
    parse_reference "$asked_place" || fail 125 "store: \"$asked_place\" is not a place in a registry; give oci://HOST/NAME:TAG"
}

# The lock is the one of starts that pull the same image.
pull_into_store() { # words
    find_place "$@"
    find_stores
    [ ! -d "$own_store" ] || check_store "$own_store"
    [ -n "${store_fault:-}" ] || make_store
    [ -z "$store_fault" ] || fail 1 "cannot pull \"$asked_place\": $store_fault; set CRJVM_STORE to a folder that only you can write"
    store_status=0
    (
        if command -v flock >/dev/null 2>&1; then
            exec 9>>"$reference_folder/lock$reference_mark"
            flock 9
        fi
        { true >"$reference_folder/lock$reference_mark"; } 2>/dev/null || :
        run_registry_command pull --store "$@" "$own_store"
    ) || store_status=$?
    [ "$store_status" -eq 0 ] || exit "$store_status"
    look_into "$own_store"
    if [ -n "$stored" ]; then
        { true >"$stored/used"; } 2>/dev/null || :
    fi
    "$self" store prune --new-image >/dev/null 2>&1 || :
}

# --- list ------------------------------------------------------------------------

# Sets kept to the store's path in the form in which /proc names it. Returns 1 if there is no such folder.
enter_store() { # store
    [ -n "$1" ] && [ -d "$1" ] || return 1
    kept=$(CDPATH='' cd -P -- "$1" 2>/dev/null && pwd -P) || fail 125 "store: \"$1\" can't be entered; see its permissions"
}

# Prints the references of an image.
list_references() { # digest
    grep -rlsxF -- "sha256:$1" "$kept/refs" | while IFS= read -r reference_file; do
        reference_file=${reference_file#"$kept/refs/"}
        case ${reference_file##*/} in
        :*) printf ' oci://%s%s' "${reference_file%/*}" "${reference_file##*/}" ;;
        @*) printf ' oci://%s@sha256:%s' "${reference_file%/*}" "${reference_file##*/@}" ;;
        esac
    done
}

list_image() { # entry
    image_state='not complete'
    image_size=
    image_age=
    read_note "$1/unfit"
    if has_image "$1"; then
        image_state=ready
        [ -z "$noted" ] || image_state=unfit
        ! is_in_use "$1" || image_state='in use'
        image_size="$((($(kibibytes "$1") + MEBIBYTE - 1) / MEBIBYTE)) MiB"
        image_age=$(describe_age "$(last_use "$1")")
    fi
    tags=$(list_references "${1##*/}")
    printf '%-12s %9s  %-15s  %.12s %s\n' "$image_state" "$image_size" "$image_age" "${1##*/}" "${tags:- no tag}"
    [ "$image_state" != unfit ] || printf '    %s\n' "$noted"
}

list_stores() {
    find_stores
    most_size=${CRJVM_STORE_SIZE:-$DEFAULT_STORE_SIZE}
    read_size "$most_size" || bad_store_size "$most_size"
    for each_store in "$own_store" "$shared_store"; do
        [ -n "$each_store" ] || continue
        if ! enter_store "$each_store"; then
            printf '"%s": there is no such folder yet\n' "$each_store" | printable
            continue
        fi
        printf '"%s": %s MiB of at most %s MiB\n' "$kept" $((($(kibibytes "$kept") + MEBIBYTE - 1) / MEBIBYTE)) $((limit / MEBIBYTE)) | printable
        for each_entry in "$kept"/images/*/; do
            each_entry=${each_entry%/}
            [ ! -d "$each_entry" ] || list_image "$each_entry" | printable
        done
    done
}

bad_store_size() { # text
    fail 125 "store: \"$1\" is not a size (CRJVM_STORE_SIZE, --max-size); write bytes, or a number with k, m, g or t, such as 500m"
}

# --- prune -----------------------------------------------------------------------

# Returns 0 if nobody runs from the image. Between the look into the store and the restore no process shows that it is used.
is_idle() { # entry
    idle_seconds=$(($(date +%s) - $(last_use "$1")))
    [ "$idle_seconds" -ge "$LEAST_IDLE_SECONDS" ] && ! is_in_use "$1"
}

# Renames the folder before it is removed, so that nobody finds a part of an image.
remove_entry() { # entry
    removed_count=$((removed_count + 1))
    mv -- "$1" "$kept/images/.removed.$$.$removed_count" 2>/dev/null || return 0
    rm -rf -- "$kept/images/.removed.$$.$removed_count"
}

# Removes what an interrupted pull has left and nobody has gone on with, and what an interrupted prune has left.
remove_unfinished() {
    for each_entry in "$kept"/images/*/; do
        each_entry=${each_entry%/}
        if [ ! -d "$each_entry" ] || has_image "$each_entry"; then
            continue
        fi
        [ -n "$(find "$each_entry" -mmin "-$MINUTES_OF_INTERRUPTED" 2>/dev/null | head -n 1)" ] || rm -rf -- "$each_entry"
    done
    rm -rf -- "$kept"/images/.removed.* "$kept"/images/*/.lost
}

# Removes references to images that are gone. Locks stay: somebody may wait for one.
remove_references() {
    find "$kept/refs" -type f \( -name ':*' -o -name '@*' \) 2>/dev/null | while IFS= read -r reference_file; do
        read_note "$reference_file"
        case $noted in
        sha256:*) [ -d "$kept/images/${noted#sha256:}" ] || rm -f -- "$reference_file" ;;
        esac
    done
}

# Removes the least recently used images first. The lines have time, KiB and entry.
shrink_store() {
    store_size=$(kibibytes "$kept")
    entry_lines=$(
        for each_entry in "$kept"/images/*/; do
            each_entry=${each_entry%/}
            ! has_image "$each_entry" || printf '%s %s %s\n' "$(last_use "$each_entry")" "$(kibibytes "$each_entry")" "$each_entry"
        done | sort -n
    )
    while IFS=' ' read -r _ image_size each_entry; do
        if [ -n "$each_entry" ] && [ "$store_size" -gt "$limit" ] && is_idle "$each_entry"; then
            remove_entry "$each_entry"
            image_count=$((image_count + 1))
            store_size=$((store_size - image_size))
        fi
    done <<END
$entry_lines
END
}

prune_store() { # options
    most_size=${CRJVM_STORE_SIZE:-$DEFAULT_STORE_SIZE}
    case ${1:-} in
    --all) most_size=0 ;;
    --max-size)
        [ $# -ge 2 ] || fail 125 "store: \"$1\" needs a value; see crjvm help store"
        most_size=$2
        shift
        ;;
    --new-image) # the launcher calls with this option after a pull
        read_size "$most_size" || most_size=$DEFAULT_STORE_SIZE
        ;;
    '') ;;
    *) fail 125 "store: unknown option \"$1\"; see crjvm help store" ;;
    esac
    [ $# -le 1 ] || fail 125 "store: unknown option \"$2\"; see crjvm help store"
    limit=0
    read_size "$most_size" || bad_store_size "$most_size"
    find_stores
    enter_store "$own_store" || return 0
    is_writable "$kept" || fail 1 "cannot shrink the store \"$kept\": it belongs to another user or can't be written; its owner can"
    removed_count=0
    image_count=0
    remove_unfinished
    shrink_store
    remove_references
    printf 'removed: %s images; left: %s MiB\n' "$image_count" $((($(kibibytes "$kept") + MEBIBYTE - 1) / MEBIBYTE))
}

# ---------------------------------------------------------------------------------

store() { # command, options
    store_command=${1:-}
    [ $# -eq 0 ] || shift
    read_part store-entry
    read_part sizes
    case $store_command in
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
    *) fail 125 "store: unknown command \"$store_command\"; see crjvm help store" ;;
    esac
}

# Finds the image of a registry's reference in the store of this machine, and pulls it if it is not there. The launcher reads this file,
# which uses the launcher's functions and variables; store.sh and warm.sh use it, too.
#
#   STORE/refs/HOST/NAME/:TAG      the digest of the image that the tag names here; @DIGEST in place of :TAG for a reference by digest
#   STORE/refs/HOST/NAME/lock:TAG  a start that pulls the image locks this file, which keeps the line of the last failure
#   STORE/images/DIGEST/image      an image, complete or absent
#   STORE/images/DIGEST/blocks     its blocks, for pulls of other images
#   STORE/images/DIGEST/used       its time is that of the last start
#   STORE/images/DIGEST/unwritten  the disk may not have all of the image: during which run of the kernel it was pulled
#   STORE/images/DIGEST/unfit      why the image could not be used; asked: about which such reason the registry was asked
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # home, self and newline are the launcher's, cause is of its functions; others read what is set here

# Sets reference_name to HOST/NAME, and reference_mark to :TAG or @DIGEST. They become parts of a path.
parse_reference() { # oci://HOST/NAME:TAG or oci://HOST/NAME@sha256:DIGEST
    reference_name=${1#oci://}
    case $reference_name in
    */*@sha256:*)
        reference_mark=@${reference_name##*@sha256:}
        reference_name=${reference_name%@sha256:*}
        ;;
    */*:*)
        reference_mark=:${reference_name##*:}
        reference_name=${reference_name%:*}
        ;;
    *) reference_mark= ;;
    esac
    case /$reference_name/$reference_mark in
    */ | *//* | */./* | */../* | *[!]A-Za-z0-9._/:@[-]*) return 1 ;;
    esac
}

# Sets own_store to the folder that gets new images, and shared_store to one in which there may be others; empty: none.
find_stores() {
    shared_store=
    own_store=
    if [ -n "${CRJVM_STORE:-}" ]; then
        own_store=$CRJVM_STORE
    elif [ -n "${XDG_CACHE_HOME:-}" ]; then
        own_store=$XDG_CACHE_HOME/crjvm-store
    elif [ -n "${HOME:-}" ]; then
        own_store=$HOME/.cache/crjvm-store
    fi
    case $own_store in
    '' | /*) ;;
    *) own_store=$PWD/$own_store ;;
    esac
    if [ -z "${CRJVM_STORE:-}" ] && [ -d /var/lib/crjvm ]; then
        if is_writable /var/lib/crjvm; then
            own_store=/var/lib/crjvm
        else
            shared_store=/var/lib/crjvm
        fi
    fi
}

# Returns 0 if this user may put images into a store. Not even root puts images into the store of another user, who could replace them.
is_writable() { # store
    # shellcheck disable=SC3067 # dash and busybox have it
    [ -d "$1" ] && [ -O "$1" ] && [ -w "$1" ]
}

# Sets store_fault if another user could have put something into a store.
check_store() { # store
    store_fault=
    can_run_restorer || return 0 # nothing can be restored then, and a line says so
    if ! store_fault=$("$home/libexec/crjvm-restore" --check-place --image "$1" 2>&1); then
        store_fault=${store_fault#"crjvm: cannot restore \"$1\": "}
        store_fault="the store \"$1\" can't be trusted: ${store_fault%%; *}"
    fi
}

# Sets stored to the folder with the reference's image, or to nothing.
look_into() { # store, whether the image was pulled just now
    stored=
    stored_digest=
    IFS= read -r stored_digest 2>/dev/null <"$1/refs/$reference_name/$reference_mark" || :
    case $stored_digest in
    sha256:*[!0-9a-f]* | sha256:) return 0 ;;
    sha256:*) ;;
    *) return 0 ;;
    esac
    if [ -f "$1/images/${stored_digest#sha256:}/image/manifest" ]; then
        stored=$1/images/${stored_digest#sha256:}
        ${2:-false} || is_written "$stored" || stored=
    fi
}

# Returns 0 if the image is whole. A start that pulls doesn't wait for the disk. If the machine has failed since, the image is compared with
# its digests, and removed if the disk has not got all of it.
is_written() { # entry
    [ ! -e "$1/unwritten" ] || "$home/libexec/crjvm-transfer" --settle "$1" 2>/dev/null
}

# Sets stored to the folder with the reference's image, or store_fault to the reason why there is none.
search_stores() {
    stored=
    store_fault=
    for searched in "$own_store" "$shared_store"; do
        if [ -z "$stored$store_fault" ] && [ -n "$searched" ] && [ -d "$searched" ]; then
            check_store "$searched"
            [ -n "$store_fault" ] || look_into "$searched"
        fi
    done
}

# Sets noted to the first line of a file, or to nothing.
read_note() { # file
    noted=
    if [ -s "$1" ]; then
        IFS= read -r noted 2>/dev/null <"$1" || :
    fi
}

# Returns 0 if the image is worth a try. One that could not be used is worth a question to the registry first, which may have another by
# now, or blocks in place of damaged ones. It is asked once about each reason.
is_fit() { # entry
    find_image_fault "$1/image"
    [ -n "$cause" ] || read_note "$1/unfit"
    unfit_reason=${cause:-$noted}
    [ -n "$unfit_reason" ] || return 0
    read_note "$1/asked"
    [ "$noted" = "$unfit_reason" ]
}

# Remembers why an image of the store could not be used, unless the reason may be gone at the next start.
note_unfit() { # image, reason
    # shellcheck disable=SC3067 # dash and busybox have it
    if [ ! -f "${1%/*}/blocks" ] || [ ! -O "${1%/*}" ]; then
        return 0
    fi
    case $2 in
    *' is taken'* | *limit* | *'Cannot allocate memory'* | *' by another process'*) ;;
    *) { printf '%s\n' "$2" >"${1%/*}/unfit"; } 2>/dev/null || : ;;
    esac
}

# --- pull ------------------------------------------------------------------------

# Makes own_store and the folder of the reference in it. Sets store_fault if that fails.
make_store() {
    store_fault=
    if [ -z "$own_store" ]; then
        store_fault='there is no folder for the store: neither CRJVM_STORE nor HOME is set'
        return
    fi
    reference_folder=$own_store/refs/$reference_name
    if [ ! -d "$own_store" ]; then
        # The memory of processes is in images, so others may not enter.
        (umask 077 && mkdir -p "$own_store") 2>/dev/null || :
        check_store "$own_store"
        [ -z "$store_fault" ] || return 0
    fi
    if [ -d "$own_store" ] && ! is_writable "$own_store"; then
        store_fault="the store \"$own_store\" belongs to another user or can't be written"
    elif ! { (umask 022 && mkdir -p "$reference_folder") 2>/dev/null && { true >>"$reference_folder/lock$reference_mark"; } 2>/dev/null; }; then
        store_fault="the store \"$own_store\" can't be written"
    fi
}

DEFAULT_STORE_SIZE=10g
BUSY=75
TOO_LONG=76
NO_ROOM=77

# Runs in a process of its own: pulls the image, or finds that somebody else has done it meanwhile. Its standard error is the lock file.
pull_under_lock() { # reference, seconds, whether to try first if the program without a JVM can run here
    if command -v flock >/dev/null 2>&1; then
        exec 9>>"$reference_folder/lock$reference_mark"
        if ! flock -n 9; then
            [ "$2" -gt 0 ] || exit "$BUSY"
            flock -w "$2" 9 || exit "$TOO_LONG"
            read_failure
            [ -z "$failure" ] || exit 1
            look_into "$own_store" true
            [ -z "$stored" ] || exit 0
        fi
    fi
    # This reserves room for a line about a failure, because the disk may be full by then.
    printf '%2048s\n' '' 2>/dev/null >"$reference_folder/lock$reference_mark" || exit "$NO_ROOM"
    exec >/dev/null 2<>"$reference_folder/lock$reference_mark"
    if ! $3 && [ "${CRJVM_TRANSFER:-}" != java ] && [ -x "$home/libexec/crjvm-transfer" ]; then
        exec "$home/libexec/crjvm-transfer" "$home/bin/crjvm" pull --store --start "$1" "$own_store"
    fi
    run_registry_command pull --store --start "$1" "$own_store"
}

# Sets failure to the last line in the lock file that says why a pull has failed, or to nothing.
read_failure() {
    failure=
    while IFS= read -r failure_line; do
        case $failure_line in
        'crjvm: '*) failure=${failure_line#crjvm: } ;;
        esac
    done <"$reference_folder/lock$reference_mark"
}

# Sets pull_status.
wait_for_pull() { # arguments of pull_under_lock
    pull_status=0
    pull_under_lock "$@" &
    puller=$!
    # A shell acts on signals at once if it waits for a process in the background. Process 1 of a container ignores those without a trap.
    trap 'kill "$puller" 2>/dev/null; exit 130' INT
    trap 'kill "$puller" 2>/dev/null; exit 143' TERM
    trap 'kill "$puller" 2>/dev/null; exit 129' HUP
    wait "$puller" || pull_status=$?
    trap - INT TERM HUP
}

# Pulls the image of a reference into own_store. Sets stored, or store_fault.
pull_image() { # reference, seconds
    make_store
    [ -z "$store_fault" ] || return 0
    wait_for_pull "$1" "$2" false
    case $pull_status in
    # This machine lacks the libraries of that program. A check before the start would take as long as the attempt to load them.
    126 | 127) wait_for_pull "$1" "$2" true ;;
    esac
    stored=
    case $pull_status in
    0) look_into "$own_store" true ;;
    "$BUSY") store_fault='another start is pulling it' ;;
    "$TOO_LONG") store_fault="another start has been pulling it for more than $2 seconds" ;;
    "$NO_ROOM") store_fault="there is no room in the store \"$own_store\"" ;;
    *)
        read_failure
        store_fault=${failure%; *}
        ;;
    esac
    if [ -z "$stored$store_fault" ]; then
        store_fault="its pull ended with status $pull_status"
    elif [ -n "$stored" ]; then
        is_fit "$stored" || { printf '%s\n' "$unfit_reason" >"$stored/asked"; } 2>/dev/null || :
        { true >"$stored/used"; } 2>/dev/null || :
        ! needs_pruning || "$self" store prune --new-image >/dev/null 2>&1 || :
    fi
}

# Returns 0 if there is more in the store than the image of this start.
has_other_image() {
    for other_entry in "$own_store"/images/*; do
        [ "$other_entry" = "$stored" ] || return 0
    done
    return 1
}

# Returns 0 if the store is too large, or if something in it was interrupted. The application waits for this, so it is no more than one process.
needs_pruning() {
    for interrupted in "$own_store"/images/.removed.* "$own_store"/images/*/.lost "$own_store"/images/*/.image.*.pull; do
        [ ! -e "$interrupted" ] || return 0
    done
    has_other_image || return 1 # that of this start stays, whatever its size
    read_part sizes
    ! read_size "${CRJVM_STORE_SIZE:-$DEFAULT_STORE_SIZE}" || [ "$(kibibytes "$own_store")" -gt "$limit" ]
}

# --- all of it -------------------------------------------------------------------

# Sets stored to the folder with the image of the reference that parse_reference has read. Sets store_fault if there is none, or if it may
# not be used: then stored may be set, too, because the command of the normal start is in that image.
find_stored() { # reference; missing, always or never; seconds; whether to say what happens
    stored=
    find_stores
    search_stores
    [ -z "$store_fault" ] || return 0
    found=$stored
    case $2 in
    never)
        [ -n "$stored" ] || store_fault="it is not in the store \"${shared_store:-$own_store}\", and \"--pull\" is never"
        ;;
    always) pull_better "$1" "$3" "$4" ;;
    *)
        if [ -z "$stored" ]; then
            pull_better "$1" "$3" "$4"
        elif ! is_fit "$stored"; then
            pull_better "$1" "$3" "$4"
            store_fault= # the restorer says what is wrong with the image
        fi
        ;;
    esac
    if [ -n "$stored" ] && [ -z "$store_fault" ]; then
        { true >"$stored/used"; } 2>/dev/null || :
        if [ -s "$stored/unfit" ]; then
            { true >"$stored/unfit"; } 2>/dev/null || : # a normal start writes it again
        fi
    fi
}

pull_better() { # reference, seconds, whether to say what happens
    ! $3 || printf 'crjvm: pulling "%s" into "%s"\n' "$1" "$own_store" >&2
    pull_image "$1" "$2"
    stored=${stored:-$found}
}

# Sets stored to the folder with an image that this machine has already, or fails.
find_in_store() { # command, reference
    parse_reference "$2" || fail 125 "$1: \"$2\" is not a place in a registry; give oci://HOST/NAME:TAG"
    find_stores
    search_stores
    [ -z "$store_fault" ] || fail 1 "$1: cannot use \"$2\": $store_fault; see crjvm help store"
    [ -n "$stored" ] || fail 1 "$1: cannot use \"$2\": it is not in the store \"${shared_store:-$own_store}\"; get it by crjvm store pull"
}

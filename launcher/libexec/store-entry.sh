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
# shellcheck disable=SC2034,SC2154 # _home, _self and _newline are the launcher's, _cause is of its functions; others read what is set here

# Sets _reference_name to HOST/NAME, and _reference_mark to :TAG or @DIGEST. They become parts of a path.
parse_reference() { # oci://HOST/NAME:TAG or oci://HOST/NAME@sha256:DIGEST
    _reference_name=${1#oci://}
    case $_reference_name in
    */*@sha256:*)
        _reference_mark=@${_reference_name##*@sha256:}
        _reference_name=${_reference_name%@sha256:*}
        ;;
    */*:*)
        _reference_mark=:${_reference_name##*:}
        _reference_name=${_reference_name%:*}
        ;;
    *) _reference_mark= ;;
    esac
    case /$_reference_name/$_reference_mark in
    */ | *//* | */./* | */../* | *[!]A-Za-z0-9._/:@[-]*) return 1 ;;
    esac
}

# Sets _own_store to the folder that gets new images, and _shared_store to one in which there may be others; empty: none.
find_stores() {
    _shared_store=
    _own_store=
    if [ -n "${CRJVM_STORE:-}" ]; then
        _own_store=$CRJVM_STORE
    elif [ -n "${XDG_CACHE_HOME:-}" ]; then
        _own_store=$XDG_CACHE_HOME/crjvm-store
    elif [ -n "${HOME:-}" ]; then
        _own_store=$HOME/.cache/crjvm-store
    fi
    case $_own_store in
    '' | /*) ;;
    *) _own_store=$PWD/$_own_store ;;
    esac
    if [ -z "${CRJVM_STORE:-}" ] && [ -d /var/lib/crjvm ]; then
        if is_writable /var/lib/crjvm; then
            _own_store=/var/lib/crjvm
        else
            _shared_store=/var/lib/crjvm
        fi
    fi
}

# Returns 0 if this user may put images into a store. Not even root puts images into the store of another user, who could replace them.
is_writable() { # store
    # shellcheck disable=SC3067 # dash and busybox have it
    [ -d "$1" ] && [ -O "$1" ] && [ -w "$1" ]
}

# Sets _store_fault if another user could have put something into a store.
check_store() { # store
    _store_fault=
    can_run_restorer || return 0 # nothing can be restored then, and a line says so
    if ! _store_fault=$("$_home/libexec/crjvm-restore" --check-place --image "$1" 2>&1); then
        _store_fault=${_store_fault#"crjvm: cannot restore \"$1\": "}
        _store_fault="the store \"$1\" can't be trusted: ${_store_fault%%; *}"
    fi
}

# Sets _stored to the folder with the reference's image, or to nothing.
look_into() { # store, whether the image was pulled just now
    _stored=
    _stored_digest=
    IFS= read -r _stored_digest 2>/dev/null <"$1/refs/$_reference_name/$_reference_mark" || :
    case $_stored_digest in
    sha256:*[!0-9a-f]* | sha256:) return 0 ;;
    sha256:*) ;;
    *) return 0 ;;
    esac
    if [ -f "$1/images/${_stored_digest#sha256:}/image/manifest" ]; then
        _stored=$1/images/${_stored_digest#sha256:}
        ${2:-false} || is_written "$_stored" || _stored=
    fi
}

# Returns 0 if the image is whole. A start that pulls doesn't wait for the disk. If the machine has failed since, the image is compared with
# its digests, and its owner removes it if the disk has not got all of it. Otherwise sets _unsettled to the reason if the image is still there.
is_written() { # entry
    _unsettled=
    [ -e "$1/unwritten" ] || return 0
    ! _unsettled=$("$_home/libexec/crjvm-transfer" --settle "$1" 2>&1) || return 0
    _unsettled=${_unsettled#crjvm: *: }
    _unsettled=${_unsettled%; set CRJVM_TRANSFER=java}
    [ -d "$1/image" ] || _unsettled=
    return 1
}

# Sets _stored to the folder with the reference's image, or _store_fault to the reason why there is none.
search_stores() {
    _stored=
    _store_fault=
    _unsettled=
    for _searched in "$_own_store" "$_shared_store"; do
        if [ -z "$_stored$_store_fault" ] && [ -n "$_searched" ] && [ -d "$_searched" ]; then
            check_store "$_searched"
            [ -n "$_store_fault" ] || look_into "$_searched"
        fi
    done
}

# Sets _noted to the first line of a file, or to nothing.
read_note() { # file
    _noted=
    if [ -s "$1" ]; then
        IFS= read -r _noted 2>/dev/null <"$1" || :
    fi
}

# Returns 0 if the image is worth a try. One that could not be used is worth a question to the registry first, which may have another by
# now, or blocks in place of damaged ones. It is asked once about each reason.
is_fit() { # entry
    find_image_fault "$1/image"
    [ -n "$_cause" ] || read_note "$1/unfit"
    _unfit_reason=${_cause:-$_noted}
    [ -n "$_unfit_reason" ] || return 0
    read_note "$1/asked"
    [ "$_noted" = "$_unfit_reason" ]
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

# Makes _own_store and the folder of the reference in it. Sets _store_fault if that fails.
make_store() {
    _store_fault=
    if [ -z "$_own_store" ]; then
        _store_fault='there is no folder for the store: neither CRJVM_STORE nor HOME is set'
        return
    fi
    _reference_folder=$_own_store/refs/$_reference_name
    if [ ! -d "$_own_store" ]; then
        # The memory of processes is in images, so others may not enter.
        (umask 077 && mkdir -p "$_own_store") 2>/dev/null || :
        check_store "$_own_store"
        [ -z "$_store_fault" ] || return 0
    fi
    if [ -d "$_own_store" ] && ! is_writable "$_own_store"; then
        _store_fault="the store \"$_own_store\" belongs to another user or can't be written"
    elif ! { (umask 022 && mkdir -p "$_reference_folder") && make_lock; } 2>/dev/null; then
        _store_fault="the store \"$_own_store\" can't be written"
    fi
}

# Whoever can open the file could hold the lock, also without the right to write.
make_lock() {
    (umask 077 && true >>"$_reference_folder/lock$_reference_mark") && chmod 600 "$_reference_folder/lock$_reference_mark"
}

DEFAULT_STORE_SIZE=10g
DEFAULT_PULL_SECONDS=30
ENDING_SECONDS=2
BUSY=75
TOO_LONG=76
NO_ROOM=77
TOO_SLOW=78

# Runs in a process of its own: pulls the image, or finds that somebody else has done it meanwhile. Its standard error is the lock file.
pull_under_lock() { # reference, seconds, whether to try first if the program without a JVM can run here
    if command -v flock >/dev/null 2>&1; then
        exec 9>>"$_reference_folder/lock$_reference_mark"
        if ! flock -n 9; then
            [ "$2" -gt 0 ] || exit "$BUSY"
            flock -w "$2" 9 || exit "$TOO_LONG"
            read_failure
            [ -z "$_failure" ] || exit 1
            look_into "$_own_store" true
            [ -z "$_stored" ] || exit 0
        fi
    fi
    # This reserves room for a line about a failure, because the disk may be full by then.
    printf '%2048s\n' '' 2>/dev/null >"$_reference_folder/lock$_reference_mark" || exit "$NO_ROOM"
    exec >/dev/null 2<>"$_reference_folder/lock$_reference_mark"
    if ! $3 && [ "${CRJVM_TRANSFER:-}" != java ] && [ -x "$_home/libexec/crjvm-transfer" ]; then
        exec "$_home/libexec/crjvm-transfer" "$_home/bin/crjvm" pull --store --start "$1" "$_own_store"
    fi
    run_registry_command pull --store --start "$1" "$_own_store"
}

# Sets _failure to the last line in the lock file that says why a pull has failed, or to nothing.
read_failure() {
    _failure=
    while IFS= read -r _failure_line; do
        case $_failure_line in
        'crjvm: '*) _failure=${_failure_line#crjvm: } ;;
        esac
    done <"$_reference_folder/lock$_reference_mark"
}

# Runs in a process of its own: ends a pull that takes too long. Returns 0 if it has done that.
end_slow_pull() { # process, seconds
    _sleeper=
    trap 'kill "$_sleeper" 2>/dev/null; exit 1' TERM
    sleep "$2" &
    _sleeper=$!
    wait "$_sleeper" || exit 1
    trap 'kill "$_sleeper" 2>/dev/null; exit 0' TERM
    kill "$1" || exit 1
    sleep "$ENDING_SECONDS" &
    _sleeper=$!
    wait "$_sleeper"
    kill -9 "$1" || :
}

# Sets _pull_status. The limit is a second longer than that for the lock, so that a wait for somebody else ends with its own words.
wait_for_pull() { # arguments of pull_under_lock
    _pull_status=0
    _most_seconds=$2
    [ "$_most_seconds" -gt 0 ] || _most_seconds=$DEFAULT_PULL_SECONDS
    pull_under_lock "$@" &
    _puller=$!
    end_slow_pull "$_puller" $((_most_seconds + 1)) >/dev/null 2>&1 &
    _watcher=$!
    # A shell acts on signals at once if it waits for a process in the background. Process 1 of a container ignores those without a trap.
    trap 'kill "$_puller" "$_watcher" 2>/dev/null; exit 130' INT
    trap 'kill "$_puller" "$_watcher" 2>/dev/null; exit 143' TERM
    trap 'kill "$_puller" "$_watcher" 2>/dev/null; exit 129' HUP
    # The shell would say that a signal has ended them.
    wait "$_puller" 2>/dev/null || _pull_status=$?
    kill "$_watcher" 2>/dev/null || :
    if wait "$_watcher" 2>/dev/null && [ "$_pull_status" -ne 0 ]; then
        _pull_status=$TOO_SLOW
    fi
    trap - INT TERM HUP
}

# Pulls the image of a reference into _own_store. Sets _stored, or _store_fault.
pull_image() { # reference, seconds
    make_store
    [ -z "$_store_fault" ] || return 0
    wait_for_pull "$1" "$2" false
    case $_pull_status in
    # This machine lacks the libraries of that program. A check before the start would take as long as the attempt to load them.
    126 | 127) wait_for_pull "$1" "$2" true ;;
    esac
    _stored=
    case $_pull_status in
    0) look_into "$_own_store" true ;;
    "$BUSY") _store_fault='another start is pulling it' ;;
    "$TOO_LONG") _store_fault="another start has been pulling it for more than $2 seconds" ;;
    "$TOO_SLOW") _store_fault="it has not come within $_most_seconds seconds, and the next start goes on from there" ;;
    "$NO_ROOM") _store_fault="there is no room in the store \"$_own_store\"" ;;
    *)
        read_failure
        _store_fault=${_failure%; *}
        ;;
    esac
    if [ -z "$_stored$_store_fault" ]; then
        _store_fault="its pull ended with status $_pull_status"
    elif [ -n "$_stored" ]; then
        is_fit "$_stored" || { printf '%s\n' "$_unfit_reason" >"$_stored/asked"; } 2>/dev/null || :
        { true >"$_stored/used"; } 2>/dev/null || :
        ! needs_pruning || "$_self" store prune --new-image >/dev/null 2>&1 || :
    fi
}

# Returns 0 if there is more in the store than the image of this start.
has_other_image() {
    for _other_entry in "$_own_store"/images/*; do
        [ "$_other_entry" = "$_stored" ] || return 0
    done
    return 1
}

# Returns 0 if the store is too large, or if something in it was interrupted. The application waits for this, so it is no more than one process.
needs_pruning() {
    for _interrupted in "$_own_store"/images/.removed.* "$_own_store"/images/*/.lost "$_own_store"/images/*/.image.*.pull; do
        [ ! -e "$_interrupted" ] || return 0
    done
    has_other_image || return 1 # that of this start stays, whatever its size
    read_part sizes
    ! read_size "${CRJVM_STORE_SIZE:-$DEFAULT_STORE_SIZE}" || [ "$(kibibytes "$_own_store")" -gt "$_limit" ]
}

# --- all of it -------------------------------------------------------------------

# Sets _stored to the folder with the image of the reference that parse_reference has read. Sets _store_fault if there is none, or if it may
# not be used: then stored may be set, too, because the command of the normal start is in that image.
find_stored() { # reference; missing, always or never; seconds; whether to say what happens
    _stored=
    find_stores
    search_stores
    [ -z "$_store_fault" ] || return 0
    _found=$_stored
    case $2 in
    never)
        if [ -z "$_stored" ] && [ -n "$_unsettled" ]; then
            _store_fault="the image in the store may be incomplete: $_unsettled"
        elif [ -z "$_stored" ]; then
            _store_fault="it is not in the store \"${_shared_store:-$_own_store}\", and \"--pull\" is never"
        fi
        ;;
    always) pull_better "$1" "$3" "$4" ;;
    *)
        if [ -z "$_stored" ]; then
            pull_better "$1" "$3" "$4"
        elif ! is_fit "$_stored"; then
            pull_better "$1" "$3" "$4"
            _store_fault= # the restorer says what is wrong with the image
        fi
        ;;
    esac
    if [ -n "$_stored" ] && [ -z "$_store_fault" ]; then
        { true >"$_stored/used"; } 2>/dev/null || :
        if [ -s "$_stored/unfit" ]; then
            { true >"$_stored/unfit"; } 2>/dev/null || : # a normal start writes it again
        fi
    fi
}

pull_better() { # reference, seconds, whether to say what happens
    ! $3 || say "pulling \"$1\" into \"$_own_store\""
    pull_image "$1" "$2"
    _stored=${_stored:-$_found}
}

# Sets _stored to the folder with an image that this machine has already, or fails.
find_in_store() { # command, reference
    parse_reference "$2" || fail 125 "$1: \"$2\" is not a place in a registry; give oci://HOST/NAME:TAG"
    find_stores
    search_stores
    [ -z "$_store_fault" ] || fail 1 "$1: cannot use \"$2\": $_store_fault; see crjvm help store"
    [ -n "$_stored" ] || fail 1 "$1: cannot use \"$2\": it is not in the store \"${_shared_store:-$_own_store}\"; get it by crjvm store pull"
}

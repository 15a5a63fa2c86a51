# Lists and removes the images that crjvm java has made. The launcher reads this file, which uses the launcher's functions and variables,
# and those of sizes.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # _limit and MEBIBYTE are those of sizes.sh

print_cache_help() {
    cat <<'END'
usage: crjvm cache list
       crjvm cache prune [--all | --max-size SIZE]

The images that "crjvm java" has made for this user, and what it has learned:
which applications are tools, and which can't be checkpointed, and why. They are
in $XDG_CACHE_HOME/crjvm (default: ~/.cache/crjvm).

list    one line per entry: its state, size, age and command
prune   forgets what can't be made, so that it is tried again, and removes
        images, the least recently used first, until the rest has at most
        CRJVM_CACHE_SIZE bytes (default: 4g). That happens after each new
        image, too, but then nothing is forgotten

  --all             removes everything
  --max-size SIZE   only removes images, until there is no more than this:
                    bytes, or with k, m, g or t

What a process runs from, and what is being made, stays.
END
}

DEFAULT_SIZE=4g

find_cache() {
    _cache=
    if [ -n "${XDG_CACHE_HOME:-}" ]; then
        _cache=$XDG_CACHE_HOME/crjvm
    elif [ -n "${HOME:-}" ]; then
        _cache=$HOME/.cache/crjvm
    else
        fail 125 'cache: neither HOME nor XDG_CACHE_HOME is set; set one of them'
    fi
    [ -d "$_cache" ] || return 1
    # This is the form in which /proc names the folder.
    _cache=$(CDPATH='' cd -P -- "$_cache" 2>/dev/null && pwd -P) || fail 125 "cache: \"$_cache\" can't be entered; see its permissions"
}

# --- an entry ------------------------------------------------------------------

# Sets _maker to the process that is making the image, or to nothing.
find_maker() { # entry
    _maker=
    # The process continues as the application, whether it made an image or not.
    if has_image "$1" || [ -s "$1/cannot" ]; then
        return 0
    fi
    for _file in "$1"/maker.*; do
        [ -f "$_file" ] || continue
        read -r _pid _begun <"$_file" || continue
        _start=
        if IFS= read -r _line 2>/dev/null <"/proc/$_pid/stat"; then
            # shellcheck disable=SC2086 # fields
            set -- "$1" ${_line##*) }
            case ${2:-} in
            Z | X) ;; # it has ended, but its parent has not reaped it
            *) _start=${21:-} ;;
            esac
        fi
        [ "$_start" != "$_begun" ] || _maker=$_pid
    done
}

is_tool() { # entry
    ! has_image "${1%/*}/tool" || return 0
    _ended=0
    [ ! -s "${1%/*}/ended" ] || read -r _ended <"${1%/*}/ended" || :
    case $_ended in
    *[!0-9]*) _ended=0 ;;
    esac
    [ "$_ended" -ge 3 ]
}

# Sets _state to a description, and _reason to the cause if there is no image.
find_state() { # entry
    _reason=
    find_maker "$1"
    if [ -n "$_maker" ]; then
        _state="being made by $_maker"
    elif [ -s "$1/cannot" ]; then
        _state="can't"
        IFS= read -r _reason <"$1/cannot" || :
    elif has_image "$1" && [ -s "$1/unfit" ]; then
        _state=unfit
        IFS= read -r _reason <"$1/unfit" || :
    elif has_image "$1"; then
        _state=ready
    elif is_tool "$1"; then
        _state='a tool'
    else
        _state='not made'
    fi
}

# --- list ------------------------------------------------------------------------

list_entry() { # entry
    find_state "$1"
    _size=
    _age=
    if has_image "$1"; then
        _size="$((($(kibibytes "$1") + MEBIBYTE - 1) / MEBIBYTE)) MiB"
        _age=$(describe_age "$(last_use "$1")")
    fi
    _given=
    [ ! -s "$1/command" ] || IFS= read -r _given <"$1/command" || :
    printf '%-20s %9s  %-15s  %s\n' "$_state" "$_size" "$_age" "$_given"
    [ -z "$_reason" ] || printf '    %s\n' "${_reason#crjvm: }"
}

list_cache() {
    if ! find_cache; then
        printf '"%s": there is no such folder yet\n' "$_cache"
        return 0
    fi
    _limit=0
    read_size "${CRJVM_CACHE_SIZE:-$DEFAULT_SIZE}" || bad_size "${CRJVM_CACHE_SIZE:-}"
    printf '"%s": %s MiB of at most %s MiB\n' "$_cache" $((($(kibibytes "$_cache") + MEBIBYTE - 1) / MEBIBYTE)) $((_limit / MEBIBYTE)) | printable
    for _entry in "$_cache"/*/*/; do
        _entry=${_entry%/}
        [ ! -d "$_entry" ] || list_entry "$_entry" | printable
    done
}

bad_size() { # text
    fail 125 "cache: \"$1\" is not a size (CRJVM_CACHE_SIZE, --max-size); write bytes, or a number with k, m, g or t, such as 500m"
}

# --- prune -----------------------------------------------------------------------

# Renames the folder before it is removed, so that nobody finds a part of an entry.
remove() { # path
    _removed=$((_removed + 1))
    mv -- "$1" "$_cache/trash.$$.$_removed" 2>/dev/null || return 0
    rm -rf -- "$_cache/trash.$$.$_removed"
}

remove_image() { # entry
    _images=$((_images + 1))
    remove "$1"
}

is_free() { # entry
    find_maker "$1"
    [ -z "$_maker" ] && ! is_in_use "$1"
}

# Removes files that belong to no image: notes about failures and tools, and leftovers of dead processes.
forget() {
    rm -rf -- "$_cache"/trash.*
    for _entry in "$_cache"/*/*/; do
        _entry=${_entry%/}
        [ -d "$_entry" ] || continue
        find_state "$_entry"
        case $_state in
        ready | being*) ;;
        *) ! is_free "$_entry" || remove "$_entry" ;;
        esac
    done
    rm -f -- "$_cache"/*/ended "$_cache"/*/server
    for _folder in "$_cache"/*/; do
        for _entry in "$_folder"*/; do
            [ -d "$_entry" ] || rm -f -- "$_folder/classes"
        done
        rmdir -- "$_folder" 2>/dev/null || :
    done
}

# Notes that the image is too large. Otherwise it would be made again and again.
refuse_large() { # entry, its KiB
    printf 'no image: its %s MiB are more than the cache may have (CRJVM_CACHE_SIZE); raise that, then crjvm cache prune\n' \
        $((($2 + MEBIBYTE - 1) / MEBIBYTE)) 2>/dev/null >"$1/cannot" || :
    _images=$((_images + 1))
    remove "$1/image"
}

# Removes the least recently used images first. The lines have time, KiB and entry.
shrink() { # whether images that are too large are remembered
    _total=$(kibibytes "$_cache")
    _lines=$(
        for _entry in "$_cache"/*/*/; do
            _entry=${_entry%/}
            ! has_image "$_entry" || printf '%s %s %s\n' "$(last_use "$_entry")" "$(kibibytes "$_entry")" "$_entry"
        done | sort -n
    )
    while IFS=' ' read -r _ _size _entry; do
        [ -n "$_entry" ] || continue
        if $1 && [ "$_size" -gt "$_limit" ]; then
            is_free "$_entry" || continue
            refuse_large "$_entry" "$_size"
            _total=$((_total - _size))
        elif [ "$_total" -gt "$_limit" ] && is_free "$_entry"; then
            remove_image "$_entry"
            _total=$((_total - _size))
        fi
    done <<END
$_lines
END
}

remove_all() {
    for _entry in "$_cache"/*/*/; do
        _entry=${_entry%/}
        has_image "$_entry" || continue
        ! is_free "$_entry" || remove_image "$_entry"
    done
    forget
}

prune() { # options
    _what=prune
    _limit=0
    _size=${CRJVM_CACHE_SIZE:-$DEFAULT_SIZE}
    case ${1:-} in
    --all) _what=all ;;
    --max-size)
        [ -n "${2:-}" ] || fail 125 "cache: \"$1\" needs a value; see crjvm help cache"
        _what=size
        _size=$2
        shift
        ;;
    --new-image) # the agent calls with this option
        _what=new
        read_size "$_size" || _size=$DEFAULT_SIZE
        ;;
    '') ;;
    *) fail 125 "cache: unknown option \"$1\"; see crjvm help cache" ;;
    esac
    [ $# -le 1 ] || fail 125 "cache: unknown option \"$2\"; see crjvm help cache"
    read_size "$_size" || bad_size "$_size"
    _removed=0
    _images=0
    find_cache || return 0
    case $_what in
    all) remove_all ;;
    size) shrink false ;;
    new) shrink true ;;
    prune)
        forget
        shrink false
        ;;
    esac
    printf 'removed: %s images; left: %s MiB\n' "$_images" $((($(kibibytes "$_cache") + MEBIBYTE - 1) / MEBIBYTE))
}

# ---------------------------------------------------------------------------------

cache() { # command, options
    read_part sizes
    _command=${1:-}
    [ $# -eq 0 ] || shift
    case $_command in
    list)
        [ $# -eq 0 ] || fail 125 "cache: unknown option \"$1\"; see crjvm help cache"
        list_cache
        ;;
    prune) prune "$@" ;;
    make) # the agent calls this command
        read_part java
        make_tool_image "$@"
        ;;
    make-launched | make-trained) # that command calls these
        read_part java
        "make_${_command#make-}_image" "$@"
        ;;
    --help | -h) print_cache_help ;;
    '') fail 125 'cache: name a command, list or prune; see crjvm help cache' ;;
    *) fail 125 "cache: unknown command \"$_command\"; see crjvm help cache" ;;
    esac
}

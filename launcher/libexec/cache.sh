# Lists and removes the images that crjvm java has made. The launcher reads this file, which uses the launcher's functions and variables,
# and those of sizes.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # limit and MEBIBYTE are those of sizes.sh

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
    cache=
    if [ -n "${XDG_CACHE_HOME:-}" ]; then
        cache=$XDG_CACHE_HOME/crjvm
    elif [ -n "${HOME:-}" ]; then
        cache=$HOME/.cache/crjvm
    else
        fail 125 'cache: neither HOME nor XDG_CACHE_HOME is set; set one of them'
    fi
    [ -d "$cache" ] || return 1
    # This is the form in which /proc names the folder.
    cache=$(CDPATH='' cd -P -- "$cache" 2>/dev/null && pwd -P) || fail 125 "cache: \"$cache\" can't be entered; see its permissions"
}

# --- an entry ------------------------------------------------------------------

# Sets maker to the process that is making the image, or to nothing.
find_maker() { # entry
    maker=
    # The process continues as the application, whether it made an image or not.
    if has_image "$1" || [ -s "$1/cannot" ]; then
        return 0
    fi
    for file in "$1"/maker.*; do
        [ -f "$file" ] || continue
        read -r pid begun <"$file" || continue
        start=
        if IFS= read -r line 2>/dev/null <"/proc/$pid/stat"; then
            # shellcheck disable=SC2086 # fields
            set -- "$1" ${line##*) }
            case ${2:-} in
            Z | X) ;; # it has ended, but its parent has not reaped it
            *) start=${21:-} ;;
            esac
        fi
        [ "$start" != "$begun" ] || maker=$pid
    done
}

is_tool() { # entry
    ! has_image "${1%/*}/tool" || return 0
    ended=0
    [ ! -s "${1%/*}/ended" ] || read -r ended <"${1%/*}/ended" || :
    case $ended in
    *[!0-9]*) ended=0 ;;
    esac
    [ "$ended" -ge 3 ]
}

# Sets state to a description, and reason to the cause if there is no image.
find_state() { # entry
    reason=
    find_maker "$1"
    if [ -n "$maker" ]; then
        state="being made by $maker"
    elif [ -s "$1/cannot" ]; then
        state="can't"
        IFS= read -r reason <"$1/cannot" || :
    elif has_image "$1" && [ -s "$1/unfit" ]; then
        state=unfit
        IFS= read -r reason <"$1/unfit" || :
    elif has_image "$1"; then
        state=ready
    elif is_tool "$1"; then
        state='a tool'
    else
        state='not made'
    fi
}

# --- list ------------------------------------------------------------------------

list_entry() { # entry
    find_state "$1"
    size=
    age=
    if has_image "$1"; then
        size="$((($(kibibytes "$1") + MEBIBYTE - 1) / MEBIBYTE)) MiB"
        age=$(describe_age "$(last_use "$1")")
    fi
    given=
    [ ! -s "$1/command" ] || IFS= read -r given <"$1/command" || :
    printf '%-20s %9s  %-15s  %s\n' "$state" "$size" "$age" "$given"
    [ -z "$reason" ] || printf '    %s\n' "${reason#crjvm: }"
}

list_cache() {
    if ! find_cache; then
        printf '"%s": there is no such folder yet\n' "$cache"
        return 0
    fi
    limit=0
    read_size "${CRJVM_CACHE_SIZE:-$DEFAULT_SIZE}" || bad_size "${CRJVM_CACHE_SIZE:-}"
    printf '"%s": %s MiB of at most %s MiB\n' "$cache" $((($(kibibytes "$cache") + MEBIBYTE - 1) / MEBIBYTE)) $((limit / MEBIBYTE)) | printable
    for entry in "$cache"/*/*/; do
        entry=${entry%/}
        [ ! -d "$entry" ] || list_entry "$entry" | printable
    done
}

bad_size() { # text
    fail 125 "cache: \"$1\" is not a size (CRJVM_CACHE_SIZE, --max-size); write bytes, or a number with k, m, g or t, such as 500m"
}

# --- prune -----------------------------------------------------------------------

# Renames the folder before it is removed, so that nobody finds a part of an entry.
remove() { # path
    removed=$((removed + 1))
    mv -- "$1" "$cache/trash.$$.$removed" 2>/dev/null || return 0
    rm -rf -- "$cache/trash.$$.$removed"
}

remove_image() { # entry
    images=$((images + 1))
    remove "$1"
}

is_free() { # entry
    find_maker "$1"
    [ -z "$maker" ] && ! is_in_use "$1"
}

# Removes files that belong to no image: notes about failures and tools, and leftovers of dead processes.
forget() {
    rm -rf -- "$cache"/trash.*
    for entry in "$cache"/*/*/; do
        entry=${entry%/}
        [ -d "$entry" ] || continue
        find_state "$entry"
        case $state in
        ready | being*) ;;
        *) ! is_free "$entry" || remove "$entry" ;;
        esac
    done
    rm -f -- "$cache"/*/ended "$cache"/*/server
    for folder in "$cache"/*/; do
        for entry in "$folder"*/; do
            [ -d "$entry" ] || rm -f -- "$folder/classes"
        done
        rmdir -- "$folder" 2>/dev/null || :
    done
}

# Notes that the image is too large. Otherwise it would be made again and again.
refuse_large() { # entry, its KiB
    printf 'no image: its %s MiB are more than the cache may have (CRJVM_CACHE_SIZE); raise that, then crjvm cache prune\n' \
        $((($2 + MEBIBYTE - 1) / MEBIBYTE)) 2>/dev/null >"$1/cannot" || :
    images=$((images + 1))
    remove "$1/image"
}

# Removes the least recently used images first. The lines have time, KiB and entry.
shrink() { # whether images that are too large are remembered
    total=$(kibibytes "$cache")
    lines=$(
        for entry in "$cache"/*/*/; do
            entry=${entry%/}
            ! has_image "$entry" || printf '%s %s %s\n' "$(last_use "$entry")" "$(kibibytes "$entry")" "$entry"
        done | sort -n
    )
    while IFS=' ' read -r _ size entry; do
        [ -n "$entry" ] || continue
        if $1 && [ "$size" -gt "$limit" ]; then
            is_free "$entry" || continue
            refuse_large "$entry" "$size"
            total=$((total - size))
        elif [ "$total" -gt "$limit" ] && is_free "$entry"; then
            remove_image "$entry"
            total=$((total - size))
        fi
    done <<END
$lines
END
}

remove_all() {
    for entry in "$cache"/*/*/; do
        entry=${entry%/}
        has_image "$entry" || continue
        ! is_free "$entry" || remove_image "$entry"
    done
    forget
}

prune() { # options
    what=prune
    limit=0
    size=${CRJVM_CACHE_SIZE:-$DEFAULT_SIZE}
    case ${1:-} in
    --all) what=all ;;
    --max-size)
        [ $# -ge 2 ] || fail 125 "cache: \"$1\" needs a value; see crjvm help cache"
        what=size
        size=$2
        shift
        ;;
    --new-image) # the agent calls with this option
        what=new
        read_size "$size" || size=$DEFAULT_SIZE
        ;;
    '') ;;
    *) fail 125 "cache: unknown option \"$1\"; see crjvm help cache" ;;
    esac
    [ $# -le 1 ] || fail 125 "cache: unknown option \"$2\"; see crjvm help cache"
    read_size "$size" || bad_size "$size"
    removed=0
    images=0
    find_cache || return 0
    case $what in
    all) remove_all ;;
    size) shrink false ;;
    new) shrink true ;;
    prune)
        forget
        shrink false
        ;;
    esac
    printf 'removed: %s images; left: %s MiB\n' "$images" $((($(kibibytes "$cache") + MEBIBYTE - 1) / MEBIBYTE))
}

# ---------------------------------------------------------------------------------

cache() { # command, options
    read_part sizes
    command=${1:-}
    [ $# -eq 0 ] || shift
    case $command in
    list)
        [ $# -eq 0 ] || fail 125 "cache: unknown option \"$1\"; see crjvm help cache"
        list_cache
        ;;
    prune) prune "$@" ;;
    make) # the agent calls this command
        read_part java
        make_tool_image "$@"
        ;;
    --help | -h) print_cache_help ;;
    '') fail 125 'cache: name a command, list or prune; see crjvm help cache' ;;
    *) fail 125 "cache: unknown command \"$command\"; see crjvm help cache" ;;
    esac
}

# Decides whether the image of a cache entry is worth a try, and who may make another one. java.sh reads this file.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # _cache_folder is java.sh's, _cause the launcher's; java.sh reads _noted and _is_alive

say_why() { # line
    [ "${CRJVM_DEBUG:-}" != 1 ] || say "java: $1"
}

# Sets _noted to the first line of a file; empty: there is none.
read_reason() { # file
    _noted=
    if [ -s "$1" ]; then
        IFS= read -r _noted 2>/dev/null <"$1" || :
    fi
}

# Returns 0 if an image is worth a try. The restorer's last refusal counts only if the image itself was the reason: other causes may be gone
# by now.
is_ready() { # entry
    [ -f "$1/image/manifest" ] || return 1
    find_image_fault "$1/image"
    [ -z "$_cause" ] || return 1
    read_reason "$1/unfit"
    _noted=${_noted#*'": '} # the path may have any content
    case $_noted in
    '' | *' is taken'* | *limit* | *'Cannot allocate memory'* | *' by another process'*) return 0 ;;
    'the image is too old: '*) give_up "$1" ;;
    *) ;;
    esac
    say_why "the image is unfit: $_noted"
    return 1
}

# Gives up images of this entry: the application's files have changed without the image, and the same would happen to the next one.
give_up() { # entry
    {
        printf 'no image: what the application keeps in files changes between its starts: %s\n' "${_noted%%' (make a new image)'*}" >"$1/cannot" &&
            rm -rf "$1/image"
    } 2>/dev/null || :
}

MOST_ENDS=3
ENDS_BETWEEN_TRIALS=100

# Returns 0 if the program has ended as often as only a tool does. Then an image is still tried now and then, because a server
# that has failed as often looks the same.
ends_as_tool() { # folder of the program
    read_reason "$1/ended"
    case $_noted in
    '' | *[!0-9]*) return 1 ;;
    esac
    [ "$_noted" -ge "$MOST_ENDS" ] || return 1
    _ends=$((_noted + 1))
    { printf '%s\n' "$_ends" >"$1/ended"; } 2>/dev/null || return 0
    [ $((_ends % ENDS_BETWEEN_TRIALS)) -ne 0 ]
}

# Sets _process_start to the kernel's start time of a process. A number and a start time together identify a process.
read_start() { # process id
    _process_start=
    IFS= read -r _process 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086 # fields
    set -- ${_process##*) }
    case ${1:-} in
    Z | X) ;; # it has ended, but its parent has not reaped it
    *) _process_start=${20:-} ;;
    esac
}

# Sets _number to that of the last process that was to make an image, or to 0 if there was none. Sets _is_alive.
find_last_maker() { # entry
    _number=0
    _is_alive=false
    for _maker_file in "$1"/maker.*; do
        if [ -f "$_maker_file" ] && [ "${_maker_file##*.}" -gt "$_number" ]; then
            _number=${_maker_file##*.}
        fi
    done
    if [ "$_number" -gt 0 ] && read -r _maker_pid _maker_start 2>/dev/null <"$1/maker.$_number"; then
        read_start "$_maker_pid" || :
        [ "$_process_start" != "$_maker_start" ] || _is_alive=true
    fi
}

# The last maker may have died: then a new maker takes the next number, and only one process can. Makers before an image that was made and
# has become unfit do not count. If the agent never begins, this JVM can't be started with it.
MOST_MAKERS=10
MOST_STILLBORN=2

claim() { # entry, what is shown of the command
    { [ -d "$1" ] || (umask 077 && mkdir -p "${_cache_folder%/*}" && { [ -d "$_cache_folder" ] || mkdir "$_cache_folder"; } && mkdir -p "$1"); } 2>/dev/null || return 1
    find_last_maker "$1"
    ! $_is_alive || return 1
    if [ -f "$1/image/manifest" ]; then
        { printf '%s\n' "$_number" >"$1/good"; } 2>/dev/null || return 1
    fi
    read_reason "$1/good"
    case $_noted in
    '' | *[!0-9]*) _noted=0 ;;
    esac
    if [ $((_number - _noted)) -ge "$MOST_MAKERS" ]; then
        { printf 'no image: %s processes have ended before they had made it; see the log beside this file\n' "$MOST_MAKERS" >"$1/cannot"; } 2>/dev/null || :
        return 1
    fi
    if [ "$_number" -ge "$MOST_STILLBORN" ] && [ ! -e "$1/begun" ]; then
        { printf 'no image: this java ends before the agent has begun\n' >"$1/cannot"; } 2>/dev/null || :
        return 1
    fi
    read_start "$$" || return 1
    {
        _umask_before=$(umask)
        umask 077
        printf '%s %s\n' "$$" "$_process_start" >"$1/new.$$" && ln "$1/new.$$" "$1/maker.$((_number + 1))"
        _claimed=$?
        rm -rf "$1/new.$$" "$1/unfit" "$1"/.image.*.partial
        [ "$_claimed" -ne 0 ] || printf '%s\n' "$2" >"$1/command"
        umask "$_umask_before"
    } 2>/dev/null
    return "$_claimed"
}

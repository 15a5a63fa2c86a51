# Measures folders with an image in them, for the cache and the store: sizes, the last use, whether a process runs from one. cache.sh and
# store.sh read this file.
# shellcheck shell=sh
# shellcheck disable=SC2034 # _limit is for them

MEBIBYTE=1024 # in KiB, the unit of du

# Sets _limit to the size in KiB. Leading zeros go, because the shell's arithmetic would take the number as octal.
read_size() { # text
    _digits=${1%[kKmMgGtT]}
    case $_digits in
    '' | *[!0-9]* | ???????????????*) return 1 ;;
    esac
    _digits=${_digits#"${_digits%%[!0]*}"}
    _digits=${_digits:-0}
    case $1 in
    *[kK]) _limit=$_digits ;;
    *[mM]) _limit=$((_digits * 1024)) ;;
    *[gG]) _limit=$((_digits * 1024 * 1024)) ;;
    *[tT]) _limit=$((_digits * 1024 * 1024 * 1024)) ;;
    *) _limit=$((_digits / 1024)) ;;
    esac
}

has_image() { # entry
    [ -f "$1/image/manifest" ]
}

# Returns 0 if a process runs from the image. A user can only look at the user's own processes, and only those can run from it.
is_in_use() { # entry
    grep -qsF -- " $1/image/" /proc/[0-9]*/maps
}

kibibytes() { # path
    _disk_use=$(du -sk -- "$1" 2>/dev/null) || :
    _disk_use=${_disk_use%%[!0-9]*}
    printf '%s' "${_disk_use:-0}"
}

# Prints when the entry was last used or made.
last_use() { # entry
    stat -c %Y -- "$1/used" "$1/image" 2>/dev/null | sort -rn | head -n 1
}

describe_age() { # seconds since 1970
    _seconds=$(($(date +%s) - $1))
    if [ "$_seconds" -ge 172800 ]; then
        printf '%s days ago' $((_seconds / 86400))
    elif [ "$_seconds" -ge 7200 ]; then
        printf '%s hours ago' $((_seconds / 3600))
    elif [ "$_seconds" -ge 120 ]; then
        printf '%s minutes ago' $((_seconds / 60))
    else
        printf 'just now'
    fi
}

# Command lines come from users, so characters that could control a terminal are replaced.
printable() {
    LC_ALL=C tr '\000-\010\013-\037\177' '?'
}

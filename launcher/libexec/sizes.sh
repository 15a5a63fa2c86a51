# Measures folders with an image in them, for the cache and the store: sizes, the last use, whether a process runs from one. cache.sh and
# store.sh read this file.
# shellcheck shell=sh
# shellcheck disable=SC2034 # limit is for them

MEBIBYTE=1024 # in KiB, the unit of du

# Sets limit to the size in KiB.
read_size() { # text
    digits=${1%[kKmMgGtT]}
    case $digits in
    '' | *[!0-9]* | ???????????????*) return 1 ;;
    esac
    case $1 in
    *[kK]) limit=$digits ;;
    *[mM]) limit=$((digits * 1024)) ;;
    *[gG]) limit=$((digits * 1024 * 1024)) ;;
    *[tT]) limit=$((digits * 1024 * 1024 * 1024)) ;;
    *) limit=$((digits / 1024)) ;;
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
    disk_use=$(du -sk -- "$1" 2>/dev/null) || :
    disk_use=${disk_use%%[!0-9]*}
    printf '%s' "${disk_use:-0}"
}

# Prints when the entry was last used or made.
last_use() { # entry
    stat -c %Y -- "$1/used" "$1/image" 2>/dev/null | sort -rn | head -n 1
}

describe_age() { # seconds since 1970
    seconds=$(($(date +%s) - $1))
    if [ "$seconds" -ge 172800 ]; then
        printf '%s days ago' $((seconds / 86400))
    elif [ "$seconds" -ge 7200 ]; then
        printf '%s hours ago' $((seconds / 3600))
    elif [ "$seconds" -ge 120 ]; then
        printf '%s minutes ago' $((seconds / 60))
    else
        printf 'just now'
    fi
}

# Command lines come from users, so characters that could control a terminal are replaced.
printable() {
    LC_ALL=C tr '\000-\010\013-\037\177' '?'
}

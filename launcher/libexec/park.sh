# Keeps copies of an image parked: restored ahead, asleep, until a start takes one. The launcher reads this file, which uses the launcher's
# functions and variables, and those of sizes.sh.
#
# Each copy has a keeper, which writes what happens into this shell's pipe. The keeper's parent is a witness, a small shell that tells how the
# keeper has ended. It closes standard error, because somebody may wait until all processes of the pool have. The copies listen in the pool's
# folder, and starts find them there by themselves.
# shellcheck shell=sh
# shellcheck disable=SC2154 # the variables are the launcher's, _limit and MEBIBYTE are those of sizes.sh

print_park_help() {
    cat <<'END'
usage: crjvm park [OPTIONS]            keep copies of an image parked
       crjvm park --list               say which are parked

A parked copy has all of its memory in place and sleeps, at no processor time.
crjvm run and crjvm java take one, if the image has one, and go on from there.
Another copy is then parked in its place. The pool is this user's only. It ends
with this command; copies that were taken run on.

  --image DIR           the image (default: crjvm-image)
  --count N             how many copies (1 to 1000, default 1)
  --memory SIZE         how much memory they may hold together, such as 512M
                        (default: as much as they need)
  --refill-after SECONDS
                        how long after a copy was taken the next one is made
                        (0 to 3600, default 1): the first answers come first
  --map OLD=NEW         as with crjvm run; only a start with the same can take
                        such a copy; may be repeated
  --verbose             say when a copy is parked or taken

The folder of the pool is $CRJVM_POOL, else crjvm-parked in $XDG_RUNTIME_DIR, else
/tmp/crjvm-parked-UID.

Exit status: 124: the image can't be used here; 125: wrong use; 128+n when signal
n ended it.
END
}

# Sets _pool to the folder of this user's pools, which only this user can enter. The restorer finds it by the same rules.
make_pool() {
    _pool=${CRJVM_POOL:-}
    case $_pool${XDG_RUNTIME_DIR:-} in
    ?*) [ -n "$_pool" ] || _pool=$XDG_RUNTIME_DIR/crjvm-parked ;;
    *) _pool=/tmp/crjvm-parked-$(id -u) ;;
    esac
    case $_pool in
    /*) ;;
    *) fail 125 "park: \"$_pool\" has to be an absolute path; set CRJVM_POOL to one" ;;
    esac
    [ -d "$_pool" ] || _refusal=$(mkdir -m 700 -- "$_pool" 2>&1) || [ -d "$_pool" ] || fail 125 "park: \"$_pool\" can't be made (${_refusal##*: }); set CRJVM_POOL to another folder"
    _user=$(id -u)
    case $(stat -c '%F %u %a' -- "$_pool") in
    "directory $_user "*00) ;;
    "directory $_user "*) fail 125 "park: others can enter \"$_pool\"; run chmod 700 $_pool, or set CRJVM_POOL to another folder" ;;
    *) fail 125 "park: \"$_pool\" is not a folder of this user's; set CRJVM_POOL to another one" ;;
    esac
}

# Prints the process id, the memory and the image of each parked copy.
list_parked() {
    _none=true
    for _place in "$_pool"/*-*-*; do
        _copy=${_place##*-}
        if [ ! -S "$_place" ] || [ ! -r "/proc/$_copy/status" ]; then
            continue
        fi
        _none=false
        _keeper=
        _kilobytes=0
        while read -r _key _value _; do
            case $_key in
            PPid:) _keeper=$_value ;;
            RssAnon: | RssShmem:) _kilobytes=$((_kilobytes + _value)) ;;
            esac
        done <"/proc/$_copy/status"
        _described=$(tr '\000' '\n' <"/proc/$_keeper/cmdline" 2>/dev/null | sed -n '/^--image$/{n;p;q;}' | printable)
        printf '%s  %s MiB  "%s"\n' "$_copy" $(((_kilobytes + MEBIBYTE - 1) / MEBIBYTE)) "$_described"
    done
    ! $_none || printf 'no copy is parked\n'
}

# Starts to make a copy. Its keeper waits that long, because a shell's sleep would outlive the pool.
start_copy() { # seconds
    [ -d "$_pool" ] || mkdir -m 700 -- "$_pool" || : # somebody may have removed it; the copy says so if it can't be made
    # shellcheck disable=SC2016 # the witness's own words
    eval "exec sh -c '\"\$@\" & exec 2>/dev/null; wait \$!; echo \"ended \$\$ \$?\"' sh \"\$_home/libexec/crjvm-restore\" --park --after $1 --image \"\$_image\" $_map_words" </dev/null >&9 8<&- 9>&- &
    _begun=$_begun$!' '
    _starting=$((_starting + 1))
}

# Starts copies as far as the count and the memory allow it.
fill_pool() { # seconds
    while [ $((_parked_count + _starting)) -lt "$_most" ]; do
        start_copy "$1"
        [ "$_copy_size" -gt 0 ] || return 0 # the first one tells how large they are
    done
}

note_size() { # KiB
    _copy_size=$1
    [ -n "$_memory" ] || return 0
    _most=$((_memory / (_copy_size > 0 ? _copy_size : 1)))
    [ "$_most" -le "$_count" ] || _most=$_count
    [ "$_most" -gt 0 ] || fail 125 "park: one copy of \"$_image\" holds $((_copy_size / MEBIBYTE + 1)) MiB, and --memory allows less; give more"
}

# Returns 1 if that witness's copy was not being made.
remove_begun() { # witness
    case $_begun in
    *" $1 "*) ;;
    *) return 1 ;;
    esac
    _begun="${_begun%%" $1 "*} ${_begun#*" $1 "}"
    _starting=$((_starting - 1))
}

note_parked() { # process, KiB, witness
    remove_begun "$3" || :
    _failures=0
    _parked_count=$((_parked_count + 1))
    _parked=$_parked$3' '
    [ "$_copy_size" -gt 0 ] || note_size "$2"
    if $_is_full || [ "$_parked_count" -lt "$_most" ]; then
        ! $_is_verbose || printf 'crjvm: copy %s is parked\n' "$1" >&2
        return
    fi
    _is_full=true
    _noun=copies
    [ "$_most" -ne 1 ] || _noun=copy
    printf 'crjvm: %s %s of "%s" parked, %s MiB each\n' "$_most" "$_noun" "$_image" $(((_copy_size + MEBIBYTE - 1) / MEBIBYTE)) >&2
    [ "$_most" -eq "$_count" ] || printf 'crjvm: --memory allows no more than %s of %s\n' "$_most" "$_count" >&2
    if [ -n "${NOTIFY_SOCKET:-}" ]; then systemd-notify --ready || :; fi
}

# Returns 1 if that witness's copy was not parked.
remove_parked() { # witness
    case $_parked in
    *" $1 "*) ;;
    *) return 1 ;;
    esac
    _parked="${_parked%%" $1 "*} ${_parked#*" $1 "}"
    _parked_count=$((_parked_count - 1))
}

# Sets _delay. The restorer has said why a copy could not be parked. If the image has never worked here, that is all.
note_failure() {
    [ "$_copy_size" -gt 0 ] || exit 124
    _failures=$((_failures + 1))
    _delay=$((_failures > 5 ? 60 : 1 << _failures))
    printf 'crjvm: trying again to park a copy of "%s" in %s s\n' "$_image" "$_delay" >&2
}

keep_pool() {
    _events=$_pool/events-$$
    rm -f -- "$_events"
    mkfifo -m 600 -- "$_events" || fail 125 "park: no pipe can be made in \"$_pool\"; is its file system full?"
    exec 8<>"$_events"
    exec 9>"$_events"
    rm -f -- "$_events"
    trap 'exit 143' TERM
    trap 'exit 130' INT
    trap 'exit 129' HUP
    fill_pool 0
    while read -r _event _witness _value _size <&8; do
        _delay=0
        case $_event in
        parked) note_parked "$_value" "$_size" "$_witness" ;;
        taken)
            remove_parked "$_witness" || :
            ! $_is_verbose || printf 'crjvm: copy %s was taken\n' "$_value" >&2
            _delay=$_refill_delay
            ;;
        ended)
            if remove_parked "$_witness"; then
                printf 'crjvm: a parked copy of "%s" has ended; making another\n' "$_image" >&2
                _delay=1
            elif remove_begun "$_witness"; then
                note_failure
            fi
            ;;
        esac
        fill_pool "$_delay"
    done
}

read_number() { # option, value, least, most
    case $2 in
    '' | *[!0-9]* | ?????*) ;;
    *) [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ] || return 0 ;;
    esac
    fail 125 "park: \"$1\" takes a number from $3 to $4, not \"$2\""
}

park() { # options
    _image=crjvm-image
    _count=1
    _memory=
    _refill_delay=1
    _is_verbose=false
    _lists=false
    _words=
    while [ $# -gt 0 ]; do
        case $1 in
        --image | --count | --memory | --refill-after | --map)
            [ -n "${2:-}" ] || fail 125 "park: \"$1\" needs a value; see crjvm help park"
            case $1 in
            --image) _image=$2 ;;
            --count)
                read_number "$1" "$2" 1 1000
                _count=$2
                ;;
            --refill-after)
                read_number "$1" "$2" 0 3600
                _refill_delay=$2
                ;;
            --memory)
                read_part sizes
                read_size "$2" || fail 125 "park: \"--memory\" takes a size such as 512M or 2G, not \"$2\""
                _memory=$_limit
                ;;
            --map)
                case $2 in
                /*=/*) ;;
                *) fail 125 "park: \"--map\" takes OLD=NEW, two absolute paths, not \"$2\"" ;;
                esac
                add_word --map
                add_word "$2"
                ;;
            esac
            shift
            ;;
        --verbose) _is_verbose=true ;;
        --list) _lists=true ;;
        --help | -h)
            print_park_help
            exit 0
            ;;
        *) fail 125 "park: unknown option \"$1\"; see crjvm help park" ;;
        esac
        shift
    done
    read_part sizes
    make_pool
    if $_lists; then
        list_parked
        exit 0
    fi
    case $_image in
    oci://*) fail 125 "park: \"$_image\" is an image of a registry; pull it into a folder first, with crjvm pull" ;;
    esac
    find_image_fault "$_image"
    [ -z "$_cause" ] || fail 124 "cannot park \"$_image\": $_cause; make one, or give another with --image DIR"
    _map_words=$_words
    _parked=' '
    _parked_count=0
    _begun=' '
    _starting=0
    _failures=0
    _copy_size=0
    _most=$_count
    _is_full=false
    keep_pool
}

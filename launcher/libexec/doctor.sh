# Says what this machine lacks to make and to run images. Read by the launcher, whose functions and variables it uses.
# shellcheck shell=sh
# shellcheck disable=SC2154 # home, java and cause are the launcher's

print_doctor_help() {
    cat <<'END'
usage: crjvm doctor [--image DIR]

Says what this machine lacks, for you as a user, to make and to run images.
With --image DIR: whether that image can be run here.

Exit status: 0: nothing is lacking (with --image DIR: to run that image),
1: each line with NO names what is, and what to do.
END
}

good() { # what, detail
    printf '  ok  %s: %s\n' "$1" "$2"
}

bad() { # what, cause and remedy
    printf '  NO  %s: %s\n' "$1" "$2"
    ill=1
}

# Is version $1 at least $2?
is_at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

examine_java() {
    if ! find_java; then
        bad Java "there is no \"$java\"; install a JDK 17 or newer, or set JAVA_HOME"
        return
    fi
    found=$("$java" -version 2>&1 | sed -n 's/^.* version "\([^"]*\)".*/\1/p' | head -n 1)
    if [ -n "$found" ] && is_at_least "$found" 17; then
        good Java "$found ($(command -v "$java"))"
    else
        bad Java "\"$java\" is version \"$found\"; install a JDK 17 or newer, or set JAVA_HOME"
    fi
}

examine_machine() {
    case "$(uname -s) $(uname -m)" in
    'Linux x86_64') good machine 'Linux x86-64' ;;
    *) bad machine "this is \"$(uname -s) $(uname -m)\"; crjvm runs on Linux x86-64 only" ;;
    esac
    found=$(uname -r)
    if is_at_least "$found" 5.9; then
        good kernel "$found"
    else
        bad kernel "\"$found\" is too old; Linux 5.9 or newer is needed"
    fi
}

examine_engine() {
    found=$(/usr/sbin/criu --version 2>/dev/null | sed -n 's/^Version: *//p')
    if [ -z "$found" ]; then
        bad criu "there is no \"/usr/sbin/criu\"; run \"$home/setup\""
    elif is_at_least "$found" 4.2; then
        good criu "$found"
    else
        bad criu "\"/usr/sbin/criu\" is version \"$found\"; 4.2 or newer is needed, run \"$home/setup\""
    fi
}

# The same order as the agent's.
find_helper() {
    for helper in "$home/libexec/crjvm-helper" /usr/local/libexec/crjvm/crjvm-helper; do
        [ -f "$helper" ] || continue
        capability=$(getcap -- "$helper" 2>/dev/null)
        case $capability in
        '') [ "$helper" = "$home/libexec/crjvm-helper" ] || return 0 ;;
        *) return 0 ;;
        esac
    done
    return 1
}

examine_helper() {
    if ! find_helper; then
        bad helper "\"/usr/local/libexec/crjvm/crjvm-helper\" is not installed; run \"$home/setup\""
        return
    fi
    if command -v getcap >/dev/null && [ "${capability#"$helper" }" != cap_checkpoint_restore=p ]; then
        bad helper "the capability of \"$helper\" is \"${capability#"$helper" }\", not exactly \"cap_checkpoint_restore=p\"; run \"$home/setup\""
    elif ! "$helper" --version >/dev/null 2>&1; then
        bad helper "\"$helper\" can't be executed; run \"$home/setup\""
    else
        good helper "$("$helper" --version) ($helper)"
    fi
    if obstacles=$("$helper" --check 2>&1); then
        good permission 'this user may dump JVMs of their own'
    else
        # A line each; the shell's own loop would need a here-document.
        printf '%s\n' "$obstacles" | sed 's/^/  NO  permission: /'
        ill=1
    fi
}

# The agent loads native libraries from there.
examine_temporary_folder() {
    folder=${TMPDIR:-/tmp}
    if ! probe=$(mktemp -d -- "$folder/crjvm-doctor.XXXXXX" 2>/dev/null); then
        bad 'temporary folder' "\"$folder\" can't be written to; make room or set TMPDIR and -Djava.io.tmpdir"
        return
    fi
    printf '#!/bin/sh\n' >"$probe/program"
    chmod 700 "$probe/program"
    if "$probe/program" 2>/dev/null; then
        good 'temporary folder' "$folder"
    else
        bad 'temporary folder' "\"$folder\" is mounted noexec, so that the agent can't load its native libraries; set -Djava.io.tmpdir"
    fi
    rm -rf -- "$probe"
}

examine_restorer() {
    if found=$("$home/libexec/crjvm-restore" --version 2>&1); then
        good restorer "$found"
    else
        bad restorer "\"$home/libexec/crjvm-restore\" can't be executed; unpack the distribution again, not on a noexec mount"
    fi
}

examine_image() { # DIR
    find_image_fault
    if [ -n "$cause" ]; then
        bad image "\"$image\": $cause; make the image anew"
    elif found=$("$home/libexec/crjvm-restore" --check --image "$image" 2>&1); then
        good image "\"$image\" can be run here"
    else
        bad image "${found#crjvm: }"
    fi
}

doctor() {
    image=
    ill=0
    # getcap lies where users' paths often don't lead.
    PATH=$PATH:/usr/sbin:/sbin
    case $#:${1:-} in
    0:) ;;
    2:--image) image=$2 ;;
    1:--help | 1:-h)
        print_doctor_help
        exit 0
        ;;
    *) fail 125 'doctor: wrong arguments; see crjvm help doctor' ;;
    esac
    if [ -z "$image" ]; then
        echo 'To make images:'
        examine_java
        examine_engine
        examine_helper
        examine_temporary_folder
    fi
    echo 'To run images:'
    examine_machine
    examine_restorer
    if [ -n "$image" ]; then
        examine_image
    fi
    exit "$ill"
}

# Reports what this machine lacks to make and to run images. The launcher reads this file, which uses the launcher's functions and
# variables.
# shellcheck shell=sh
# shellcheck disable=SC2154 # home, java, cause and version are the launcher's

print_doctor_help() {
    cat <<'END'
usage: crjvm doctor [--image DIR] [--json]

Says whether you, as a user of this machine, can make images here, and whether
you can run them; with --image DIR: whether that image can be run here. Each
line with NO names what is in the way, and what to do.

  --json   one JSON object: "checkpoint" and "restore", each with "possible"
           and "findings" (id, state, text; when the state is "no": reason,
           remedy). All keys: docs/troubleshooting.md

Exit status: 0: nothing is in the way (with --image DIR: of running that image);
1: something is; 125: wrong use.
END
}

# --- findings --------------------------------------------------------------

begin_section() { # question, title
    section=$1
    possible=true
    findings=
    $as_json || printf '%s\n' "$2"
}

end_section() { # yes-text, no-text
    if $as_json; then
        json="$json\"$section\":{\"possible\":$possible,\"findings\":[${findings#,}]},"
    elif $possible; then
        printf '  => %s\n' "$1"
    else
        printf '  => %s\n' "$2"
    fi
}

good() { # id, text
    if $as_json; then
        findings="$findings,{\"id\":\"$1\",\"state\":\"ok\",\"text\":\"$(escape_json "$2")\"}"
    else
        printf '  ok  %s: %s\n' "$1" "$2"
    fi
}

# Reports a fact that needs no change but is worth knowing if something else fails.
note() { # id, text
    if $as_json; then
        findings="$findings,{\"id\":\"$1\",\"state\":\"note\",\"text\":\"$(escape_json "$2")\"}"
    else
        printf '   -  %s: %s\n' "$1" "$2"
    fi
}

bad() { # id, reason; remedy
    possible=false
    obstruct "$@"
}

# Reports an obstacle to one of several ways.
obstruct() { # id, reason; remedy
    case $2 in
    *'; '*) set -- "$1" "${2%%; *}" "${2#*; }" ;;
    *) set -- "$1" "$2" 'look it up in docs/troubleshooting.md' ;; # a line of another program without advice
    esac
    if $as_json; then
        findings="$findings,{\"id\":\"$1\",\"state\":\"no\",\"text\":\"$(escape_json "$2; $3")\",\"reason\":\"$(escape_json "$2")\",\"remedy\":\"$(escape_json "$3")\"}"
    else
        printf '  NO  %s: %s; %s\n' "$1" "$2" "$3"
    fi
}

# Returns 0 if version $1 is at least $2.
is_at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

read_status() { # field
    sed -n "s/^$1:[[:space:]]*//p" /proc/self/status 2>/dev/null
}

# --- of both ---------------------------------------------------------------

examine_machine() {
    read_part machine
    examine_processor "$home/libexec/crjvm-restore"
    if [ -z "$machine_fault" ]; then good machine "Linux $machine_name"; else bad machine "$machine_fault"; fi
    found=$(uname -r)
    if is_at_least "$found" 5.9; then
        good kernel "$found"
    else
        bad kernel "\"$found\" is too old; Linux 5.9 or newer is needed"
    fi
}

# Examines restrictions that apply to every process started from here.
examine_confinement() {
    case $(read_status Seccomp) in
    0) good seccomp-filter 'none' ;;
    2) note seccomp-filter 'processes run under a seccomp filter here' ;;
    *) note seccomp-filter 'unknown' ;;
    esac
    case $(read_status NoNewPrivs) in
    0) good no-new-privs 'not set' ;;
    *) note no-new-privs 'set: no program here gets a privilege by its file' ;;
    esac
    found=
    if [ -r /proc/self/attr/current ]; then
        found=$(tr -d '\000' </proc/self/attr/current 2>/dev/null) || found=
    fi
    case $found in
    '') good security-module 'none that names this process' ;;
    unconfined) good security-module 'AppArmor does not confine this process' ;;
    *:*:*) note security-module "SELinux runs this process as \"$found\"" ;;
    *) note security-module "AppArmor confines this process by the profile \"$found\"" ;;
    esac
    if is_in_user_namespace; then
        note user-namespace 'this is a user namespace, whose root is not the machine'"'"'s'
    fi
    if [ "$$" -eq 1 ]; then
        note process-1 'this is process 1 of its container; a JVM in its place can be dumped by crjvm checkpoint only, or started under an init process (docker run --init)'
    fi
    found=$(sed -n 's,^[^ ]* [^ ]* [^ ]* [^ ]* /proc .* - proc [^ ]* ,,p' /proc/self/mountinfo 2>/dev/null | tail -n 1)
    case $found in
    *hidepid=*) note proc "mounted with hidepid; jps and jcmd then see the user's own JVMs only" ;;
    *subset=*) note proc 'mounted with subset=pid; settings of the kernel are hidden from these checks' ;;
    esac
}

is_in_user_namespace() {
    [ "$(tr -s ' ' </proc/self/uid_map 2>/dev/null)" != ' 0 0 4294967295' ]
}

# --- making images ---------------------------------------------------------

examine_java() {
    if ! find_java; then
        bad java "there is no \"$java\"; install a JDK 17 or newer, or set JAVA_HOME"
        return
    fi
    found=$("$java" -version 2>&1 | sed -n 's/^.* version "\([^"]*\)".*/\1/p' | head -n 1)
    if [ -n "$found" ] && is_at_least "$found" 17; then
        good java "$found ($(command -v "$java"))"
    else
        bad java "\"$java\" is version \"$found\"; install a JDK 17 or newer, or set JAVA_HOME"
    fi
}

examine_engine() {
    engine=/usr/local/lib/crjvm
    found=$(LD_LIBRARY_PATH=$engine/lib "$engine/criu" --version 2>/dev/null | sed -n 's/^Version: *//p')
    if [ -z "$found" ]; then
        bad criu "there is no \"$engine/criu\"; run \"$home/setup\""
    elif is_at_least "$found" 4.2; then
        good criu "$found"
    else
        bad criu "\"$engine/criu\" is version \"$found\"; 4.2 or newer is needed, run \"$home/setup\""
    fi
}

# Older kernels don't show what the C library has registered for its threads (rseq), and then CRIU refuses.
examine_sequences() {
    found=$(uname -r)
    library=$(getconf GNU_LIBC_VERSION 2>/dev/null) || library=
    library=${library#glibc }
    if is_at_least "$found" 5.13 || { [ -n "$library" ] && ! is_at_least "$library" 2.35; }; then return; fi
    case ${GLIBC_TUNABLES-} in
    *glibc.pthread.rseq=0*) ;;
    *) bad kernel "\"$found\" does not show the restartable sequences of the C library; use Linux 5.13 or newer, or start the JVM with GLIBC_TUNABLES=glibc.pthread.rseq=0" ;;
    esac
}

# The agent uses the same order.
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

# Prints the kind of obstacle that a line of the helper describes.
find_obstacle_id() { # line
    case $1 in
    *'bounding set'*) id=bounding-set ;;
    *no_new_privs*) id=no-new-privs ;;
    *nosuid*) id=nosuid ;;
    *'user namespace'*) id=user-namespace ;;
    *seccomp*) id=seccomp-filter ;;
    *Yama*) id=yama ;;
    *'security module'*) id=security-module ;;
    *criu*) id=criu ;;
    *) id=capability ;;
    esac
}

# Each line of a program is an obstacle to its way of dumping.
report_obstacles() { # lines
    while IFS= read -r line; do
        [ -n "$line" ] || continue
        find_obstacle_id "$line"
        obstruct "$id" "${line#crjvm: }"
    done <<END
$1
END
}

# Examines the way through the installed helper. Sets can_helper.
examine_helper() {
    can_helper=false
    if ! find_helper; then
        obstruct helper "\"/usr/local/libexec/crjvm/crjvm-helper\" is not installed; run \"$home/setup\""
        return
    fi
    if command -v getcap >/dev/null && [ "${capability#"$helper" }" != cap_checkpoint_restore=p ]; then
        obstruct helper "the capability of \"$helper\" is \"${capability#"$helper" }\", not exactly \"cap_checkpoint_restore=p\"; run \"$home/setup\""
    elif ! "$helper" --version >/dev/null 2>&1; then
        obstruct helper "\"$helper\" can't be executed; run \"$home/setup\""
    else
        good helper "$("$helper" --version) ($helper)"
        can_helper=true
    fi
    if obstacles=$("$helper" --check 2>&1); then
        good permission 'this user may dump JVMs of their own'
    else
        can_helper=false
        report_obstacles "$obstacles"
    fi
    if [ -e /usr/local/libexec/crjvm/crjvm-helper-seccomp ]; then
        note seccomp-opt-in 'the helper with CAP_SYS_ADMIN is installed; setup --remove-seccomp-dump removes it'
    fi
}

# Examines the way without any privilege. Sets can_namespace.
examine_namespace() {
    can_namespace=false
    if obstacles=$("$home/libexec/crjvm-checkpoint" --try 2>&1); then
        can_namespace=true
        good namespace 'crjvm checkpoint can make images without any privilege'
        return
    fi
    obstacles=$(printf '%s' "$obstacles" | head -n 1)
    if $can_helper; then
        # One open way is enough, so this is only a note.
        note namespace "crjvm checkpoint can't make images: ${obstacles#crjvm: }"
    else
        obstruct namespace "crjvm checkpoint can't make images: ${obstacles#crjvm: }"
    fi
}

# CRIU needs a mount at the root. The kernel shows only the mounts below the root.
examine_root() {
    if [ -r /proc/self/mountinfo ] && ! grep -q '^[^ ]* [^ ]* [^ ]* [^ ]* / ' /proc/self/mountinfo; then
        bad root "the root folder here (chroot) is not a mount, and CRIU can't dump that; mount the folder on itself before chroot (mount --bind DIR DIR)"
    fi
}

# The agent loads native libraries from this folder.
examine_temporary_folder() {
    folder=${TMPDIR:-/tmp}
    if ! probe=$(mktemp -d -- "$folder/crjvm-doctor.XXXXXX" 2>/dev/null); then
        bad temporary-folder "\"$folder\" can't be written to; make room or set TMPDIR and -Djava.io.tmpdir"
        return
    fi
    printf '#!/bin/sh\n' >"$probe/program"
    chmod 700 "$probe/program"
    if "$probe/program" 2>/dev/null; then
        good temporary-folder "$folder"
    else
        bad temporary-folder "\"$folder\" is mounted noexec, so that the agent can't load its native libraries; set -Djava.io.tmpdir"
    fi
    rm -rf -- "$probe"
}

# One open way is enough.
examine_ways() {
    examine_helper
    examine_namespace
    way=
    if $can_helper; then
        way='java -javaagent:crjvm.jar=...'
    elif $can_namespace; then
        way='crjvm checkpoint -- java ...'
    else
        possible=false
    fi
}

# --- running images --------------------------------------------------------

examine_restorer() {
    if found=$("$home/libexec/crjvm-restore" --version 2>&1); then
        good restorer "$found"
    else
        bad restorer "\"$home/libexec/crjvm-restore\" can't be executed; unpack the distribution again, not on a noexec mount"
    fi
    if [ ! -r /proc/self/maps ]; then
        bad proc '/proc is not mounted; mount it, as container engines do'
    fi
}

# Examines a folder that every= has filled: one image that can be run is enough.
examine_series() {
    read_part series
    series=$image
    list_images
    for number in $numbers; do
        image=$series/image-$number
        find_image_fault "$image"
        # shellcheck disable=SC2034 # try_image reads them: doctor has no options for a start
        option_count=0 required_key=
        [ -n "$cause" ] || try_image
        if [ -z "$cause" ]; then
            good image "\"$image\" can be run here, and is the newest such image of \"$series\""
            return
        fi
        note image "\"$image\": $cause"
    done
    bad image "\"$series\" has no image that can be run here; see the reasons above"
}

examine_image() {
    if [ ! -r "$image/manifest" ] && is_series; then
        examine_series
        return
    fi
    find_image_fault "$image"
    if [ -n "$cause" ]; then
        bad image "\"$image\": $cause; make the image again"
    elif found=$("$home/libexec/crjvm-restore" --check --image "$image" 2>&1); then
        good image "\"$image\" can be run here"
        # These lines are only remarks.
        [ -z "$found" ] || while IFS= read -r line; do note image "${line#crjvm: }"; done <<END
$found
END
    else
        while IFS= read -r line; do
            [ -z "$line" ] || bad image "${line#crjvm: }"
        done <<END
$found
END
    fi
}

# ---------------------------------------------------------------------------

doctor() {
    image=
    as_json=false
    while [ $# -gt 0 ]; do
        case $1 in
        --json) as_json=true ;;
        --image)
            [ $# -ge 2 ] || fail 125 'doctor: wrong arguments; see crjvm help doctor'
            image=$2
            shift
            ;;
        --help | -h)
            print_doctor_help
            exit 0
            ;;
        *) fail 125 'doctor: wrong arguments; see crjvm help doctor' ;;
        esac
        shift
    done
    # Remedies show this path, so it should be readable.
    home=$(CDPATH='' cd -- "$home" && pwd)
    case $image in
    oci://*)
        read_part store-entry
        find_in_store doctor "$image"
        image=$stored/image
        ;;
    esac
    read_part json
    # getcap is in a folder that is often not on a user's PATH.
    PATH=$PATH:/usr/sbin:/sbin
    json="{\"version\":\"$(escape_json "$version")\","
    begin_section checkpoint 'To make images:'
    examine_java
    examine_engine
    examine_sequences
    examine_root
    examine_ways
    examine_temporary_folder
    examine_confinement
    can_checkpoint=$possible
    end_section "images can be made here: $way" "images can't be made here"
    begin_section restore 'To run images:'
    examine_machine
    examine_restorer
    [ -z "$image" ] || examine_image
    end_section 'images can be run here' "images can't be run here"
    if $as_json; then
        printf '%s}\n' "${json%,}"
    fi
    if $possible && { $can_checkpoint || [ -n "$image" ]; }; then
        exit 0
    fi
    exit 1
}

# Reports what this machine lacks to make and to run images. The launcher reads this file, which uses the launcher's functions and
# variables.
# shellcheck shell=sh
# shellcheck disable=SC2154 # _home, _java, _cause and _version are the launcher's

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
    _section=$1
    _possible=true
    _findings=
    $_as_json || printf '%s\n' "$2"
}

end_section() { # yes-text, no-text
    if $_as_json; then
        _json="$_json\"$_section\":{\"possible\":$_possible,\"findings\":[${_findings#,}]},"
    elif $_possible; then
        printf '  => %s\n' "$1"
    else
        printf '  => %s\n' "$2"
    fi
}

good() { # id, text
    if $_as_json; then
        _findings="$_findings,{\"id\":\"$1\",\"state\":\"ok\",\"text\":\"$(escape_json "$2")\"}"
    else
        printf '  ok  %s: %s\n' "$1" "$2"
    fi
}

# Reports a fact that needs no change but is worth knowing if something else fails.
note() { # id, text
    if $_as_json; then
        _findings="$_findings,{\"id\":\"$1\",\"state\":\"note\",\"text\":\"$(escape_json "$2")\"}"
    else
        printf '   -  %s: %s\n' "$1" "$2"
    fi
}

bad() { # id, reason; remedy
    _possible=false
    obstruct "$@"
}

# Reports an obstacle to one of several ways.
obstruct() { # id, reason; remedy
    case $2 in
    *'; '*) set -- "$1" "${2%%; *}" "${2#*; }" ;;
    *) set -- "$1" "$2" 'look it up in docs/troubleshooting.md' ;; # a line of another program without advice
    esac
    if $_as_json; then
        _findings="$_findings,{\"id\":\"$1\",\"state\":\"no\",\"text\":\"$(escape_json "$2; $3")\",\"reason\":\"$(escape_json "$2")\",\"remedy\":\"$(escape_json "$3")\"}"
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
    examine_processor "$_home/libexec/crjvm-restore"
    if [ -z "$_machine_fault" ]; then good machine "Linux $_machine_name"; else bad machine "$_machine_fault"; fi
    _found=$(uname -r)
    if is_at_least "$_found" 5.9; then
        good kernel "$_found"
    else
        bad kernel "\"$_found\" is too old; Linux 5.9 or newer is needed"
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
    _found=
    if [ -r /proc/self/attr/current ]; then
        _found=$(tr -d '\000' </proc/self/attr/current 2>/dev/null) || _found=
    fi
    case $_found in
    '') good security-module 'none that names this process' ;;
    unconfined) good security-module 'AppArmor does not confine this process' ;;
    *:*:*) note security-module "SELinux runs this process as \"$_found\"" ;;
    *) note security-module "AppArmor confines this process by the profile \"$_found\"" ;;
    esac
    if is_in_user_namespace; then
        note user-namespace 'this is a user namespace, whose root is not the machine'"'"'s'
    fi
    if [ "$$" -eq 1 ]; then
        note process-1 'this is process 1 of its container; a JVM in its place can be dumped by crjvm checkpoint only, or started under an init process (docker run --init)'
    fi
    _found=$(sed -n 's,^[^ ]* [^ ]* [^ ]* [^ ]* /proc .* - proc [^ ]* ,,p' /proc/self/mountinfo 2>/dev/null | tail -n 1)
    case $_found in
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
        bad java "there is no \"$_java\"; install a JDK 17 or newer, or set JAVA_HOME"
        return
    fi
    _found=$("$_java" -version 2>&1 | sed -n 's/^.* version "\([^"]*\)".*/\1/p' | head -n 1)
    if [ -n "$_found" ] && is_at_least "$_found" 17; then
        good java "$_found ($(command -v "$_java"))"
    else
        bad java "\"$_java\" is version \"$_found\"; install a JDK 17 or newer, or set JAVA_HOME"
    fi
}

examine_engine() {
    _engine=/usr/local/lib/crjvm
    _found=$(LD_LIBRARY_PATH=$_engine/lib "$_engine/criu" --version 2>/dev/null | sed -n 's/^Version: *//p')
    if [ -z "$_found" ]; then
        bad criu "there is no \"$_engine/criu\"; run \"$_home/setup\""
    elif is_at_least "$_found" 4.2; then
        good criu "$_found"
    else
        bad criu "\"$_engine/criu\" is version \"$_found\"; 4.2 or newer is needed, run \"$_home/setup\""
    fi
}

# Older kernels don't show what the C library has registered for its threads (rseq), and then CRIU refuses.
examine_sequences() {
    _found=$(uname -r)
    _library=$(getconf GNU_LIBC_VERSION 2>/dev/null) || _library=
    _library=${_library#glibc }
    if is_at_least "$_found" 5.13 || { [ -n "$_library" ] && ! is_at_least "$_library" 2.35; }; then return; fi
    case ${GLIBC_TUNABLES-} in
    *glibc.pthread.rseq=0*) ;;
    *) bad kernel "\"$_found\" does not show the restartable sequences of the C library; use Linux 5.13 or newer, or start the JVM with GLIBC_TUNABLES=glibc.pthread.rseq=0" ;;
    esac
}

# The agent uses the same order.
find_helper() {
    for _helper in "$_home/libexec/crjvm-helper" /usr/local/libexec/crjvm/crjvm-helper; do
        [ -f "$_helper" ] || continue
        _capability=$(getcap -- "$_helper" 2>/dev/null)
        case $_capability in
        '') [ "$_helper" = "$_home/libexec/crjvm-helper" ] || return 0 ;;
        *) return 0 ;;
        esac
    done
    return 1
}

# Prints the kind of obstacle that a line of the helper describes.
find_obstacle_id() { # line
    case $1 in
    *'bounding set'*) _id=bounding-set ;;
    *no_new_privs*) _id=no-new-privs ;;
    *nosuid*) _id=nosuid ;;
    *'user namespace'*) _id=user-namespace ;;
    *seccomp*) _id=seccomp-filter ;;
    *Yama*) _id=yama ;;
    *'security module'*) _id=security-module ;;
    *criu*) _id=criu ;;
    *) _id=capability ;;
    esac
}

# Each line of a program is an obstacle to its way of dumping.
report_obstacles() { # lines
    while IFS= read -r _line; do
        [ -n "$_line" ] || continue
        find_obstacle_id "$_line"
        obstruct "$_id" "${_line#crjvm: }"
    done <<END
$1
END
}

# Examines the way through the installed helper. Sets _can_helper.
examine_helper() {
    _can_helper=false
    if ! find_helper; then
        obstruct helper "\"/usr/local/libexec/crjvm/crjvm-helper\" is not installed; run \"$_home/setup\""
        return
    fi
    if command -v getcap >/dev/null && [ "${_capability#"$_helper" }" != cap_checkpoint_restore=p ]; then
        obstruct helper "the capability of \"$_helper\" is \"${_capability#"$_helper" }\", not exactly \"cap_checkpoint_restore=p\"; run \"$_home/setup\""
    elif ! "$_helper" --version >/dev/null 2>&1; then
        obstruct helper "\"$_helper\" can't be executed; run \"$_home/setup\""
    else
        good helper "$("$_helper" --version) ($_helper)"
        _can_helper=true
    fi
    if _obstacles=$("$_helper" --check 2>&1); then
        good permission 'this user may dump JVMs of their own'
    else
        _can_helper=false
        report_obstacles "$_obstacles"
    fi
    if [ -e /usr/local/libexec/crjvm/crjvm-helper-seccomp ]; then
        note seccomp-opt-in 'the helper with CAP_SYS_ADMIN is installed; setup --remove-seccomp-dump removes it'
    fi
}

# Examines the way without any privilege. Sets _can_namespace.
examine_namespace() {
    _can_namespace=false
    if _obstacles=$("$_home/libexec/crjvm-checkpoint" --try 2>&1); then
        _can_namespace=true
        good namespace 'crjvm checkpoint can make images without any privilege'
        return
    fi
    _obstacles=$(printf '%s' "$_obstacles" | head -n 1)
    if $_can_helper; then
        # One open way is enough, so this is only a note.
        note namespace "crjvm checkpoint can't make images: ${_obstacles#crjvm: }"
    else
        obstruct namespace "crjvm checkpoint can't make images: ${_obstacles#crjvm: }"
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
    _folder=${TMPDIR:-/tmp}
    if ! _probe=$(mktemp -d -- "$_folder/crjvm-doctor.XXXXXX" 2>/dev/null); then
        bad temporary-folder "\"$_folder\" can't be written to; make room or set TMPDIR and -Djava.io.tmpdir"
        return
    fi
    printf '#!/bin/sh\n' >"$_probe/program"
    chmod 700 "$_probe/program"
    if "$_probe/program" 2>/dev/null; then
        good temporary-folder "$_folder"
    else
        bad temporary-folder "\"$_folder\" is mounted noexec, so that the agent can't load its native libraries; set -Djava.io.tmpdir"
    fi
    rm -rf -- "$_probe"
}

# One open way is enough.
examine_ways() {
    examine_helper
    examine_namespace
    _way=
    if $_can_helper; then
        _way='java -javaagent:crjvm.jar=...'
    elif $_can_namespace; then
        _way='crjvm checkpoint -- java ...'
    else
        _possible=false
    fi
}

# --- running images --------------------------------------------------------

examine_restorer() {
    if _found=$("$_home/libexec/crjvm-restore" --version 2>&1); then
        good restorer "$_found"
    else
        bad restorer "\"$_home/libexec/crjvm-restore\" can't be executed; unpack the distribution again, not on a noexec mount"
    fi
    if [ ! -r /proc/self/maps ]; then
        bad proc '/proc is not mounted; mount it, as container engines do'
    fi
}

# Examines a folder that every= has filled: one image that can be run is enough.
examine_series() {
    read_part series
    _series=$_image
    list_images
    for _number in $_numbers; do
        _image=$_series/image-$_number
        find_image_fault "$_image"
        # shellcheck disable=SC2034 # try_image reads them: doctor has no options for a start
        _option_count=0 required_key=
        [ -n "$_cause" ] || try_image
        if [ -z "$_cause" ]; then
            good image "\"$_image\" can be run here, and is the newest such image of \"$_series\""
            return
        fi
        note image "\"$_image\": $_cause"
    done
    bad image "\"$_series\" has no image that can be run here; see the reasons above"
}

examine_image() {
    if [ ! -r "$_image/manifest" ] && is_series; then
        examine_series
        return
    fi
    find_image_fault "$_image"
    if [ -n "$_cause" ]; then
        bad image "\"$_image\": $_cause; make the image again"
    elif _found=$("$_home/libexec/crjvm-restore" --check --keep-arguments --image "$_image" 2>&1); then
        good image "\"$_image\" can be run here"
        # These lines are only remarks.
        [ -z "$_found" ] || while IFS= read -r _line; do note image "${_line#crjvm: }"; done <<END
$_found
END
    else
        while IFS= read -r _line; do
            [ -z "$_line" ] || bad image "${_line#crjvm: }"
        done <<END
$_found
END
    fi
}

# ---------------------------------------------------------------------------

doctor() {
    _image=
    _as_json=false
    while [ $# -gt 0 ]; do
        case $1 in
        --json) _as_json=true ;;
        --image)
            [ -n "${2:-}" ] || fail 125 "doctor: \"$1\" needs a value; see crjvm help doctor"
            _image=$2
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
    _home=$(CDPATH='' cd -- "$_home" && pwd)
    case $_image in
    oci://*)
        read_part store-entry
        find_in_store doctor "$_image"
        _image=$_stored/image
        ;;
    esac
    read_part json
    # getcap is in a folder that is often not on a user's PATH.
    PATH=$PATH:/usr/sbin:/sbin
    _json="{\"version\":\"$(escape_json "$_version")\","
    begin_section checkpoint 'To make images:'
    examine_java
    examine_engine
    examine_sequences
    examine_root
    examine_ways
    examine_temporary_folder
    examine_confinement
    _can_checkpoint=$_possible
    end_section "images can be made here: $_way" "images can't be made here"
    begin_section restore 'To run images:'
    examine_machine
    examine_restorer
    [ -z "$_image" ] || examine_image
    end_section 'images can be run here' "images can't be run here"
    if $_as_json; then
        printf '%s}\n' "${_json%,}"
    fi
    if $_possible && { $_can_checkpoint || [ -n "$_image" ]; }; then
        exit 0
    fi
    exit 1
}

# Starts java, from an image if the cache has one. Read by the launcher, whose functions and variables it uses.
#
# Every start pays for what happens before the restore, or before the plain java: two processes (stat and b2sum), no more unless
# there are folders on the class path. Whatever is not as expected is a reason for a plain java, which says nothing of it.
# shellcheck shell=sh
# shellcheck disable=SC2154 # home, version and newline are the launcher's

print_java_help() {
    cat <<'END'
usage: crjvm java [JAVA OPTIONS] -jar FILE [ARGS]
       crjvm java [JAVA OPTIONS] MAIN-CLASS [ARGS]

Starts java with these words. The first start is a normal one. Of a server an
image is made beside it, when it listens, answers and is quiet; later starts
with the same words continue from there. Of a tool, which ends without having
listened, one is made in the background afterwards, for all arguments. The
images are in $XDG_CACHE_HOME/crjvm (default: ~/.cache/crjvm), see crjvm help
cache.

An image is for the same JDK, java options, class path (paths, sizes and times)
and crjvm; a server's also for the same arguments, working directory and
environment. What belongs to a session or terminal does not count; if
CRJVM_CACHE_VARIABLES is set, only the variables that it names do.

Nothing is said on the application's streams. CRJVM_DEBUG=1 says what is done.

Exit status: the application's own; 128+n when signal n ended it; 126, 127: java
can't be executed, is not there.
END
}

say_why() { # line
    [ "${CRJVM_DEBUG:-}" != 1 ] || printf 'crjvm: java: %s\n' "$1" >&2
}

# Sets program to the path of java.
find_program() {
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    program=$java
    case $java in
    */*)
        [ ! -e "$java" ] || return 0
        left_path=
        ;;
    *) left_path=$PATH: ;;
    esac
    while [ -n "$left_path" ]; do
        folder=${left_path%%:*}
        left_path=${left_path#*:}
        program=${folder:-.}/$java
        if [ -f "$program" ] && [ -x "$program" ]; then
            return 0
        fi
    done
    fail 127 "java: there is no \"$java\"; install a JDK 17 or newer, or set JAVA_HOME"
}

# --- the command line, as java reads it --------------------------------------

# Words are kept with their lengths, so that two lists are equal only if all of their words are.
read_word() { # word
    if [ -n "$main" ]; then
        arguments=$arguments${#1}:$1$newline
        ! $in_file || not_tool='its arguments are in a file'
        return
    fi
    options=$options${#1}:$1$newline
    case $expected in
    '') read_option "$1" ;;
    class-path) class_path=$1 ;;
    module-path) add_paths "$1" ;;
    jar)
        main=$1
        class_path=
        add_paths "$1"
        ;;
    module) main=$1 ;;
    *) ;;
    esac
    [ -n "$is_new" ] || expected=
    is_new=
}

expect() { # what the next word is
    expected=$1
    is_new=1
}

read_option() { # word
    look_at_option "$1"
    case $1 in
    -cp | -classpath | --class-path) expect class-path ;;
    -p | --module-path | --upgrade-module-path) expect module-path ;;
    -jar) expect jar ;;
    -m | --module) expect module ;;
    --limit-modules | --limit-modules=*) unsuitable='its modules are limited, and the agent needs some' ;;
    --add-modules | --add-exports | --add-opens | --add-reads | --patch-module | --enable-native-access)
        expect value
        ;;
    --class-path=*) class_path=${1#*=} ;;
    --module-path=* | --upgrade-module-path=*) add_paths "${1#*=}" ;;
    --module=*) main=${1#*=} ;;
    -Xbootclasspath/a:*) add_paths "${1#*:}" ;;
    -javaagent:*crjvm.jar*) unsuitable='the agent is given already' ;;
    -javaagent:*)
        word=${1#*:}
        add_paths "${word%%=*}"
        ;;
    -agentlib:jdwp* | -Xrunjdwp* | -Xdebug) unsuitable='it is to be debugged' ;;
    -XX:VMOptionsFile=* | -XX:Flags=*) add_path "${1#*=}" ;;
    -version | --version | -fullversion | --full-version | -help | --help | -h | '-?' | -X | --help-extra | --list-modules | \
        -showversion | --show-version | -XshowSettings* | --show-module-resolution | -d | --describe-module* | --validate-modules | --dry-run | --source* | -Xinternalversion | -Xshare:dump)
        unsuitable="\"$1\" starts no application, or prints something before it"
        ;;
    -*) ;;
    *.java) unsuitable='it is a source file' ;;
    *)
        main=$1
        has_class=true
        ;;
    esac
}

# What works before the main class does, in the JVM that makes an image of a tool, or writes of each run. Archives and recordings are what
# the user wants of a run: the JVM writes no archive of one with an agent, and a restored one would write nothing of its start.
look_at_option() { # word
    case $1 in
    -XX:ArchiveClassesAtExit* | -XX:+AutoCreateSharedArchive | -XX:+RecordDynamicDumpInfo | -XX:DumpLoadedClassList=* | -XX:AOTCacheOutput=* | \
        -XX:AOTMode=record | -XX:AOTMode=create | -XX:AOTConfiguration=* | -XX:StartFlightRecording*)
        unsuitable="\"$1\" has the JVM write an archive or a recording of this run"
        ;;
    -javaagent:* | -agentlib:* | -agentpath:* | -Xrun* | -Djava.system.class.loader=* | -Djava.security.manager* | -Dcom.sun.management.*)
        not_tool="\"$1\" begins before the tool"
        ;;
    -Xlog* | -verbose* | -XX:*[Rr]ecord* | -XX:*Log* | -XX:+Print* | -XX:AOT* | -Xcheck*)
        not_tool="\"$1\" is about a single run"
        ;;
    --patch-module* | -XX:*File*=* | -XX:*Path*=*) is_relative=true ;;
    -Dfile.encoding=* | -Dstd*.encoding=* | -Dsun.std*.encoding=*) has_encoding=true ;;
    esac
}

# Of variables that every JVM reads.
look_at_variable() { # text
    case $1 in
    *crjvm.jar*) unsuitable='the agent is given already' ;;
    *jdwp* | *-Xdebug*) unsuitable='it is to be debugged' ;;
    esac
    set -f
    for each in $1; do
        each=${each#[\"\']}
        look_at_option "$each"
        case $each in
        -XX:VMOptionsFile=* | -XX:Flags=*) add_path "${each#*=}" ;;
        esac
    done
    set +f
}

# An argument file's text, or that of JDK_JAVA_OPTIONS.
read_words() { # text
    options=$options${#1}:$1$newline
    in_file=true
    set -f
    old_separators=$IFS
    IFS="	 $newline" # a tab is first
    for each in $1; do
        case $each in
        '"'*'"')
            each=${each#?}
            each=${each%?}
            unescape
            ;;
        *) ;;
        esac
        case $each in
        *[\"\'#]*) unsuitable='the quotes or comments of an argument file are not understood' ;;
        @@*) each=${each#@} ;;
        # Only those of JDK_JAVA_OPTIONS name further files.
        @?*)
            if $names_files; then
                outer_separators=$old_separators
                read_argument_file "${each#@}"
                old_separators=$outer_separators
                IFS="	 $newline"
                set -f
                in_file=true
                names_files=true
                continue
            fi
            ;;
        esac
        read_word "$each"
    done
    IFS=$old_separators
    set +f
    in_file=false
}

# In quotes a backslash stands before a character that is to be taken as it is.
unescape() {
    rest=$each
    each=
    while :; do
        case $rest in
        *\\?*) ;;
        *) break ;;
        esac
        each=$each${rest%%\\*}
        rest=${rest#*\\}
        each=$each${rest%"${rest#?}"}
        rest=${rest#?}
    done
    each=$each$rest
}

read_argument_file() { # path
    names_files=false
    is_relative=true
    text=
    if [ ! -r "$1" ] || [ ! -f "$1" ]; then
        unsuitable="the argument file \"$1\" can't be read"
        return
    fi
    while IFS= read -r line || [ -n "$line" ]; do
        text=$text$line$newline
    done <"$1"
    read_words "$text"
}

read_command() { # java's options and arguments
    main=
    class_path=
    has_class=false
    options=
    arguments=
    files=
    folders=
    expected=
    is_new=
    is_relative=false
    expands=true
    in_file=false
    argument_count=0
    has_encoding=false
    not_tool=
    look_at_variable "${JAVA_TOOL_OPTIONS:-} ${_JAVA_OPTIONS:-}"
    names_files=true
    [ -z "${JDK_JAVA_OPTIONS:-}" ] || read_words "$JDK_JAVA_OPTIONS"
    names_files=false
    for given in "$@"; do
        [ -z "$main" ] || argument_count=$((argument_count + 1))
        case $main$expands$given in
        true@@*) read_word "${given#@}" ;;
        true@?*) read_argument_file "${given#@}" ;;
        true--disable-@files) expands=false ;;
        *) read_word "$given" ;;
        esac
    done
    [ -n "$main" ] || unsuitable=${unsuitable:-'there is no main class'}
    if $has_class; then
        class_path=${class_path:-${CLASSPATH:-.}}
        add_paths "$class_path"
    else
        add_paths "$class_path"
    fi
}

# --- the key -----------------------------------------------------------------

add_paths() { # paths with colons between
    left_paths=$1:
    while [ -n "$left_paths" ]; do
        path=${left_paths%%:*}
        left_paths=${left_paths#*:}
        case $path in
        '') [ -z "$left_paths" ] || add_path . ;;
        '*' | */'*') add_jars "${path%'*'}" ;;
        *) add_path "$path" ;;
        esac
    done
}

add_path() { # path
    path=$1
    case $path in
    /*) ;;
    *)
        is_relative=true
        path=$PWD/$path
        ;;
    esac
    if [ -d "$path" ]; then
        folders=$folders$path$newline
    else
        files=$files$path$newline
    fi
}

add_jars() { # folder, with a slash at its end
    set +f
    for jar in "$1"*.jar "$1"*.JAR; do
        [ ! -e "$jar" ] || add_path "$jar"
    done
}

# The most files of folders that are looked at: a plain java is no slower for more of them.
MOST_FILES=5000

list_folders() {
    listing=
    [ -n "$folders" ] || return 0
    # shellcheck disable=SC2086 # one word a line
    listing=$(
        IFS=$newline
        set -f
        exec 2>/dev/null
        find -L $folders -printf '%p %s %T@\n' | head -n "$MOST_FILES"
    )
    case $listing in
    *"$newline"*) count_lines "$listing" ;;
    esac
}

count_lines() { # text
    old_separators=$IFS
    IFS=$newline
    set -f
    # shellcheck disable=SC2086 # one word a line
    set -- $1
    set +f
    IFS=$old_separators
    [ $# -lt "$MOST_FILES" ] || unsuitable='there are too many files in the folders of the class path'
}

# Sets entry, and program_folder, in which it lies.
find_entry() {
    list_folders
    helper=/usr/local/libexec/crjvm/crjvm-helper
    old_separators=$IFS
    IFS=$newline
    set -f
    # Files that are not there change nothing: no class loader finds them.
    # shellcheck disable=SC2086 # one word a line
    state=$(exec stat -L -c '%a %s %.9Y %i %n' -- "$cache" "$program" "$home/crjvm.jar" "$home/libexec/crjvm-restore" "$helper" $files 2>/dev/null) || :
    set +f
    IFS=$old_separators
    case $state in
    *" $cache$newline"*)
        case $state in
        700\ *) ;;
        *)
            unsuitable="others may reach the cache \"$cache\""
            return
            ;;
        esac
        state=${state#*"$newline"} # its time changes
        ;;
    esac
    case $state in
    *" $program"*) ;;
    *)
        unsuitable='there is no stat that can tell the times of files'
        return
        ;;
    esac
    leave_out "$home/crjvm.jar"
    leave_out "$home/libexec/crjvm-restore"
    list_environment
    terminals=
    [ ! -t 1 ] || terminals=1
    [ ! -t 2 ] || terminals=${terminals}2
    # Some JDKs encode otherwise for a terminal, and an image of a tool has been made without one.
    if [ -n "$terminals" ] && $has_encoding; then
        not_tool='there are encodings for files, and a terminal'
    fi
    hashes=$(
        exec b2sum -l 256 - /dev/fd/3 2>/dev/null <<END 3<<END_OF_ENTRY
$version
$options
$state
$listing
${JAVA_TOOL_OPTIONS:-}
${_JAVA_OPTIONS:-}
${LC_ALL:-} ${LC_CTYPE:-} ${LANG:-}
${LD_PRELOAD:-} ${LD_LIBRARY_PATH:-} ${GLIBC_TUNABLES:-} ${MALLOC_ARENA_MAX:-}
$class_path
END
$arguments
$PWD
$terminals
$environment
END_OF_ENTRY
    ) || :
    entry=${hashes#*"$newline"}
    entry=${entry%% *}
    program_folder=${hashes%% *}
    if [ ${#program_folder} -ne 64 ] || [ ${#entry} -ne 64 ]; then
        unsuitable='there is no b2sum'
        return
    fi
    program_folder=$cache/$program_folder
    entry=$program_folder/$entry
}

# The distribution may be called by more than one path.
leave_out() { # path
    case $state in
    *"$1"*) state=${state%%"$1"*}${state#*"$1"} ;;
    esac
}

# Sets environment to what the application may have read when it was started: all but what belongs to a session or a terminal, or
# what the user names.
list_environment() {
    if [ -z "${CRJVM_CACHE_VARIABLES+given}" ]; then
        environment=$(
            unset PWD OLDPWD SHLVL _ CRJVM_DEBUG CRJVM_CACHE_SIZE \
                TERM TERM_PROGRAM TERM_PROGRAM_VERSION TERM_SESSION_ID COLORTERM COLUMNS LINES WINDOWID VTE_VERSION LS_COLORS PS1 \
                STY WINDOW TMUX TMUX_PANE SSH_CLIENT SSH_CONNECTION SSH_TTY SSH_AUTH_SOCK SSH_AGENT_PID GPG_TTY GPG_AGENT_INFO \
                DISPLAY WAYLAND_DISPLAY XAUTHORITY SESSION_MANAGER DESKTOP_STARTUP_ID XDG_ACTIVATION_TOKEN XDG_SESSION_ID XDG_VTNR \
                DBUS_SESSION_BUS_ADDRESS INVOCATION_ID JOURNAL_STREAM MAINPID SYSTEMD_EXEC_PID WATCHDOG_PID LISTEN_PID \
                MEMORY_PRESSURE_WATCH MEMORY_PRESSURE_WRITE
            export -p
        )
        return
    fi
    environment=
    for variable in $CRJVM_CACHE_VARIABLES; do
        case $variable in
        *[!A-Za-z0-9_]* | [0-9]*) ;;
        *)
            eval "value=\${$variable-}"
            environment=$environment$variable=${#value}:$value$newline
            ;;
        esac
    done
}

# --- what the entry says -----------------------------------------------------

# Sets reason to the first line of a file; empty: there is none.
read_reason() { # file
    reason=
    if [ -s "$1" ]; then
        IFS= read -r reason 2>/dev/null <"$1" || :
    fi
}

# Whether an image is worth a try. What the restorer said last time may be gone by now if it was not about the image.
is_ready() { # entry
    image=$1/image
    [ -f "$image/manifest" ] || return 1
    find_image_fault
    [ -z "$cause" ] || return 1
    read_reason "$1/unfit"
    reason=${reason#*'": '} # the path may say anything
    case $reason in
    '' | *' is taken'* | *limit* | *'Cannot allocate memory'* | *' by another process'*) return 0 ;;
    'the image is too old: '*) give_up "$1" ;;
    *) ;;
    esac
    say_why "the image is unfit: $reason"
    return 1
}

# What the application keeps in files went on without the image: it would with the next one.
give_up() { # entry
    {
        printf 'no image: what the application keeps in files changes between its starts: %s\n' "${reason%%' (make a new image)'*}" >"$1/cannot" &&
            rm -rf "$1/image"
    } 2>/dev/null || :
}

# Tools are not trained again and again; but what has failed as often as a tool ends may be a server.
MOST_ENDS=3
ENDS_BETWEEN_TRIALS=100

is_tool() {
    read_reason "$program_folder/ended"
    case $reason in
    '' | *[!0-9]*) return 1 ;;
    esac
    [ "$reason" -ge "$MOST_ENDS" ] || return 1
    ended=$((reason + 1))
    { printf '%s\n' "$ended" >"$program_folder/ended"; } 2>/dev/null || return 0
    [ $((ended % ENDS_BETWEEN_TRIALS)) -ne 0 ]
}

# Sets start to the time at which a process has begun, as the kernel counts it: with its number it is the process.
read_start() { # process id
    start=
    IFS= read -r line 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086 # fields
    set -- ${line##*) }
    case ${1:-} in
    Z | X) ;; # it has ended, and nobody has asked how
    *) start=${20:-} ;;
    esac
}

# Sets number to that of the last one that was to make an image, 0: none was; and is_alive.
find_last_maker() { # entry
    number=0
    is_alive=false
    for maker in "$1"/maker.*; do
        if [ -f "$maker" ] && [ "${maker##*.}" -gt "$number" ]; then
            number=${maker##*.}
        fi
    done
    if [ "$number" -gt 0 ] && read -r maker_pid maker_start 2>/dev/null <"$1/maker.$number"; then
        read_start "$maker_pid" || :
        [ "$start" != "$maker_start" ] || is_alive=true
    fi
}

# Whoever made it may have died: then a new maker takes the next number, which only one can. Those before an image that was made and has become
# unfit do not count. Where the agent never begins, the JVM itself can't be started with it.
MOST_MAKERS=10
MOST_STILLBORN=2

claim() {
    { [ -d "$entry" ] || (umask 077 && mkdir -p "${cache%/*}" && { [ -d "$cache" ] || mkdir "$cache"; } && mkdir -p "$entry"); } 2>/dev/null || return 1
    find_last_maker "$entry"
    ! $is_alive || return 1
    if [ -f "$entry/image/manifest" ]; then
        { printf '%s\n' "$number" >"$entry/good"; } 2>/dev/null || return 1
    fi
    read_reason "$entry/good"
    case $reason in
    '' | *[!0-9]*) reason=0 ;;
    esac
    if [ $((number - reason)) -ge "$MOST_MAKERS" ]; then
        printf 'no image: %s processes have ended before they had made it; see the log beside this file\n' "$MOST_MAKERS" >"$entry/cannot"
        return 1
    fi
    if [ "$number" -ge "$MOST_STILLBORN" ] && [ ! -e "$entry/begun" ]; then
        printf 'no image: this java ends before the agent has begun\n' >"$entry/cannot"
        return 1
    fi
    read_start "$$" || return 1
    {
        umask_before=$(umask)
        umask 077
        printf '%s %s\n' "$$" "$start" >"$entry/new.$$" && ln "$entry/new.$$" "$entry/maker.$((number + 1))"
        claimed=$?
        rm -rf "$entry/new.$$" "$entry/unfit" "$entry"/.image.*.partial
        [ "$claimed" -ne 0 ] || printf '%s\n' "$shown" >"$entry/command"
        umask "$umask_before"
    } 2>/dev/null
    return "$claimed"
}

# ---------------------------------------------------------------------------

start_java() { # java's options and arguments
    find_program
    unsuitable=
    cache=
    if [ -n "${XDG_CACHE_HOME:-}" ]; then
        cache=$XDG_CACHE_HOME/crjvm
    elif [ -n "${HOME:-}" ]; then
        cache=$HOME/.cache/crjvm
    fi
    case $cache in
    /*) find_image "$@" ;;
    '') unsuitable='there is neither HOME nor XDG_CACHE_HOME' ;;
    *) unsuitable="\"$cache\" is no absolute path" ;;
    esac
    say_why "plain java: $unsuitable"
    exec "$program" "$@"
}

# Returns if there is nothing but a plain java to start.
find_image() { # java's options and arguments
    # shellcheck disable=SC3067 # dash and busybox have it
    if [ -n "${CRJVM_REQUIRE_SIGNATURE:-}" ]; then
        unsuitable='a signature is required, and images of the cache have none'
    elif [ -e "$cache" ] && { [ ! -d "$cache" ] || [ ! -O "$cache" ] || [ ! -x "$cache" ]; }; then
        unsuitable="the cache \"$cache\" is not a folder of this user's"
    else
        read_command "$@"
    fi
    [ -z "$unsuitable" ] || return 0
    find_entry
    [ -z "$unsuitable" ] || return 0
    if is_ready "$entry"; then
        restore_from "$entry" -- "$program" "$@"
    fi
    tool=$program_folder/tool
    # A server that has ended early now and then is not to begin anew from there for ever.
    [ ! -e "$program_folder/server" ] || not_tool='it is a server'
    if [ -z "$not_tool" ] && is_ready "$tool"; then
        restore_from "$tool" --arguments "$argument_count" -- "$program" "$@"
    fi
    find_unsuitable
    [ -n "$unsuitable" ] || make_image "$@"
    unsuitable=${unsuitable:-'its image is being made, or can'\''t be'}
}

restore_from() { # entry, options of the restorer's, "--", program, java's options and arguments
    from=$1
    shift
    say_why "restoring \"$from/image\""
    { true >"$from/used"; } 2>/dev/null || :
    if [ -s "$from/unfit" ]; then
        { true >"$from/unfit"; } 2>/dev/null || :
    fi
    exec "$home/libexec/crjvm-restore" --image "$from/image" --reason-file "$from/unfit" --command "$@"
}

# Why nobody need try to make an image now.
find_unsuitable() {
    read_reason "$entry/cannot"
    unsuitable=$reason
    [ -z "$unsuitable" ] || return 0
    if [ -z "$not_tool" ]; then
        read_reason "$tool/cannot"
        unsuitable=${reason:+"it is a tool: $reason"}
        if [ -z "$unsuitable" ]; then
            find_last_maker "$tool"
            ! $is_alive || unsuitable='the image of the tool is being made'
        fi
        if [ -n "$unsuitable" ] || [ -s "$tool/unfit" ]; then
            return 0
        fi
    fi
    ! is_tool || unsuitable="it is a tool${not_tool:+: $not_tool}"
}

# A runtime that jlink has put together may have no agents: then java would end at once. What else the agent needs it says itself.
has_agents() {
    runtime=$(exec readlink -f -- "$program" 2>/dev/null) || :
    modules=
    while IFS= read -r line; do
        case $line in
        MODULES=*) modules=" ${line#*=} " ;;
        esac
    done 2>/dev/null <"${runtime%/bin/*}/release" || :
    case $modules in
    '' | *[\"\ ]java.instrument[\"\ ]*) ;;
    *)
        unsuitable="the runtime \"${runtime%/bin/*}\" has no module java.instrument; jlink --add-modules puts it in"
        return 1
        ;;
    esac
}

make_image() { # java's options and arguments
    has_agents || return 0
    shown="java $*"
    claim || return 0
    # What ends up in the image should read well.
    home=$(CDPATH='' cd -- "$home" && pwd) || return 0
    agent_options=
    read_part checkpoint
    add_agent_option entry "$entry"
    say_why "making \"$entry/image\""
    exec "$program" "-javaagent:$home/crjvm.jar=${agent_options#,},then=continue" "$@"
}

# For the agent, at the end of a tool's run: its image is made in this process, which never gets to the tool's main method.
make_tool_image() { # entry, program, java's options and arguments
    entry=$1
    program=$2
    shift 2
    unsuitable=
    cache=${entry%/*/*}
    read_command "$@"
    if [ -n "$unsuitable$not_tool" ] || is_ready "$entry"; then
        return 0
    fi
    # Without the arguments, which are nobody's business.
    left=$(($# - argument_count))
    while [ "$left" -gt 0 ]; do
        set -- "$@" "$1"
        shift
        left=$((left - 1))
    done
    shift "$argument_count"
    shown="java $*"
    claim || return 0
    home=$(CDPATH='' cd -- "$home" && pwd) || return 0
    agent_options=
    read_part checkpoint
    add_agent_option entry "$entry"
    # A run may have had a folder of its own, which is gone before the image is made.
    $is_relative || cd /
    # Nobody who ends the terminal's job means this process.
    detach=
    ! command -v setsid >/dev/null 2>&1 || detach=setsid
    exec $detach "$program" "-javaagent:$home/crjvm.jar=at=launch$agent_options,then=continue" "$@"
}

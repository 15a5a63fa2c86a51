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

Starts java with these words. The first start of a server is a normal one, and
makes an image beside it, when the server listens, answers and is quiet; later
ones with the same words continue from the image. The images are in
$XDG_CACHE_HOME/crjvm (default: ~/.cache/crjvm), see crjvm help cache.

An image is for the same JDK, java options, class path (paths, sizes and times),
arguments, working directory and crjvm. The environment is taken anew, but what
the application had read of it at its first start stays: name variables that
count in CRJVM_CACHE_VARIABLES.

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
    case $1 in
    -cp | -classpath | --class-path) expect class-path ;;
    -p | --module-path | --upgrade-module-path) expect module-path ;;
    -jar) expect jar ;;
    -m | --module) expect module ;;
    --add-modules | --limit-modules | --add-exports | --add-opens | --add-reads | --patch-module | --enable-native-access)
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
    -version | --version | -fullversion | --full-version | -help | --help | -h | '-?' | -X | --help-extra | --list-modules | \
        -d | --describe-module* | --validate-modules | --dry-run | --source* | -Xinternalversion | -Xshare:dump)
        unsuitable="\"$1\" starts no application"
        ;;
    -*) ;;
    *.java) unsuitable='it is a source file' ;;
    *)
        main=$1
        has_class=true
        ;;
    esac
}

# An argument file's text, or that of JDK_JAVA_OPTIONS.
read_words() { # text
    options=$options${#1}:$1$newline
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
        esac
        read_word "$each"
    done
    IFS=$old_separators
    set +f
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
    expands=true
    [ -z "${JDK_JAVA_OPTIONS:-}" ] || read_words "$JDK_JAVA_OPTIONS"
    for given in "$@"; do
        case $main$expands$given in
        true@@*) read_word "${given#@}" ;;
        true@?*) read_argument_file "${given#@}" ;;
        true--disable-@files) expands=false ;;
        *) read_word "$given" ;;
        esac
    done
    [ -n "$main" ] || unsuitable=${unsuitable:-'there is no main class'}
    if $has_class; then
        add_paths "${class_path:-${CLASSPATH:-.}}"
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
    *) path=$PWD/$path ;;
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
    read_variables
    terminals=
    [ ! -t 1 ] || terminals=1
    [ ! -t 2 ] || terminals=${terminals}2
    hashes=$(
        exec b2sum -l 256 - /dev/fd/3 2>/dev/null <<END 3<<END_OF_ENTRY
$version
$options
$state
$listing
${JAVA_TOOL_OPTIONS:-}
${_JAVA_OPTIONS:-}
${LC_ALL:-} ${LC_CTYPE:-} ${LANG:-}
${LD_PRELOAD:-} ${LD_LIBRARY_PATH:-} ${GLIBC_TUNABLES:-}
END
$arguments
$PWD
$terminals
$variables
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

# What the user says that the application reads of its environment.
read_variables() {
    variables=
    for variable in ${CRJVM_CACHE_VARIABLES:-}; do
        case $variable in
        *[!A-Za-z0-9_]* | [0-9]*) ;;
        *)
            eval "value=\${$variable-}"
            variables=$variables$variable=${#value}:$value$newline
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

# Whether the image is worth a try. What the restorer said last time may be gone by now if it was not about the image.
is_ready() {
    [ -f "$entry/image/manifest" ] || return 1
    find_image_fault
    [ -z "$cause" ] || return 1
    read_reason "$entry/unfit"
    reason=${reason#*'": '} # the path may say anything
    case $reason in
    '' | *' is taken'* | *limit* | *'Cannot allocate memory'*) return 0 ;;
    esac
    say_why "the image is unfit: $reason"
    return 1
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
    start=${20:-}
}

# Whoever made it may have died: then a new maker takes the next number, which only one can.
MOST_MAKERS=10

claim() {
    { [ -d "$entry" ] || (umask 077 && mkdir -p "${cache%/*}" && { [ -d "$cache" ] || mkdir "$cache"; } && mkdir -p "$entry"); } 2>/dev/null || return 1
    number=0
    for maker in "$entry"/maker.*; do
        if [ -f "$maker" ] && [ "${maker##*.}" -gt "$number" ]; then
            number=${maker##*.}
        fi
    done
    if [ "$number" -ge "$MOST_MAKERS" ]; then
        printf 'no image: %s processes have ended before they had made it; see the log beside this file\n' "$number" >"$entry/cannot"
        return 1
    fi
    if [ "$number" -gt 0 ]; then
        read -r maker_pid maker_start <"$entry/maker.$number" || return 1
        read_start "$maker_pid" || :
        [ "$start" != "$maker_start" ] || return 1
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
    image=$entry/image
    if is_ready; then
        say_why "restoring \"$image\""
        { true >"$entry/used"; } 2>/dev/null || :
        if [ -s "$entry/unfit" ]; then
            { true >"$entry/unfit"; } 2>/dev/null || :
        fi
        exec "$home/libexec/crjvm-restore" --image "$image" --reason-file "$entry/unfit" --command -- "$program" "$@"
    fi
    read_reason "$entry/cannot"
    if [ -n "$reason" ]; then
        unsuitable=$reason
    elif is_tool; then
        unsuitable='it is a tool: at=main with train=FILE makes images of tools'
    else
        make_image "$@"
        unsuitable='its image is being made, or can'\''t be'
    fi
}

make_image() { # java's options and arguments
    shown="java $*"
    claim || return 0
    # What ends up in the image should read well.
    home=$(CDPATH='' cd -- "$home" && pwd) || return 0
    agent_options=
    read_part checkpoint
    add_agent_option entry "$entry"
    say_why "making \"$image\""
    exec "$program" "-javaagent:$home/crjvm.jar=${agent_options#,},then=continue" "$@"
}

# Starts java, from an image if the cache has one. The launcher reads this file, which uses the launcher's functions and variables.
#
# Every start pays for the work before the restore or before the plain java: two processes (stat and b2sum), and no more unless there are
# folders on the class path. Anything unexpected leads to a plain java without a message.
#
# Three parts do the work: java-words.sh reads the command, java-key.sh makes the entry's name from it, and java-entry.sh knows what is in
# an entry. Each file only writes variables of its own.
# shellcheck shell=sh
# shellcheck disable=SC2154 # home and newline are the launcher's; the rest is of the parts

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

# Sets program to the path of java.
find_program() {
    called=${JAVA_HOME:+$JAVA_HOME/bin/}java
    program=$called
    case $called in
    */*)
        [ ! -e "$called" ] || return 0
        left_path=
        ;;
    *) left_path=$PATH: ;;
    esac
    while [ -n "$left_path" ]; do
        path_folder=${left_path%%:*}
        left_path=${left_path#*:}
        program=${path_folder:-.}/$called
        if [ -f "$program" ] && [ -x "$program" ]; then
            return 0
        fi
    done
    fail 127 "java: there is no \"$called\"; install a JDK 17 or newer, or set JAVA_HOME"
}

start_java() { # java's options and arguments
    find_program
    read_part java-words
    read_part java-key
    read_part java-entry
    unsuitable=
    cache_folder=
    if [ -n "${XDG_CACHE_HOME:-}" ]; then
        cache_folder=$XDG_CACHE_HOME/crjvm
    elif [ -n "${HOME:-}" ]; then
        cache_folder=$HOME/.cache/crjvm
    fi
    case $cache_folder in
    /*) find_image "$@" ;;
    '') unsuitable='neither HOME nor XDG_CACHE_HOME is set' ;;
    *) unsuitable="\"$cache_folder\" is not an absolute path" ;;
    esac
    say_why "plain java: $unsuitable"
    exec "$program" "$@"
}

# Returns only if a plain java has to be started.
find_image() { # java's options and arguments
    # shellcheck disable=SC3067 # dash and busybox have it
    if [ -n "${CRJVM_REQUIRE_SIGNATURE:-}" ]; then
        unsuitable='a signature is required, and images of the cache have none'
    elif [ -e "$cache_folder" ] && { [ ! -d "$cache_folder" ] || [ ! -O "$cache_folder" ] || [ ! -x "$cache_folder" ]; }; then
        unsuitable="the cache \"$cache_folder\" is not a folder of this user's"
    else
        read_command "$@"
        unsuitable=$words_fault
    fi
    [ -z "$unsuitable" ] || return 0
    find_entry
    unsuitable=$key_fault
    [ -z "$unsuitable" ] || return 0
    if is_ready "$entry"; then
        restore_from "$entry" -- "$program" "$@"
    fi
    tool=$program_folder/tool
    no_tool_image=$not_tool
    # Some JDKs use another encoding for a terminal, and the image of a tool was made without one.
    if [ -n "$terminals" ] && $has_encoding; then
        no_tool_image='there are encodings for files, and a terminal'
    fi
    # A server that sometimes ended early must not start from a tool's image for ever.
    [ ! -e "$program_folder/server" ] || no_tool_image='it is a server'
    if [ -z "$no_tool_image" ] && is_ready "$tool"; then
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

# Sets unsuitable if nobody should try to make an image now.
find_unsuitable() {
    read_reason "$entry/cannot"
    unsuitable=$noted
    [ -z "$unsuitable" ] || return 0
    if [ -z "$no_tool_image" ]; then
        read_reason "$tool/cannot"
        unsuitable=${noted:+"it is a tool: $noted"}
        if [ -z "$unsuitable" ]; then
            find_last_maker "$tool"
            ! $is_alive || unsuitable='the image of the tool is being made'
        fi
        if [ -n "$unsuitable" ] || [ -s "$tool/unfit" ]; then
            return 0
        fi
    fi
    ! ends_as_tool "$program_folder" || unsuitable="it is a tool${no_tool_image:+: $no_tool_image}"
}

# A runtime from jlink may have no agents, and then java would end at once. The agent itself reports whatever else it lacks.
has_agents() {
    runtime=$(exec readlink -f -- "$program" 2>/dev/null) || :
    modules=
    while IFS= read -r property; do
        case $property in
        MODULES=*) modules=" ${property#*=} " ;;
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

# Sets agent to java's option for the agent, without the agent's own options, and agent_options to the one for the entry.
find_agent() { # entry
    # The image will contain this path, so it should be readable.
    agent=$(CDPATH='' cd -- "$home" && pwd) || return 1
    agent=-javaagent:$agent/crjvm.jar
    read_part agent-options
    add_agent_option entry "$1"
}

make_image() { # java's options and arguments
    has_agents || return 0
    claim "$entry" "java $*" || return 0
    find_agent "$entry" || return 0
    say_why "making \"$entry/image\""
    exec "$program" "$agent=${agent_options#,},then=continue" "$@"
}

# The agent runs this at the end of a tool's run: this process makes the tool's image and never reaches its main method.
make_tool_image() { # entry, program, java's options and arguments
    tool=$1
    program=$2
    shift 2
    cache_folder=${tool%/*/*}
    read_part java-words
    read_part java-entry
    read_command "$@"
    if [ -n "$words_fault$not_tool" ] || is_ready "$tool"; then
        return 0
    fi
    # The arguments are left out, because they may be private.
    option_words=$(($# - argument_count))
    while [ "$option_words" -gt 0 ]; do
        set -- "$@" "$1"
        shift
        option_words=$((option_words - 1))
    done
    shift "$argument_count"
    claim "$tool" "java $*" || return 0
    find_agent "$tool" || return 0
    # A run may have had a temporary working folder, which is gone before the image is made.
    $is_relative || cd /
    # Signals that end the terminal's job must not reach this process.
    detach=
    ! command -v setsid >/dev/null 2>&1 || detach=setsid
    exec $detach "$program" "$agent=at=launch$agent_options,then=continue" "$@"
}

# Starts java, from an image if the cache has one. The launcher reads this file, which uses the launcher's functions and variables.
#
# Every start pays for the work before the restore or before the plain java: two processes (stat and b2sum), and no more unless there are
# folders on the class path. Anything unexpected leads to a plain java without a message.
#
# Three parts do the work: java-words.sh reads the command, java-key.sh makes the entry's name from it, and java-entry.sh knows what is in
# an entry. Each file only writes variables of its own.
# shellcheck shell=sh
# shellcheck disable=SC2154 # _home and _newline are the launcher's; the rest is of the parts

print_java_help() {
    cat <<'END'
usage: crjvm java [JAVA OPTIONS] -jar FILE [ARGS]
       crjvm java [JAVA OPTIONS] MAIN-CLASS [ARGS]

Starts java with these words. The first start is a normal one. Of a server an
image is made beside it, when it listens, answers and is quiet; later starts
with the same words continue from there. Of a tool, which ends without having
listened, one is made in the background afterwards, for all arguments; tools
that crjvm has a recipe for are trained then (CRJVM_TRAINING=off: never). The
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

# Sets _program to the path of java.
find_program() {
    _called=${JAVA_HOME:+$JAVA_HOME/bin/}java
    _program=$_called
    case $_called in
    */*)
        [ ! -e "$_called" ] || return 0
        _left_path=
        ;;
    *) _left_path=$PATH: ;;
    esac
    while [ -n "$_left_path" ]; do
        _path_folder=${_left_path%%:*}
        _left_path=${_left_path#*:}
        _program=${_path_folder:-.}/$_called
        if [ -f "$_program" ] && [ -x "$_program" ]; then
            return 0
        fi
    done
    fail 127 "java: there is no \"$_called\"; install a JDK 17 or newer, or set JAVA_HOME"
}

start_java() { # java's options and arguments
    find_program
    read_part java-words
    read_part java-key
    read_part java-entry
    _unsuitable=
    _cache_folder=
    if [ -n "${XDG_CACHE_HOME:-}" ]; then
        _cache_folder=$XDG_CACHE_HOME/crjvm
    elif [ -n "${HOME:-}" ]; then
        _cache_folder=$HOME/.cache/crjvm
    fi
    case $_cache_folder in
    /*) find_image "$@" ;;
    '') _unsuitable='neither HOME nor XDG_CACHE_HOME is set' ;;
    *) _unsuitable="\"$_cache_folder\" is not an absolute path" ;;
    esac
    say_why "plain java: $_unsuitable"
    exec "$_program" "$@"
}

# Returns only if a plain java has to be started.
find_image() { # java's options and arguments
    # shellcheck disable=SC3067 # dash and busybox have it
    if [ -n "${CRJVM_REQUIRE_SIGNATURE:-}" ]; then
        _unsuitable='a signature is required, and images of the cache have none'
    elif [ -e "$_cache_folder" ] && { [ ! -d "$_cache_folder" ] || [ ! -O "$_cache_folder" ] || [ ! -x "$_cache_folder" ]; }; then
        _unsuitable="the cache \"$_cache_folder\" is not a folder of this user's"
    else
        read_command "$@"
        _unsuitable=$_words_fault
    fi
    [ -z "$_unsuitable" ] || return 0
    find_entry
    _unsuitable=$_key_fault
    [ -z "$_unsuitable" ] || return 0
    if is_ready "$_entry"; then
        restore_from "$_entry" -- "$_program" "$@"
    fi
    _tool=$_program_folder/tool
    _no_tool_image=$_not_tool
    # Some JDKs use another encoding for a terminal, and the image of a tool was made without one.
    if [ -n "$_terminals" ] && $_has_encoding; then
        _no_tool_image='there are encodings for files, and a terminal'
    fi
    # A server that sometimes ended early must not start from a tool's image for ever.
    [ ! -e "$_program_folder/server" ] || _no_tool_image='it is a server'
    if [ -z "$_no_tool_image" ] && is_ready "$_tool"; then
        restore_from "$_tool" --arguments "$_argument_count" -- "$_program" "$@"
    fi
    find_unsuitable
    [ -n "$_unsuitable" ] || make_image "$@"
    _unsuitable=${_unsuitable:-'its image is being made, or can'\''t be'}
}

restore_from() { # entry, options of the restorer's, "--", program, java's options and arguments
    _from=$1
    shift
    say_why "restoring \"$_from/image\""
    { true >"$_from/used"; } 2>/dev/null || :
    if [ -s "$_from/unfit" ]; then
        { true >"$_from/unfit"; } 2>/dev/null || :
    fi
    exec "$_home/libexec/crjvm-restore" --image "$_from/image" --reason-file "$_from/unfit" --command "$@"
}

# Sets _unsuitable if nobody should try to make an image now.
find_unsuitable() {
    read_reason "$_entry/cannot"
    _unsuitable=$_noted
    [ -z "$_unsuitable" ] || return 0
    if [ -z "$_no_tool_image" ]; then
        read_reason "$_tool/cannot"
        _unsuitable=${_noted:+"it is a tool: $_noted"}
        if [ -z "$_unsuitable" ]; then
            find_last_maker "$_tool"
            ! $_is_alive || _unsuitable='the image of the tool is being made'
        fi
        if [ -n "$_unsuitable" ] || [ -s "$_tool/unfit" ]; then
            return 0
        fi
    fi
    ! ends_as_tool "$_program_folder" || _unsuitable="it is a tool${_no_tool_image:+: $_no_tool_image}"
}

# A runtime from jlink may have no agents, and then java would end at once. The agent itself reports whatever else it lacks.
has_agents() {
    _runtime=$(exec readlink -f -- "$_program" 2>/dev/null) || :
    _modules=
    while IFS= read -r _property; do
        case $_property in
        MODULES=*) _modules=" ${_property#*=} " ;;
        esac
    done 2>/dev/null <"${_runtime%/bin/*}/release" || :
    case $_modules in
    '' | *[\"\ ]java.instrument[\"\ ]*) ;;
    *)
        _unsuitable="the runtime \"${_runtime%/bin/*}\" has no module java.instrument; jlink --add-modules puts it in"
        return 1
        ;;
    esac
}

# Sets _agent to java's option for the agent, without the agent's own options, and _agent_options to the one for the entry.
find_agent() { # entry
    # The image will contain this path, so it should be readable.
    _agent=$(CDPATH='' cd -- "$_home" && pwd) || return 1
    _agent=-javaagent:$_agent/crjvm.jar
    read_part agent-options
    add_agent_option entry "$1"
}

make_image() { # java's options and arguments
    has_agents || return 0
    claim "$_entry" "java $*" || return 0
    find_agent "$_entry" || return 0
    say_why "making \"$_entry/image\""
    exec "$_program" "$_agent=${_agent_options#,},then=continue" "$@"
}

# Ends with the program as this process, which makes the image of a tool. Signals that end the terminal's job must not reach it.
become_maker() { # entry, words before the program, agent's options, java's options and main class
    _tool=$1
    _before=$2
    _making=$3
    shift 3
    claim "$_tool" "java $*" || exit 0
    find_agent "$_tool" || exit 0
    _detach=
    ! command -v setsid >/dev/null 2>&1 || _detach=setsid
    exec $_before $_detach "$_program" "$_agent=$_making$_agent_options" "$@"
}

# Sets _tool, _program and _cache_folder, and reads the parts that a maker needs.
begin_maker() { # entry, program
    _tool=$1
    _program=$2
    _cache_folder=${_tool%/*/*}
    read_part java-entry
}

# This process makes an image of a tool and never reaches its main method.
make_launched_image() { # entry, program, java's options and main class
    begin_maker "$1" "$2"
    shift 2
    become_maker "$_tool" '' at=launch,then=continue "$@"
}

# This process makes an image of a well-known tool after the training of its recipe, which runs in folders of its own. It leaves the processor to
# others.
make_trained_image() { # entry, program, recipe, java's options and main class
    begin_maker "$1" "$2"
    read_part recipe
    read_part agent-options
    add_training "$3"
    shift 3
    become_maker "$_tool" 'nice -n 10' "at=main,failure=exit$_agent_options" "$@"
}

# The agent runs this at the end of a tool's run.
make_tool_image() { # entry, program, java's options and arguments
    begin_maker "$1" "$2"
    shift 2
    read_part java-words
    read_command "$@"
    if [ -n "$_words_fault$_not_tool" ] || is_ready "$_tool"; then
        return 0
    fi
    # The arguments are left out, because they may be private.
    _option_words=$(($# - _argument_count))
    while [ "$_option_words" -gt 0 ]; do
        set -- "$@" "$1"
        shift
        _option_words=$((_option_words - 1))
    done
    shift "$_argument_count"
    # A run may have had a temporary working folder, which is gone before the image is made.
    $_is_relative || cd /
    trap : HUP INT QUIT # they are for the terminal's job
    "$_self" cache make-launched "$_tool" "$_program" "$@" || :
    # The training would find relative class paths in its own folders.
    if [ -f "$_tool/image/manifest" ] && ! $_is_relative && [ "${CRJVM_TRAINING:-}" != off ]; then
        train_tool "$@"
    fi
}

# Replaces the image of a well-known tool by a trained one. It stays if that fails, as when this version of the tool has other options.
train_tool() { # java's options and main class
    read_reason "${_tool%/*}/main"
    read_part recipe
    find_recipe_of "$_noted" || return 0
    "$_self" cache make-trained "$_tool" "$_program" "$_known_recipe" "$@" || :
    rm -f -- "$_tool/cannot"
    "$_self" cache prune --new-image >/dev/null 2>&1 || :
}

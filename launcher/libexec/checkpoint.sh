# Makes an image of a JVM that it starts, without any privilege, or of a running one. The launcher reads this file, which uses the
# launcher's functions and variables.
# shellcheck shell=sh
# shellcheck disable=SC2154 # _home is the launcher's, _agent_options agent-options.sh's

print_checkpoint_help() {
    cat <<'END'
usage: crjvm checkpoint PID [OPTIONS]           of a running JVM
       crjvm checkpoint [OPTIONS] -- java ...   of one that is started for it

With PID: has a running JVM of yours make an image of itself, with the
installed helper. It may have the agent, whose settings count then, or not: the
agent is loaded, and what it could not know is said on the JVM's standard error.

  --image DIR         where the image goes (default: crjvm-image)
  --keep-running      the JVM goes on (default)
  --stop              the JVM ends with status 0 when the image is there
  --list              make no image; say what would be in its way, and what
                      restored processes would not have

Exit status: 0; 1: there is no image, and the JVM runs on, or --list has found
something in the way; 125: wrong use, or there is no java.

With a command: starts the JVM with the agent and makes an image of it, without
the helper and without any privilege: the JVM runs in a user namespace of its
own, as the same user, and is dumped from inside of it. The image is an ordinary
one.

  --at POINT          when the application is ready: auto, port:8080, http:URL,
                      main ... (default: auto)
  --image DIR         where the image goes (default: crjvm-image)
  --warmup REQUESTS   what the application does before the checkpoint
  --quiet TIME        how long to wait for the JIT compilers
  --then WHAT         exit or continue
  --failure WHAT      exit or continue, if there is no image (default: exit)
  --portable LEVEL    for which CPUs the image is to be
  --time-limit TIME   how long the dump may take
  --extract DIR       take an executable jar of Spring Boot apart first, into
                      DIR, which is new or empty, and start it from there: in
                      container images its libraries are then a layer of their
                      own

The other options are the agent's, see docs/agent-options.md; their commas need
no backslash here.

Exit status: the application's own; 1: there is no image; 128+n when signal n
ended it; 125: wrong use, or no user namespace can be made; 126, 127: java can't
be executed, is not there.
END
}

# Returns 0 if the words refer to a running JVM: they have an option for one, or begin with something else than an option.
names_process() { # arguments
    while [ $# -gt 0 ]; do
        case $1 in
        --image | --image=*)
            case $1 in
            --image) [ $# -lt 2 ] || shift ;;
            esac
            shift
            ;;
        --keep-running | --stop | --list) return 0 ;;
        -*) return 1 ;;
        *) return 0 ;;
        esac
    done
    return 1
}

# Takes the jar of a java command apart, and sets _extracted to the jar that is then left of it. Its files have the same times whenever it is
# done, so that a layer of equal libraries is an equal layer.
extract_jar() { # folder, java, its options and arguments
    _extract_folder=$1
    _extract_java=$2
    shift 2
    read_part java-words
    read_command "$@"
    if $_has_class || [ ! -f "$_main" ]; then
        fail 125 'checkpoint: --extract is for "java -jar FILE"; leave it out, or start the jar'
    fi
    grep -q BOOT-INF/lib/spring-boot-jarmode-tools "$_main" ||
        fail 125 "checkpoint: \"$_main\" is not an executable jar of Spring Boot 3.3 or newer; leave --extract out"
    if ! _extract_said=$("$_extract_java" -Djarmode=tools -jar "$_main" extract --destination "$_extract_folder" 2>&1) ||
        ! _extracted=$(CDPATH='' cd -- "$_extract_folder" && pwd)/${_main##*/} || [ ! -f "$_extracted" ]; then
        _extract_said=${_extract_said%%"$_newline"*}
        fail 125 "checkpoint: \"$_main\" can't be extracted to \"$_extract_folder\": ${_extract_said##*Exception: }; give a new folder"
    fi
    find "$_extract_folder" -type f -exec touch -d '1980-02-01 00:00:00 UTC' -- {} +
}

checkpoint() {
    if names_process "$@"; then
        run_java_command checkpoint "$@"
    fi
    read_part agent-options
    _extract=
    _at_failure='exit'
    while [ $# -gt 0 ]; do
        case $1 in
        --at | --image | --warmup | --quiet | --then | --portable | --time-limit)
            [ -n "${2:-}" ] || fail 125 "checkpoint: \"$1\" needs a value; see crjvm help checkpoint"
            add_agent_option "${1#--}" "$2"
            shift 2
            ;;
        --failure)
            [ -n "${2:-}" ] || fail 125 "checkpoint: \"$1\" needs a value; see crjvm help checkpoint"
            _at_failure=$2
            shift 2
            ;;
        --extract)
            [ -n "${2:-}" ] || fail 125 "checkpoint: \"$1\" needs a value; see crjvm help checkpoint"
            _extract=$2
            shift 2
            ;;
        --)
            shift
            break
            ;;
        --help | -h)
            print_checkpoint_help
            exit 0
            ;;
        *) fail 125 "checkpoint: unknown option \"$1\"; the java command comes after \"--\", see crjvm help checkpoint" ;;
        esac
    done
    [ $# -gt 0 ] || fail 125 'checkpoint: there is no java command after "--"; see crjvm help checkpoint'
    if [ -n "$_extract" ]; then
        extract_jar "$_extract" "$@"
        _word_before=
        _words_left=$#
        while [ "$_words_left" -gt 0 ]; do
            _word=$1
            shift
            if [ "$_word_before $_word" = "-jar $_main" ]; then
                _word=$_extracted
                _main=
            fi
            set -- "$@" "$_word"
            _word_before=$_word
            _words_left=$((_words_left - 1))
        done
    fi
    # The image will contain this path, so it should be readable.
    _distribution=$(CDPATH='' cd -- "$_home" && pwd)
    _program=$_distribution/libexec/crjvm-checkpoint
    [ -x "$_program" ] || fail 125 "checkpoint: \"$_program\" can't be executed; unpack the distribution again, not on a noexec mount"
    add_agent_option helper "$_program"
    add_agent_option failure "$_at_failure"
    _java_given=$1
    shift
    exec "$_program" --run "$_java_given" "-javaagent:$_distribution/crjvm.jar=${_agent_options#,}" "$@"
}

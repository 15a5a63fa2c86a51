# Installs command-line tools of others as commands that start from an image. The launcher reads this file, which uses the launcher's functions
# and variables, those of java-entry.sh, which says who may make an image, of recipe.sh, agent-options.sh and sizes.sh.
#
# The folder of an installed tool has lib, archive, start (the recipe's), words (of the java command), image, plain (a script that starts it
# without an image), recipe and place (the paths of the recipe and of the command), cannot (why there is no image, and for which JDK and
# crjvm), renewed (why the last one was made again), and the files of java-entry.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # _home, _self, _java, _newline and _quoted_word are the launcher's, MEBIBYTE is of sizes.sh, _noted and _is_alive of java-entry.sh

print_tool_help() {
    cat <<'END'
usage: crjvm tool install [OPTIONS] NAME
       crjvm tool list
       crjvm tool remove NAME

install   gets the jars of a command-line tool, starts it as its users do, makes
          an image of that JVM, and puts a command NAME on the path that starts
          from the image. It does what the tool does with plain java: the image
          is compared with that before it is used. After an update of the JDK or
          of crjvm, the first run is a plain one, and makes a new image beside
          it.
list      says which tools are installed, and which there are recipes for
remove    removes the command, the jars and the image

  --recipe FOLDER   a recipe of your own: the files command, training and
                    libraries, see docs/tools.md (NAME may be left out then)
  --bin FOLDER      the folder of the command (default: ~/.local/bin)
  --jars FOLDER     a folder that has the jars already
  --repository URL  the Maven repository that has the jars (default:
                    $CRJVM_REPOSITORY, else Maven Central)

Jars are taken from ~/.m2/repository if they are there. Wherever they come from,
their SHA-256 has to be the one of the recipe. The java is that of JAVA_HOME, else
the one on the path. Tools are in $CRJVM_TOOLS, else in $XDG_DATA_HOME/crjvm/tools
(~/.local/share/crjvm/tools).

Exit status: 1: the tool can't be installed, or it is without an image (the command
works then, with plain java); 125: wrong use.
END
}

# A small job ends before the code of the second JIT compiler pays. That code relies on what it has seen, and is thrown away when the next job
# is a different one. Fewer threads also start again sooner. JDK 24 and newer warn once in each JVM about what many tools do, and not in every run.
TOOL_OPTIONS='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Dsun.misc.unsafe.memory.access=allow'
MAVEN_CENTRAL=https://repo.maven.apache.org/maven2

# --- places ----------------------------------------------------------------------

# Sets _tools to the folder of all tools.
find_tools() {
    _tools=${CRJVM_TOOLS:-}
    if [ -z "$_tools" ] && [ -n "${XDG_DATA_HOME:-}" ]; then
        _tools=$XDG_DATA_HOME/crjvm/tools
    elif [ -z "$_tools" ] && [ -n "${HOME:-}" ]; then
        _tools=$HOME/.local/share/crjvm/tools
    fi
    case $_tools in
    '') fail 125 'tool: neither HOME nor XDG_DATA_HOME is set; set CRJVM_TOOLS to a folder for the tools' ;;
    *:* | *"$_newline"*) fail 125 "tool: \"$_tools\" can't be in a class path, because of its colon or end of line; set CRJVM_TOOLS to another folder" ;;
    /*) ;;
    *) fail 125 "tool: \"$_tools\" is not an absolute path; set CRJVM_TOOLS to one" ;;
    esac
    _cache_folder=$_tools # where java-entry.sh makes entries
    if [ -e "$_tools" ] && { [ ! -d "$_tools" ] || [ ! -O "$_tools" ]; }; then
        fail 1 "tool: \"$_tools\" is not a folder of this user's; set CRJVM_TOOLS to another one"
    fi
    # Who can write there can put other programs into the tools' places.
    case $(stat -L -c %a -- "$_tools" 2>/dev/null) in
    *[2367]? | *[2367]) fail 1 "tool: others can write into \"$_tools\"; run chmod go-w $_tools, or set CRJVM_TOOLS to another folder" ;;
    esac
}

check_tool_name() { # name
    case $1 in
    '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) fail 125 "tool: \"$1\" can't be the name of a tool; see crjvm tool list" ;;
    esac
}

need_tool_value() { # option, value
    [ -n "${2:-}" ] || fail 125 "tool: \"$1\" needs a value; see crjvm help tool"
}

# Sets _absolute to an absolute path.
make_absolute() { # path
    case $1 in
    /*) _absolute=$1 ;;
    *) _absolute=$PWD/$1 ;;
    esac
    case $_absolute in
    *"$_newline"*) fail 125 "tool: the path \"$_absolute\" has an end of line; give another one" ;;
    esac
}

# Returns 0 if install has written the file.
is_tool_command() { # file
    [ -f "$1" ] && { IFS= read -r _ && IFS= read -r _second_line; } 2>/dev/null <"$1" && [ "$_second_line" = "# crjvm tool $_tool" ]
}

# Sets _machine_key to what an image of the program depends on: java, its JVM, and this crjvm.
find_machine_key() {
    _runtime=$(readlink -f -- "$_program") || _runtime=$_program
    _runtime=${_runtime%/bin/*}
    _machine_key="$_version $_program $(stat -L -c %i:%s:%Z -- "$_program" "$_runtime/lib/server/libjvm.so" "$_runtime/lib/modules" "$_home/crjvm.jar" 2>/dev/null | tr '\n' ' ')" || :
}

# --- jars ------------------------------------------------------------------------

has_sum() { # file, SHA-256
    [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]
}

# Sets _jar to the name of a jar or archive, and _jar_path to its path in a repository.
read_coordinates() { # GROUP:ARTIFACT:VERSION[:CLASSIFIER], suffix of the name
    case $1 in
    *[!A-Za-z0-9._:-]* | *:*:*:*:* | :* | *: | *::* | *..*) return 1 ;;
    *:*:*) ;;
    *) return 1 ;;
    esac
    _group=${1%%:*}
    _jar_version=${1#*:}
    _artifact=${_jar_version%%:*}
    _jar_version=${_jar_version#*:}
    _classifier=
    case $_jar_version in
    *:*)
        _classifier=-${_jar_version#*:}
        _jar_version=${_jar_version%%:*}
        ;;
    esac
    _jar=$_artifact-$_jar_version$_classifier$2
    _jar_path=$(printf '%s' "$_group" | tr . /)/$_artifact/$_jar_version/$_jar
}

# Puts a jar or an archive into the tool's folder.
get_jar() { # SHA-256, path of the file
    _target=$2
    ! has_sum "$_target" "$1" || return 0
    # The copy is what is checked, because the file might change in between.
    for _found in ${_jars:+"$_jars/$_jar"} ${HOME:+"$HOME/.m2/repository/$_jar_path"}; do
        [ -f "$_found" ] || continue
        cp -- "$_found" "$_target.new" || fail 1 "tool: \"$_target\" can't be written"
        if has_sum "$_target.new" "$1"; then
            mv -f -- "$_target.new" "$_target"
            return 0
        fi
        rm -f -- "$_target.new"
    done
    [ -z "$_jars" ] || [ ! -e "$_jars/$_jar" ] || fail 1 "tool: \"$_jars/$_jar\" is not the file that the recipe names: its SHA-256 is another one"
    command -v curl >/dev/null 2>&1 || fail 1 "tool: there is no curl to get \"$_repository/$_jar_path\" with; install it, or give --jars FOLDER"
    curl -fsSL --proto '=http,https,file' --retry 2 -o "$_target.new" -- "$_repository/$_jar_path" ||
        fail 1 "tool: cannot get \"$_repository/$_jar_path\"; give another --repository URL, or --jars FOLDER"
    if ! has_sum "$_target.new" "$1"; then
        rm -f -- "$_target.new"
        fail 1 "tool: \"$_repository/$_jar_path\" is not the file that the recipe names: its SHA-256 is another one"
    fi
    mv -f -- "$_target.new" "$_target"
}

# Fills lib, and sets _class_path.
get_jars() {
    _class_path=
    mkdir -p -- "$_entry/lib" || fail 1 "tool: \"$_entry/lib\" can't be made"
    _kept=' '
    [ -f "$_recipe/libraries" ] || return 0
    while read -r _sum _coordinates _jar_file _rest_of_line; do
        case $_sum in
        '' | \#*) continue ;;
        esac
        case $_jar_file$_rest_of_line in
        */* | .*) _sum= ;;
        esac
        if [ ${#_sum} -ne 64 ] || [ -n "$_rest_of_line" ] || ! read_coordinates "$_coordinates" .jar; then
            fail 125 "tool: \"$_recipe/libraries\" has a line \"$_sum $_coordinates\"; write SHA-256 GROUP:ARTIFACT:VERSION[:CLASSIFIER] [FILE.jar]"
        fi
        _jar_file=${_jar_file:-$_jar}
        get_jar "$_sum" "$_entry/lib/$_jar_file"
        _kept=$_kept$_jar_file' '
        _class_path=$_class_path${_class_path:+:}$_entry/lib/$_jar_file
    done <"$_recipe/libraries"
    for _left_jar in "$_entry/lib/"*; do
        case $_kept in
        *" ${_left_jar##*/} "*) ;;
        *) rm -rf -- "$_left_jar" ;; # of an older version
        esac
    done
}

# Unpacks the tool's archive, if it has one.
get_archive() {
    if [ ! -f "$_recipe/archive" ]; then
        rm -rf -- "$_entry/archive"
        return
    fi
    read -r _sum _coordinates _rest_of_line <"$_recipe/archive" || :
    if [ ${#_sum} -ne 64 ] || [ -n "$_rest_of_line" ] || ! read_coordinates "$_coordinates" .tar.gz; then
        fail 125 "tool: \"$_recipe/archive\" has a line \"$_sum $_coordinates\"; write SHA-256 GROUP:ARTIFACT:VERSION[:CLASSIFIER]"
    fi
    # Until the new one is complete, the tool goes on with the old one.
    get_jar "$_sum" "$_entry/archive.tar.gz"
    rm -rf -- "$_entry/archive.new"
    # It has one folder, whose name has the version.
    if ! mkdir -- "$_entry/archive.new" || ! tar -xzf "$_entry/archive.tar.gz" -C "$_entry/archive.new" --strip-components=1 --no-same-owner; then
        fail 1 "tool: \"$_entry/archive.new\" can't be made; tar needs gzip, and the tool space on the disk"
    fi
    rm -rf -- "$_entry/archive"
    mv -- "$_entry/archive.new" "$_entry/archive" || fail 1 "tool: \"$_entry/archive\" can't be made; install the tool again"
    rm -f -- "$_entry/archive.tar.gz"
}

# --- install ---------------------------------------------------------------------

# Sets _words_of_tool to the quoted words of java's command without the program and the agent.
find_tool_words() {
    _words_of_tool=
    _last_word=
    # The options and the words of a recipe contain nothing that needs quotes. A * is java's own.
    set -f
    # shellcheck disable=SC2046
    set -- $(cat -- "$_recipe/command")
    [ -z "$_class_path" ] || set -- -cp "$_class_path" "$@"
    # shellcheck disable=SC2086
    set -- $TOOL_OPTIONS "$@"
    set +f
    for _word; do
        _expanded=
        while
            case $_word in
            *'{tool}'*) true ;;
            *) false ;;
            esac
        do
            _expanded=$_expanded${_word%%'{tool}'*}$_entry
            _word=${_word#*'{tool}'}
        done
        quote_word "$_expanded$_word"
        _words_of_tool=$_words_of_tool$_last_word
        _last_word=' '$_quoted_word
    done
    _words_of_tool=$_words_of_tool$_property_word$_last_word # the last option counts
}

# Sets _start_lines and _property_word to what the scripts of a tool have that looks at each start itself.
find_start_lines() {
    _start_lines=
    _property_word=
    [ -f "$_entry/start" ] || return 0
    quote_word "$_entry"
    # The names are none that the application's environment might have.
    _start_lines=crjvm_tool=$_quoted_word
    quote_word "$_program"
    _start_lines="$_start_lines${_newline}crjvm_java=$_quoted_word${_newline}crjvm_property=$_newline. \"\$crjvm_tool/start\"$_newline"
    # shellcheck disable=SC2016 # the scripts expand it
    _property_word=' ${crjvm_property:+"-D$crjvm_property"}'
}

# Writes a script in one step.
write_script() { # file, lines
    # Others may be able to write into the folder of a command, so the file has a name that nobody can foretell.
    {
        _written=$(mktemp "$1.XXXXXX") && printf '#!/bin/sh\n# crjvm tool %s\n%s\n' "$_tool" "$2" >"$_written" && chmod 0755 "$_written" && mv -f -- "$_written" "$1"
    } 2>/dev/null || fail 1 "tool: \"$1\" can't be written"
}

# Makes the image from the installed files. Returns 1 and sets _why if there is none.
make_trained_image() {
    read_part agent-options
    read_part recipe
    add_agent_option image "$_entry/image"
    add_training "$_recipe"
    quote_word "-javaagent:$_distribution/crjvm.jar=at=main,failure=exit$_agent_options"
    # The rest of the environment is nothing of the tool's, and might be secret.
    set --
    for _name in PATH HOME USER LOGNAME LANG LANGUAGE LC_ALL LC_CTYPE LC_MESSAGES TZ TMPDIR; do
        eval "setting=\${$_name+$_name=\$$_name}"
        [ -z "$setting" ] || set -- "$@" "$setting"
    done
    (
        cd -- "$_entry"
        # shellcheck disable=SC2034 # the words have it
        crjvm_property=
        eval "exec env -i \"\$@\" \"\$_program\" $_quoted_word $_words_of_tool" >log 2>&1 </dev/null
    ) || :
    { true >"$_entry/begun"; } 2>/dev/null || :
    if grep -q '^crjvm: image ready: ' "$_entry/log" 2>/dev/null && [ -f "$_entry/image/manifest" ]; then
        rm -f -- "$_entry/cannot"
        return 0
    fi
    _why=$(sed -n -e 's/^crjvm: checkpoint failed: //p' -e 's/^crjvm: training failed: //p' -e 's/^crjvm: no checkpoint will be made: //p' -e 's/^crjvm: no image was made: //p' "$_entry/log" 2>/dev/null | tail -n 1)
    _why=${_why:-"all that was said is in \"$_entry/log\""}
    find_machine_key
    printf '%s\n%s\n' "$_machine_key" "$_why" >"$_entry/cannot"
    return 1
}

# Sets _guard_lines to those with which the command starts the tool without its image where a new JVM would have another encoding or more options.
find_guard_lines() {
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]8* | *[Uu][Tt][Ff]-8*) _encoding='*[Uu][Tt][Ff]8* | *[Uu][Tt][Ff]-8*' ;;
    '' | C | POSIX) _encoding="'' | C | POSIX" ;;
    *)
        quote_word "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}"
        _encoding=$_quoted_word
        ;;
    esac
    quote_word "$_entry/plain"
    # shellcheck disable=SC2016 # the script expands it
    _guard_lines='case ${JAVA_TOOL_OPTIONS:-}${JDK_JAVA_OPTIONS:-}${_JAVA_OPTIONS:-} in ?*) exec '$_quoted_word' "$@" ;; esac'
    # shellcheck disable=SC2016
    _guard_lines=$_guard_lines$_newline'case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in '$_encoding') ;; *) exec '$_quoted_word' "$@" ;; esac'$_newline
}

write_tool_command() {
    quote_word "$_entry"
    _fallback_words="$_launcher_word tool start $_quoted_word"
    quote_word "$_fallback_words"
    _fallback_words=$_quoted_word
    find_start_lines
    find_guard_lines
    quote_word "$_entry/image"
    write_script "$_command_file" "$_guard_lines${_start_lines}exec $_launcher_word run --image $_quoted_word --fallback $_fallback_words$_property_word -- \"\$@\""
}

# Sets _recipe, and _tool if it isn't given.
find_recipe() {
    if [ -z "$_recipe" ]; then
        check_tool_name "$_tool"
        _recipe=$_distribution/recipes/$_tool
        [ -f "$_recipe/command" ] || fail 125 "tool: there is no recipe for \"$_tool\"; see crjvm tool list, or give --recipe FOLDER"
        return
    fi
    [ -d "$_recipe" ] || fail 125 "tool: the recipe \"$_recipe\" is not a folder"
    _recipe=$(CDPATH='' cd -- "$_recipe" && pwd)
    [ -n "$_tool" ] || _tool=${_recipe##*/}
    check_tool_name "$_tool"
    for _part in command training; do
        [ -r "$_recipe/$_part" ] || fail 125 "tool: the recipe \"$_recipe\" has no file \"$_part\"; see docs/tools.md"
    done
}

# Removes the command of an earlier installation from another folder.
remove_old_command() {
    read_reason "$_entry/place"
    if [ -n "$_noted" ] && [ "$_noted" != "$_command_file" ] && is_tool_command "$_noted"; then
        rm -f -- "$_noted"
    fi
}

tool_install() { # words
    _tool=
    _recipe=
    _bin=
    _jars=
    _repository=${CRJVM_REPOSITORY:-$MAVEN_CENTRAL}
    while [ $# -gt 0 ]; do
        case $1 in
        --recipe | --bin | --jars | --repository)
            need_tool_value "$@"
            case $1 in
            --recipe) _recipe=$2 ;;
            --repository) _repository=${2%/} ;;
            --bin)
                make_absolute "$2"
                _bin=$_absolute
                ;;
            *)
                make_absolute "$2"
                _jars=$_absolute
                [ -d "$_jars" ] || fail 125 "tool: \"$2\" is not a folder with jars; give another one, or leave --jars out"
                ;;
            esac
            shift
            ;;
        -*) fail 125 "tool: unknown option \"$1\"; see crjvm help tool" ;;
        *)
            [ -z "$_tool" ] || fail 125 "tool: give one NAME, not \"$_tool\" and \"$1\""
            _tool=$1
            ;;
        esac
        shift
    done
    [ -n "$_tool$_recipe" ] || fail 125 'tool: which tool? see crjvm tool list'
    find_recipe
    if [ -z "$_bin" ]; then
        [ -n "${HOME:-}" ] || fail 125 'tool: HOME is not set; give --bin FOLDER'
        _bin=$HOME/.local/bin
    fi
    find_java || fail 1 "tool: there is no \"$_java\"; install a JDK 17 or newer, or set JAVA_HOME"
    # An update of the JDK may rename its folder, but not the link that leads to it.
    make_absolute "$(command -v "$_java")"
    _program=$_absolute
    _entry=$_tools/$_tool
    _command_file=$_bin/$_tool
    if [ -e "$_command_file" ] || [ -L "$_command_file" ]; then
        is_tool_command "$_command_file" || fail 1 "tool: \"$_command_file\" is there, and is not a command that crjvm has made; give another --bin FOLDER, or remove it"
    fi
    mkdir -p -- "$_bin" || fail 1 "tool: \"$_bin\" can't be made; give another --bin FOLDER"
    find_last_maker "$_entry"
    ! $_is_alive || fail 1 "tool: another process is making the image of \"$_tool\"; wait for it"
    if [ -d "$_entry" ]; then
        printf '%s\n' "$_number" >"$_entry/good" # this is a new beginning
    fi
    claim "$_entry" "$_tool" || fail 1 "tool: \"$_entry\" can't be written"
    { true >"$_entry/begun"; } 2>/dev/null || :
    get_jars
    get_archive
    rm -f -- "$_entry/start"
    [ ! -f "$_recipe/start" ] || cp -- "$_recipe/start" "$_entry/start" || fail 1 "tool: \"$_entry/start\" can't be written"
    find_start_lines
    find_tool_words
    printf '%s\n' "$_words_of_tool" >"$_entry/words"
    quote_word "$_program"
    _java_word=$_quoted_word
    quote_word "$_entry"
    write_script "$_entry/plain" "${_start_lines}[ -x $_java_word ] || exec $_launcher_word tool start $_quoted_word${_newline}exec $_java_word$_words_of_tool \"\$@\""
    printf '%s\n' "$_recipe" >"$_entry/recipe"
    remove_old_command
    printf '%s\n' "$_command_file" >"$_entry/place"
    printf '%s\n' "$_program" >"$_entry/java"
    printf 'crjvm: "%s" is being started and tried with its training; that takes up to a few minutes\n' "$_tool" >&2
    if make_trained_image; then
        write_tool_command
        printf 'crjvm: "%s" starts from an image: "%s"\n' "$_tool" "$_command_file" >&2
    else
        rm -rf -- "$_entry/image" # of an earlier installation
        quote_word "$_entry/plain"
        write_script "$_command_file" "exec $_quoted_word \"\$@\""
        fail 1 "tool: \"$_tool\" has no image: $_why; \"$_command_file\" works with plain java"
    fi
    case :${PATH:-}: in
    *":$_bin:"*) ;;
    *) printf 'crjvm: "%s" is not on the path: add it, or start the command by its path\n' "$_bin" >&2 ;;
    esac
}

# --- start -----------------------------------------------------------------------

# The command's normal start: it may have a new image made beside it.
tool_start() { # folder, arguments
    _entry=$1
    shift
    _refusal=${CRJVM_FALLBACK_REASON:-}
    unset CRJVM_FALLBACK_REASON
    read_reason "$_entry/java"
    [ -x "$_noted" ] || fail 127 "tool: there is no \"$_noted\" any more; install the tool again: crjvm tool install ${_entry##*/}"
    [ -x "$_entry/plain" ] || fail 127 "tool: \"$_entry/plain\" is not there; install the tool again: crjvm tool install ${_entry##*/}"
    ! is_renewal_due || renew_beside
    exec "$_entry/plain" "$@"
}

# Returns 0 if a new image might be better than the one that could not be used.
is_renewal_due() {
    case $_refusal in
    *' is taken'* | *signature* | *limit* | *'Cannot allocate memory'* | *' by another process'* | *" differs from the checkpoint's"* | '--no-restore was given') return 1 ;;
    esac
    if [ ! -d "$_entry" ] || [ ! -O "$_entry" ]; then
        return 1
    fi
    find_last_maker "$_entry"
    ! $_is_alive || return 1
    ! was_renewed_lately || return 1
    read_reason "$_entry/cannot"
    [ -n "$_noted" ] || return 0
    _had_key=$_noted
    read_reason "$_entry/java"
    _program=$_noted
    find_machine_key
    [ "$_had_key" != "$_machine_key" ]
}

# Returns 0 if a renewal began within the last hour for the same reason: then another image would be no better.
was_renewed_lately() {
    read_reason "$_entry/renewed"
    [ "$_noted" = "$_refusal" ] || return 1
    _made=$(stat -c %Y -- "$_entry/renewed" 2>/dev/null) || return 1
    [ $(($(date +%s) - _made)) -lt 3600 ]
}

# Signals that end the terminal's job must not reach the process that makes the image, nor may it keep the run's locks and pipes.
renew_beside() {
    _detach=
    ! command -v setsid >/dev/null 2>&1 || _detach=setsid
    { printf '%s\n' "$_refusal" >"$_entry/renewed"; } 2>/dev/null || return 0
    (cd / && exec $_detach "$_self" tool renew "$_entry" </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-) &
}

tool_renew() { # folder
    _entry=$1
    # shellcheck disable=SC2034 # claim reads it
    _cache_folder=${_entry%/*}
    _tool=${_entry##*/}
    read_reason "$_entry/recipe"
    _recipe=$_noted
    read_reason "$_entry/java"
    _program=$_noted
    read_reason "$_entry/place"
    _command_file=$_noted
    [ -x "$_program" ] && [ -r "$_recipe/training" ] || return 1
    claim "$_entry" "$_tool" || return 1
    _words_of_tool=$(cat -- "$_entry/words" 2>/dev/null) && [ -n "$_words_of_tool" ] || return 1
    make_trained_image || return 1
    # This crjvm may be in another folder than the one that has written the command.
    if is_tool_command "$_command_file"; then
        write_tool_command
    fi
}

# --- list, remove ----------------------------------------------------------------

describe_tool() { # folder
    find_last_maker "$1"
    read_reason "$1/place"
    if $_is_alive; then
        _state='image is made'
    elif [ -f "$1/image/manifest" ] && [ ! -f "$1/cannot" ]; then
        _state='from image'
    else
        _state='plain java'
    fi
    printf '%-20s %-14s %6s MiB  %s\n' "${1##*/}" "$_state" $((($(kibibytes "$1") + MEBIBYTE - 1) / MEBIBYTE)) "$_noted"
    if [ -f "$1/cannot" ]; then
        sed -n 's/^/    no image: /;2p' "$1/cannot"
    fi
}

tool_list() {
    [ $# -eq 0 ] || fail 125 "tool: unknown word \"$1\"; see crjvm help tool"
    read_part sizes
    for _entry in "$_tools"/*/; do
        _entry=${_entry%/}
        [ ! -f "$_entry/place" ] || describe_tool "$_entry" | printable
    done
    printf 'There are recipes for:\n'
    for _recipe in "$_home"/recipes/*/command; do
        _recipe=${_recipe%/command}
        _about=
        [ ! -r "$_recipe/about" ] || IFS= read -r _about <"$_recipe/about" || :
        printf '  %-20s %s\n' "${_recipe##*/}" "$_about"
    done
}

tool_remove() { # name
    [ $# -eq 1 ] || fail 125 'tool: which tool? see crjvm tool list'
    _tool=$1
    check_tool_name "$_tool"
    _entry=$_tools/$_tool
    [ -d "$_entry" ] || fail 1 "tool: \"$_tool\" is not installed; see crjvm tool list"
    find_last_maker "$_entry"
    ! $_is_alive || fail 1 "tool: another process is making the image of \"$_tool\"; wait for it"
    read_reason "$_entry/place"
    if is_tool_command "$_noted"; then
        rm -f -- "$_noted" || fail 1 "tool: \"$_noted\" can't be removed"
    fi
    rm -rf -- "$_entry" || fail 1 "tool: \"$_entry\" can't be removed"
}

tool() { # words
    _subcommand=${1:-}
    [ $# -eq 0 ] || shift
    _distribution=$(CDPATH='' cd -- "$_home" && pwd)
    quote_word "$_distribution/bin/crjvm"
    _launcher_word=$_quoted_word
    read_part java-entry
    case $_subcommand in
    install | list | remove)
        case ${1:-} in
        --help | -h)
            print_tool_help
            exit 0
            ;;
        esac
        find_tools
        "tool_$_subcommand" "$@"
        ;;
    start | renew) "tool_$_subcommand" "$@" ;; # a tool's own command says these
    --help | -h) print_tool_help ;;
    '') fail 125 'tool: say install, list or remove; see crjvm help tool' ;;
    *) fail 125 "tool: unknown word \"$_subcommand\"; say install, list or remove, see crjvm help tool" ;;
    esac
}

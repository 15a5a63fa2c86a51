# Reads a command as java does: its options, its arguments, and the files that it names. java.sh reads this file.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # _newline is the launcher's; java.sh and java-key.sh read what is found

# Words are kept with their lengths, so that two lists are equal only if all of their words are equal.
read_word() { # word
    if [ -n "$_main" ]; then
        _arguments=$_arguments${#1}:$1$_newline
        ! $_in_file || _not_tool='its arguments are in a file'
        return
    fi
    _options=$_options${#1}:$1$_newline
    case $_expected in
    '') read_option "$1" ;;
    class-path) set_class_path "$1" ;;
    module-path) add_paths "$1" ;;
    jar)
        _main=$1
        set_class_path ''
        add_paths "$1"
        ;;
    module) _main=$1 ;;
    *) ;;
    esac
    [ -n "$_is_new" ] || _expected=
    _is_new=
}

set_class_path() { # text
    _class_path=$1
    _is_class_path_given=true
}

expect() { # what the next word is
    _expected=$1
    _is_new=1
}

read_option() { # word
    look_at_option "$1"
    case $1 in
    -cp | -classpath | --class-path) expect class-path ;;
    -p | --module-path | --upgrade-module-path) expect module-path ;;
    -jar) expect jar ;;
    -m | --module) expect module ;;
    --limit-modules | --limit-modules=*) _words_fault='its modules are limited, and the agent needs some' ;;
    --add-modules | --add-exports | --add-opens | --add-reads | --patch-module | --enable-native-access)
        expect value
        ;;
    --class-path=*) set_class_path "${1#*=}" ;;
    --module-path=* | --upgrade-module-path=*) add_paths "${1#*=}" ;;
    --module=*) _main=${1#*=} ;;
    -Xbootclasspath/a:*) add_paths "${1#*:}" ;;
    -javaagent:*crjvm.jar*) _words_fault='the agent is given already' ;;
    -javaagent:*)
        _word=${1#*:}
        add_paths "${_word%%=*}"
        ;;
    -agentlib:jdwp* | -Xrunjdwp* | -Xdebug) _words_fault='it is to be debugged' ;;
    -XX:VMOptionsFile=* | -XX:Flags=*) add_path "${1#*=}" ;;
    -version | --version | -fullversion | --full-version | -help | --help | -h | '-?' | -X | --help-extra | --list-modules | \
        -showversion | --show-version | -XshowSettings* | --show-module-resolution | -d | --describe-module* | --validate-modules | --dry-run | --source* | -Xinternalversion | -Xshare:dump)
        _words_fault="\"$1\" starts no application, or prints something before it"
        ;;
    -*) ;;
    *.java) _words_fault='it is a source file' ;;
    *)
        _main=$1
        _has_class=true
        ;;
    esac
}

# Looks for options that make an image impossible. Some take effect before the main class, in the JVM that makes an image of a tool, or
# write something in each run. Archives and recordings are what the user wants from a run: the JVM writes no archive of a run with an agent,
# and a restored JVM would record nothing about its start.
look_at_option() { # word
    case $1 in
    -XX:ArchiveClassesAtExit* | -XX:+AutoCreateSharedArchive | -XX:+RecordDynamicDumpInfo | -XX:DumpLoadedClassList=* | -XX:AOTCacheOutput=* | \
        -XX:AOTMode=record | -XX:AOTMode=create | -XX:AOTConfiguration=* | -XX:StartFlightRecording*)
        _words_fault="\"$1\" has the JVM write an archive or a recording of this run"
        ;;
    -javaagent:* | -agentlib:* | -agentpath:* | -Xrun* | -Djava.system.class.loader=* | -Djava.security.manager* | -Dcom.sun.management.*)
        _not_tool="\"$1\" begins before the tool"
        ;;
    -Xlog* | -verbose* | -XX:*[Rr]ecord* | -XX:*Log* | -XX:+Print* | -XX:AOT* | -Xcheck*)
        _not_tool="\"$1\" is about a single run"
        ;;
    --patch-module* | -XX:*File*=* | -XX:*Path*=*) _is_relative=true ;;
    -Dfile.encoding=* | -Dstd*.encoding=* | -Dsun.std*.encoding=*) _has_encoding=true ;;
    esac
}

# Looks at a variable that every JVM reads.
look_at_variable() { # text
    case $1 in
    *crjvm.jar*) _words_fault='the agent is given already' ;;
    *jdwp* | *-Xdebug*) _words_fault='it is to be debugged' ;;
    esac
    set -f
    for _piece in $1; do
        _piece=${_piece#[\"\']}
        look_at_option "$_piece"
        case $_piece in
        -XX:VMOptionsFile=* | -XX:Flags=*) add_path "${_piece#*=}" ;;
        esac
    done
    set +f
}

# Reads the text of an argument file or of JDK_JAVA_OPTIONS.
read_words() { # text
    _options=$_options${#1}:$1$_newline
    _in_file=true
    set -f
    _inner_separators=$IFS
    IFS="	 $_newline" # a tab is first
    for _piece in $1; do
        case $_piece in
        '"'*'"')
            _piece=${_piece#?}
            _piece=${_piece%?}
            unescape
            ;;
        *) ;;
        esac
        case $_piece in
        *[\"\'#]*) _words_fault='the quotes or comments of an argument file are not understood' ;;
        @@*) _piece=${_piece#@} ;;
        # Only words of JDK_JAVA_OPTIONS name further files.
        @?*)
            if $_names_files; then
                _outer_separators=$_inner_separators
                read_argument_file "${_piece#@}"
                _inner_separators=$_outer_separators
                IFS="	 $_newline"
                set -f
                _in_file=true
                _names_files=true
                continue
            fi
            ;;
        esac
        read_word "$_piece"
    done
    IFS=$_inner_separators
    set +f
    _in_file=false
}

# Removes backslashes: in quotes, a backslash precedes a character that is taken literally.
unescape() {
    _left_text=$_piece
    _piece=
    while :; do
        case $_left_text in
        *\\?*) ;;
        *) break ;;
        esac
        _piece=$_piece${_left_text%%\\*}
        _left_text=${_left_text#*\\}
        _piece=$_piece${_left_text%"${_left_text#?}"}
        _left_text=${_left_text#?}
    done
    _piece=$_piece$_left_text
}

read_argument_file() { # path
    _names_files=false
    _is_relative=true
    _text=
    if [ ! -r "$1" ] || [ ! -f "$1" ]; then
        _words_fault="the argument file \"$1\" can't be read"
        return
    fi
    while IFS= read -r _text_line || [ -n "$_text_line" ]; do
        _text=$_text$_text_line$_newline
    done <"$1"
    read_words "$_text"
}

read_command() { # java's options and arguments
    _words_fault=
    _main=
    _class_path=
    _is_class_path_given=false
    _has_class=false
    _options=
    _arguments=
    _files=
    _folders=
    _expected=
    _is_new=
    _is_relative=false
    _expands=true
    _in_file=false
    _argument_count=0
    _has_encoding=false
    _not_tool=
    look_at_variable "${JAVA_TOOL_OPTIONS:-} ${_JAVA_OPTIONS:-}"
    _names_files=true
    [ -z "${JDK_JAVA_OPTIONS:-}" ] || read_words "$JDK_JAVA_OPTIONS"
    _names_files=false
    for _given_word in "$@"; do
        [ -z "$_main" ] || _argument_count=$((_argument_count + 1))
        case $_main$_expands$_given_word in
        true@@*) read_word "${_given_word#@}" ;;
        true@?*) read_argument_file "${_given_word#@}" ;;
        true--disable-@files) _expands=false ;;
        *) read_word "$_given_word" ;;
        esac
    done
    [ -n "$_main" ] || _words_fault=${_words_fault:-'there is no main class'}
    $_is_class_path_given || _class_path=${CLASSPATH-}
    add_paths "$_class_path"
    # An empty entry is the working folder. With a module, an empty class path has no entry.
    case $_has_class$_class_path in
    true | *:) add_path . ;;
    esac
}

# --- files of class paths -----------------------------------------------------

add_paths() { # paths with colons between
    _left_paths=$1:
    while [ -n "$_left_paths" ]; do
        _class_file=${_left_paths%%:*}
        _left_paths=${_left_paths#*:}
        case $_class_file in
        '') [ -z "$_left_paths" ] || add_path . ;;
        '*' | */'*') add_jars "${_class_file%'*'}" ;;
        *) add_path "$_class_file" ;;
        esac
    done
}

add_path() { # path
    _class_file=$1
    case $_class_file in
    *"$_newline"*) _words_fault='a path of its files has an end of line' ;;
    esac
    case $_class_file in
    /*) ;;
    *)
        _is_relative=true
        _class_file=$PWD/$_class_file
        ;;
    esac
    if [ -d "$_class_file" ]; then
        _folders=$_folders$_class_file$_newline
    else
        _files=$_files$_class_file$_newline
    fi
}

add_jars() { # folder, with a slash at its end
    set +f
    for _jar in "$1"*.jar "$1"*.JAR; do
        [ ! -e "$_jar" ] || add_path "$_jar"
    done
}

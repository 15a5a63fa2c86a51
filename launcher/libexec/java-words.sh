# Reads a command as java does: its options, its arguments, and the files that it names. java.sh reads this file.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # newline is the launcher's; java.sh and java-key.sh read what is found

# Words are kept with their lengths, so that two lists are equal only if all of their words are equal.
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
    --limit-modules | --limit-modules=*) words_fault='its modules are limited, and the agent needs some' ;;
    --add-modules | --add-exports | --add-opens | --add-reads | --patch-module | --enable-native-access)
        expect value
        ;;
    --class-path=*) class_path=${1#*=} ;;
    --module-path=* | --upgrade-module-path=*) add_paths "${1#*=}" ;;
    --module=*) main=${1#*=} ;;
    -Xbootclasspath/a:*) add_paths "${1#*:}" ;;
    -javaagent:*crjvm.jar*) words_fault='the agent is given already' ;;
    -javaagent:*)
        word=${1#*:}
        add_paths "${word%%=*}"
        ;;
    -agentlib:jdwp* | -Xrunjdwp* | -Xdebug) words_fault='it is to be debugged' ;;
    -XX:VMOptionsFile=* | -XX:Flags=*) add_path "${1#*=}" ;;
    -version | --version | -fullversion | --full-version | -help | --help | -h | '-?' | -X | --help-extra | --list-modules | \
        -showversion | --show-version | -XshowSettings* | --show-module-resolution | -d | --describe-module* | --validate-modules | --dry-run | --source* | -Xinternalversion | -Xshare:dump)
        words_fault="\"$1\" starts no application, or prints something before it"
        ;;
    -*) ;;
    *.java) words_fault='it is a source file' ;;
    *)
        main=$1
        has_class=true
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
        words_fault="\"$1\" has the JVM write an archive or a recording of this run"
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

# Looks at a variable that every JVM reads.
look_at_variable() { # text
    case $1 in
    *crjvm.jar*) words_fault='the agent is given already' ;;
    *jdwp* | *-Xdebug*) words_fault='it is to be debugged' ;;
    esac
    set -f
    for piece in $1; do
        piece=${piece#[\"\']}
        look_at_option "$piece"
        case $piece in
        -XX:VMOptionsFile=* | -XX:Flags=*) add_path "${piece#*=}" ;;
        esac
    done
    set +f
}

# Reads the text of an argument file or of JDK_JAVA_OPTIONS.
read_words() { # text
    options=$options${#1}:$1$newline
    in_file=true
    set -f
    inner_separators=$IFS
    IFS="	 $newline" # a tab is first
    for piece in $1; do
        case $piece in
        '"'*'"')
            piece=${piece#?}
            piece=${piece%?}
            unescape
            ;;
        *) ;;
        esac
        case $piece in
        *[\"\'#]*) words_fault='the quotes or comments of an argument file are not understood' ;;
        @@*) piece=${piece#@} ;;
        # Only words of JDK_JAVA_OPTIONS name further files.
        @?*)
            if $names_files; then
                outer_separators=$inner_separators
                read_argument_file "${piece#@}"
                inner_separators=$outer_separators
                IFS="	 $newline"
                set -f
                in_file=true
                names_files=true
                continue
            fi
            ;;
        esac
        read_word "$piece"
    done
    IFS=$inner_separators
    set +f
    in_file=false
}

# Removes backslashes: in quotes, a backslash precedes a character that is taken literally.
unescape() {
    left_text=$piece
    piece=
    while :; do
        case $left_text in
        *\\?*) ;;
        *) break ;;
        esac
        piece=$piece${left_text%%\\*}
        left_text=${left_text#*\\}
        piece=$piece${left_text%"${left_text#?}"}
        left_text=${left_text#?}
    done
    piece=$piece$left_text
}

read_argument_file() { # path
    names_files=false
    is_relative=true
    text=
    if [ ! -r "$1" ] || [ ! -f "$1" ]; then
        words_fault="the argument file \"$1\" can't be read"
        return
    fi
    while IFS= read -r text_line || [ -n "$text_line" ]; do
        text=$text$text_line$newline
    done <"$1"
    read_words "$text"
}

read_command() { # java's options and arguments
    words_fault=
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
    for given_word in "$@"; do
        [ -z "$main" ] || argument_count=$((argument_count + 1))
        case $main$expands$given_word in
        true@@*) read_word "${given_word#@}" ;;
        true@?*) read_argument_file "${given_word#@}" ;;
        true--disable-@files) expands=false ;;
        *) read_word "$given_word" ;;
        esac
    done
    [ -n "$main" ] || words_fault=${words_fault:-'there is no main class'}
    if $has_class; then class_path=${class_path:-${CLASSPATH:-.}}; fi
    add_paths "$class_path"
}

# --- files of class paths -----------------------------------------------------

add_paths() { # paths with colons between
    left_paths=$1:
    while [ -n "$left_paths" ]; do
        class_file=${left_paths%%:*}
        left_paths=${left_paths#*:}
        case $class_file in
        '') [ -z "$left_paths" ] || add_path . ;;
        '*' | */'*') add_jars "${class_file%'*'}" ;;
        *) add_path "$class_file" ;;
        esac
    done
}

add_path() { # path
    class_file=$1
    case $class_file in
    /*) ;;
    *)
        is_relative=true
        class_file=$PWD/$class_file
        ;;
    esac
    if [ -d "$class_file" ]; then
        folders=$folders$class_file$newline
    else
        files=$files$class_file$newline
    fi
}

add_jars() { # folder, with a slash at its end
    set +f
    for jar in "$1"*.jar "$1"*.JAR; do
        [ ! -e "$jar" ] || add_path "$jar"
    done
}

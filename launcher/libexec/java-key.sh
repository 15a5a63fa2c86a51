# Makes the name of a cache entry: a hash of everything on which its image depends. java.sh reads this file.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # home, version and newline are the launcher's, cache_folder and program java.sh's, the rest java-words.sh's

# At most this many files in folders are looked at. Looking at more of them would take time that a plain java does not need.
MOST_FILES=5000

list_folders() {
    listing=
    [ -n "$folders" ] || return 0
    # shellcheck disable=SC2086 # one word per line
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
    key_separators=$IFS
    IFS=$newline
    set -f
    # shellcheck disable=SC2086 # one word per line
    set -- $1
    set +f
    IFS=$key_separators
    [ $# -lt "$MOST_FILES" ] || key_fault='there are too many files in the folders of the class path'
}

# Sets entry, program_folder, which contains it, and terminals: the streams that are a terminal. Sets key_fault if such a command has no
# key.
find_entry() {
    key_fault=
    list_folders
    helper=/usr/local/libexec/crjvm/crjvm-helper
    key_separators=$IFS
    IFS=$newline
    set -f
    # Missing files change nothing, because no class loader finds them.
    # shellcheck disable=SC2086 # one word per line
    state=$(exec stat -L -c '%a %s %.9Y %i %n' -- "$cache_folder" "$program" "$home/crjvm.jar" "$home/libexec/crjvm-restore" "$helper" $files 2>/dev/null) || :
    set +f
    IFS=$key_separators
    case $state in
    *" $cache_folder$newline"*)
        case $state in
        700\ *) ;;
        *)
            key_fault="others may reach the cache \"$cache_folder\""
            return
            ;;
        esac
        state=${state#*"$newline"} # the time of the file itself changes
        ;;
    esac
    case $state in
    *" $program"*) ;;
    *)
        key_fault='there is no stat that can tell the times of files'
        return
        ;;
    esac
    leave_out "$home/crjvm.jar"
    leave_out "$home/libexec/crjvm-restore"
    list_environment
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
        key_fault='there is no b2sum'
        return
    fi
    program_folder=$cache_folder/$program_folder
    entry=$program_folder/$entry
}

# The distribution may be called by several paths.
leave_out() { # path
    case $state in
    *"$1"*) state=${state%%"$1"*}${state#*"$1"} ;;
    esac
}

# Sets environment to the variables that the application may have read when it started. Those of a session or a terminal are left out. If
# the user names variables, only those count.
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
            eval "content=\${$variable-}"
            environment=$environment$variable=${#content}:$content$newline
            ;;
        esac
    done
}

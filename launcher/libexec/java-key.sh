# Makes the name of a cache entry: a hash of everything on which its image depends. java.sh reads this file.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # _home, _version and _newline are the launcher's, _cache_folder and _program java.sh's, the rest java-words.sh's

# At most this many files in folders are looked at. Looking at more of them would take time that a plain java does not need.
MOST_FILES=5000

list_folders() {
    _listing=
    [ -n "$_folders" ] || return 0
    # shellcheck disable=SC2086 # one word per line
    _listing=$(
        IFS=$_newline
        set -f
        exec 2>/dev/null
        find -L $_folders -printf '%p %s %T@ %i %C@\n' | head -n "$MOST_FILES"
    )
    case $_listing in
    *"$_newline"*) count_lines "$_listing" ;;
    '') _key_fault='there is no find that can tell the times of files' ;;
    esac
}

count_lines() { # text
    _key_separators=$IFS
    IFS=$_newline
    set -f
    # shellcheck disable=SC2086 # one word per line
    set -- $1
    set +f
    IFS=$_key_separators
    [ $# -lt "$MOST_FILES" ] || _key_fault='there are too many files in the folders of the class path'
}

# Sets _entry, _program_folder, which contains it, and _terminals: the streams that are a terminal. Sets _key_fault if such a command has no
# key.
find_entry() {
    _key_fault=
    list_folders
    _helper=/usr/local/libexec/crjvm/crjvm-helper
    _key_separators=$IFS
    IFS=$_newline
    set -f
    # Missing files change nothing, because no class loader finds them.
    # shellcheck disable=SC2086 # one word per line
    _state=$(exec stat -L -c '%a %s %.9Y %.9Z %i %n' -- "$_cache_folder" "$_program" "$_home/crjvm.jar" "$_home/libexec/crjvm-restore" "$_helper" $_files 2>/dev/null) || :
    set +f
    IFS=$_key_separators
    case $_state in
    *" $_cache_folder$_newline"*)
        case $_state in
        700\ *) ;;
        *)
            _key_fault="others may reach the cache \"$_cache_folder\""
            return
            ;;
        esac
        _state=${_state#*"$_newline"} # the time of the file itself changes
        ;;
    esac
    case $_state in
    *" $_program"*) ;;
    *)
        _key_fault='there is no stat that can tell the times of files'
        return
        ;;
    esac
    leave_out "$_home/crjvm.jar"
    leave_out "$_home/libexec/crjvm-restore"
    list_environment
    _terminals=
    [ ! -t 1 ] || _terminals=1
    [ ! -t 2 ] || _terminals=${_terminals}2
    _hashes=$(
        exec b2sum -l 256 - /dev/fd/3 2>/dev/null <<END 3<<END_OF_ENTRY
$_version
$_options
$_state
$_listing
${JAVA_TOOL_OPTIONS:-}
${_JAVA_OPTIONS:-}
${LC_ALL:-} ${LC_CTYPE:-} ${LANG:-}
${LD_PRELOAD:-} ${LD_LIBRARY_PATH:-} ${GLIBC_TUNABLES:-} ${MALLOC_ARENA_MAX:-}
$_class_path
END
$_arguments
$PWD
$_terminals
$_environment
END_OF_ENTRY
    ) || :
    _entry=${_hashes#*"$_newline"}
    _entry=${_entry%% *}
    _program_folder=${_hashes%% *}
    if [ ${#_program_folder} -ne 64 ] || [ ${#_entry} -ne 64 ]; then
        _key_fault='there is no b2sum'
        return
    fi
    _program_folder=$_cache_folder/$_program_folder
    _entry=$_program_folder/$_entry
}

# The distribution may be called by several paths.
leave_out() { # path
    case $_state in
    *"$1"*) _state=${_state%%"$1"*}${_state#*"$1"} ;;
    esac
}

# Sets _environment to the variables that the application may have read when it started. Those of a session or a terminal are left out. If
# the user names variables, only those count.
list_environment() {
    if [ -z "${CRJVM_CACHE_VARIABLES+given}" ]; then
        _environment=$(
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
    _environment=
    for _variable in $CRJVM_CACHE_VARIABLES; do
        case $_variable in
        *[!A-Za-z0-9_]* | [0-9]*) ;;
        *)
            eval "content=\${$_variable-}"
            _environment=$_environment$_variable=${#content}:$content$_newline
            ;;
        esac
    done
}

# Puts the agent's options together. Parts that start a JVM with the agent read this file.
# shellcheck shell=sh
_agent_options=

# Appends an option of the agent's. Commas and backslashes in the value are escaped.
add_agent_option() { # name, value
    _left_value=$2
    _escaped=
    while :; do
        case $_left_value in
        *[,\\]*) ;;
        *) break ;;
        esac
        _plain=${_left_value%%[,\\]*}
        _left_value=${_left_value#"$_plain"}
        _escaped=$_escaped$_plain\\${_left_value%"${_left_value#?}"}
        _left_value=${_left_value#?}
    done
    _agent_options=$_agent_options,$1=$_escaped$_left_value
}

# Puts the agent's options together. Parts that start a JVM with the agent read this file.
# shellcheck shell=sh
agent_options=

# Appends an option of the agent's. Commas and backslashes in the value are escaped.
add_agent_option() { # name, value
    left_value=$2
    escaped=
    while :; do
        case $left_value in
        *[,\\]*) ;;
        *) break ;;
        esac
        plain=${left_value%%[,\\]*}
        left_value=${left_value#"$plain"}
        escaped=$escaped$plain\\${left_value%"${left_value#?}"}
        left_value=${left_value#?}
    done
    agent_options=$agent_options,$1=$escaped$left_value
}

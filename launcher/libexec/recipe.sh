# Finds the recipe of a well-known command-line tool. Parts that train a tool read this file, after agent-options.sh.
#
# A recipe is a folder: command (the words of java's command; the last one is the main class), libraries (a line for each jar: its SHA-256, its
# Maven coordinates, and its file's name if the tool needs another one; none for a tool of the JDK's), training (see docs/tools.md), and, if
# they are needed, archive (a line like that of a jar, for a .tar.gz), start (a piece of a shell script, which the tool's command reads at each
# start), limit (of the training, such as 120s) and about (a line).
# shellcheck shell=sh
# shellcheck disable=SC2154 # _home is the launcher's

# Sets _known_recipe to the folder of the recipe for a main class. A class without a package may be anybody's, and a recipe with a start file
# fits nothing but its own command.
find_recipe_of() { # name of the class
    case $1 in
    *.*) ;;
    *) return 1 ;;
    esac
    for _known_recipe in "$_home"/recipes/*/; do
        _known_recipe=${_known_recipe%/}
        _main_class=
        while IFS= read -r _recipe_line; do _main_class=${_recipe_line##* }; done 2>/dev/null <"$_known_recipe/command" || :
        if [ "${_main_class#*/}" = "$1" ] && [ ! -e "$_known_recipe/start" ]; then
            return 0
        fi
    done
    return 1
}

# Appends the agent's options for the training.
add_training() { # recipe
    add_agent_option train "$1/training"
    if [ -f "$1/limit" ]; then
        add_agent_option train-limit "$(cat -- "$1/limit")"
    fi
}

# Compares HotSpot options for crjvm run with the manifest. The launcher reads this file if --vm-option is given.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # image and option_count are the launcher's, value is for it

# Sets type to the kind of value that an option takes, or to nothing if it can't be set in a running JVM.
find_vm_type() { # name
    type=
    is_in_list=false
    while IFS= read -r line; do
        case $line in
        "vm-option=$1 "*)
            type=${line##* }
            return 0
            ;;
        vm-option=*) is_in_list=true ;;
        *) ! $is_in_list || return 0 ;; # the list is one block, and most of the manifest follows it
        esac
    done <"$image/manifest"
}

refuse_vm_value() { # name, value, what it takes
    fail 125 "run: the VM option \"$1\" can't be \"$2\"; it takes $3"
}

check_vm_option() { # Name=Value
    case $1 in
    ?*=*) ;;
    *) fail 125 "run: --vm-option takes Name=Value, +Name or -Name, not \"$1\"; see crjvm help run" ;;
    esac
    name=${1%%=*}
    given=${1#*=}
    find_vm_type "$name"
    number=${given#-}
    case $type in
    boolean)
        case $given in
        true | false) ;;
        *) refuse_vm_value "$name" "$given" 'true or false' ;;
        esac
        ;;
    integer)
        number=${number%[kKmMgGtT]}
        case $number in
        '' | *[!0-9]*) refuse_vm_value "$name" "$given" 'a number, which may end with k, m, g or t' ;;
        esac
        ;;
    decimal)
        case $number in
        '' | . | *[!0-9.]* | *.*.*) refuse_vm_value "$name" "$given" 'a number, which may have a decimal point' ;;
        esac
        ;;
    text) ;;
    *) fail 125 "run: the VM option \"$name\" can't be set in a running JVM; those that can are in \"$image/manifest\", as vm-option" ;;
    esac
}

# Runs before anything is started. Without an image there is nothing to compare with.
check_vm_options() { # options, arguments
    [ -r "$image/manifest" ] || return 0
    left=$option_count
    while [ "$left" -gt 1 ]; do
        if [ "$1" = --vm-option ]; then
            check_vm_option "$2"
            shift
            left=$((left - 1))
        fi
        shift
        left=$((left - 1))
    done
}

# Sets value to the option as a command line has it.
format_vm_option() { # Name=Value
    find_vm_type "${1%%=*}"
    case $type=${1#*=} in
    boolean=true) value=-XX:+${1%%=*} ;;
    boolean=false) value=-XX:-${1%%=*} ;;
    *) value=-XX:$1 ;;
    esac
}

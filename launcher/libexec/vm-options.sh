# Compares HotSpot options for crjvm run with the manifest. The launcher reads this file if --vm-option is given.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # _image and _option_count are the launcher's, _value is for it

# Sets _type to the kind of value that an option takes, or to nothing if it can't be set in a running JVM.
find_vm_type() { # name
    _type=
    _is_in_list=false
    while IFS= read -r _line; do
        case $_line in
        "vm-option=$1 "*)
            _type=${_line##* }
            return 0
            ;;
        vm-option=*) _is_in_list=true ;;
        *) ! $_is_in_list || return 0 ;; # the list is one block, and most of the manifest follows it
        esac
    done <"$_image/manifest"
}

refuse_vm_value() { # name, value, what it takes
    fail 125 "run: the VM option \"$1\" can't be \"$2\"; it takes $3"
}

check_vm_option() { # Name=Value
    case $1 in
    ?*=*) ;;
    *) fail 125 "run: --vm-option takes Name=Value, +Name or -Name, not \"$1\"; see crjvm help run" ;;
    esac
    _name=${1%%=*}
    _given=${1#*=}
    find_vm_type "$_name"
    _number=${_given#-}
    case $_type in
    boolean)
        case $_given in
        true | false) ;;
        *) refuse_vm_value "$_name" "$_given" 'true or false' ;;
        esac
        ;;
    integer)
        _number=${_number%[kKmMgGtT]}
        case $_number in
        '' | *[!0-9]*) refuse_vm_value "$_name" "$_given" 'a number, which may end with k, m, g or t' ;;
        esac
        ;;
    decimal)
        case $_number in
        '' | . | *[!0-9.]* | *.*.*) refuse_vm_value "$_name" "$_given" 'a number, which may have a decimal point' ;;
        esac
        ;;
    text) ;;
    *) fail 125 "run: the VM option \"$_name\" can't be set in a running JVM; those that can are in \"$_image/manifest\", as vm-option" ;;
    esac
}

# Runs before anything is started. Without an image there is nothing to compare with.
check_vm_options() { # options, arguments
    [ -r "$_image/manifest" ] || return 0
    _left=$_option_count
    while [ "$_left" -gt 1 ]; do
        if [ "$1" = --vm-option ]; then
            check_vm_option "$2"
            shift
            _left=$((_left - 1))
        fi
        shift
        _left=$((_left - 1))
    done
}

# Sets _value to the option as a command line has it.
format_vm_option() { # Name=Value
    find_vm_type "${1%%=*}"
    case $_type=${1#*=} in
    'boolean=true') _value=-XX:+${1%%=*} ;;
    'boolean=false') _value=-XX:-${1%%=*} ;;
    *) _value=-XX:$1 ;;
    esac
}

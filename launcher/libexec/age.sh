# Checks the age of an image. The launcher reads this file if --max-age is given.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # _image and _max_age are the launcher's, _cause is for it

# Sets _most to the number of seconds in --max-age.
parse_max_age() {
    case $_max_age in
    *s) _unit=1 ;;
    *m) _unit=60 ;;
    *h) _unit=3600 ;;
    *d) _unit=86400 ;;
    *) _unit= ;;
    esac
    _number=${_max_age%?}
    case $_number in
    '' | *[!0-9]* | ???????*) _unit= ;;
    esac
    [ -n "$_unit" ] || fail 125 "run: \"--max-age\" takes a number of up to six digits with s, m, h or d, such as 30d, not \"$_max_age\""
    # The shell's arithmetic takes a number with a leading zero as octal.
    _number=${_number#"${_number%%[!0]*}"}
    _most=$((${_number:-0} * _unit))
}

# Sets _cause if the image is older, or does not say when it was made.
check_age() {
    _made=
    while IFS= read -r _line; do
        case $_line in
        'created='*)
            _made=${_line#created=}
            break
            ;;
        esac
    done <"$_image/manifest"
    # Without T and Z every date command can parse it.
    _time=${_made%Z}
    if ! _made_at=$(date -u -d "${_time%T*} ${_time#*T}" +%s 2>/dev/null) || [ -z "$_made" ]; then
        _cause='its manifest does not say when it was made'
    elif [ $(($(date +%s) - _made_at)) -gt "$_most" ]; then
        _cause="it was made at $_made, and --max-age is $_max_age"
    fi
}

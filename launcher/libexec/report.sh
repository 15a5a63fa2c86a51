# Reports in JSON how an application was started. The launcher reads this file if --report is given.
# shellcheck shell=sh
# shellcheck disable=SC2154 # _image, _place, _reason and _report are the launcher's

# Returns 0 if descriptor 3 is the file itself, no link, and no other user can have put it there: in a folder that others can write to, it has
# to be this user's.
is_report_file() { # file
    # shellcheck disable=SC3013,SC3067 # dash and busybox have it
    [ ! -L "$1" ] && [ -f /proc/self/fd/3 ] && [ "$1" -ef /proc/self/fd/3 ] || return 1
    # shellcheck disable=SC3067 # the same
    [ ! -O /proc/self/fd/3 ] || return 0
    case $1 in
    */*) _folder=${1%/*}/ ;;
    *) _folder=. ;;
    esac
    case $(ls -ldL -- "$_folder") in
    ?????w* | ????????w*) return 1 ;;
    esac
}

# Writes a line into a file, without waiting for anything. A named pipe is opened for reading as well, because that does not block.
write_file() { # file, line
    [ ! -e "$1" ] || [ -f "$1" ] || return 1
    {
        is_report_file "$1" && printf '%s\n' "$2" >/proc/self/fd/3
    } 3<>"$1"
}

# Writes one line. After it this process becomes the application, or ends.
write_report() { # start
    read_part json
    [ "$_image" != /dev/null ] || _image=$_place # an image of a registry that is not here
    _image_id=
    if [ -r "$_image/manifest" ]; then
        while IFS= read -r _line; do
            case $_line in
            image-id=*)
                _image_id=${_line#image-id=}
                break
                ;;
            esac
        done <"$_image/manifest"
    fi
    _line="{\"start\":\"$1\",\"image\":\"$(escape_json "$_image")\""
    [ -z "$_image_id" ] || _line="$_line,\"imageId\":\"$(escape_json "$_image_id")\""
    _line="$_line,\"reason\":\"$(escape_json "$_reason")\",\"pid\":$$}"
    case $_report in
    json:*)
        if [ -L "${_report#json:}" ] || ! { write_file "${_report#json:}" "$_line"; } 2>/dev/null; then
            printf "crjvm: cannot write the report \"%s\"; give a plain file that can be written, in a folder that others can't write to\n" "${_report#json:}" >&2
        fi
        ;;
    *) printf '%s\n' "$_line" >&2 ;;
    esac
}

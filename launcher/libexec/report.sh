# Reports in JSON how an application was started. The launcher reads this file if --report is given.
# shellcheck shell=sh
# shellcheck disable=SC2154 # image, place, reason and report are the launcher's

# Writes one line. After it this process becomes the application, or ends.
write_report() { # start
    read_part json
    [ "$image" != /dev/null ] || image=$place # an image of a registry that is not here
    image_id=
    if [ -r "$image/manifest" ]; then
        while IFS= read -r line; do
            case $line in
            image-id=*)
                image_id=${line#image-id=}
                break
                ;;
            esac
        done <"$image/manifest"
    fi
    line="{\"start\":\"$1\",\"image\":\"$(escape_json "$image")\""
    [ -z "$image_id" ] || line="$line,\"imageId\":\"$(escape_json "$image_id")\""
    line="$line,\"reason\":\"$(escape_json "$reason")\",\"pid\":$$}"
    case $report in
    json:*)
        if [ -L "${report#json:}" ] || ! { printf '%s\n' "$line" >"${report#json:}"; } 2>/dev/null; then
            printf 'crjvm: cannot write the report "%s"; give a file that can be written and is not a link\n' "${report#json:}" >&2
        fi
        ;;
    *) printf '%s\n' "$line" >&2 ;;
    esac
}

# Checks the age of an image. The launcher reads this file if --max-age is given.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # image and max_age are the launcher's, cause is for it

# Sets most to the number of seconds in --max-age.
parse_max_age() {
    case $max_age in
    *s) unit=1 ;;
    *m) unit=60 ;;
    *h) unit=3600 ;;
    *d) unit=86400 ;;
    *) unit= ;;
    esac
    number=${max_age%?}
    case $number in
    '' | *[!0-9]* | ???????*) unit= ;;
    esac
    [ -n "$unit" ] || fail 125 "run: \"--max-age\" takes a number of up to six digits with s, m, h or d, such as 30d, not \"$max_age\""
    most=$((number * unit))
}

# Sets cause if the image is older, or does not say when it was made.
check_age() {
    made=
    while IFS= read -r line; do
        case $line in
        created=*)
            made=${line#created=}
            break
            ;;
        esac
    done <"$image/manifest"
    # Without T and Z every date command can parse it.
    time=${made%Z}
    if ! made_at=$(date -u -d "${time%T*} ${time#*T}" +%s 2>/dev/null) || [ -z "$made" ]; then
        cause='its manifest does not say when it was made'
    elif [ $(($(date +%s) - made_at)) -gt "$most" ]; then
        cause="it was made at $made, and --max-age is $max_age"
    fi
}

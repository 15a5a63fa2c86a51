# Text in JSON. Read by the launcher.
# shellcheck shell=sh

tab=$(printf '\t')
return=$(printf '\r')

# A JSON string's inside. Containers can lack awk: sed and tr have to do. What is no UTF-8 would make it invalid, and is left out.
escape_json() { # text
    printf '%s' "$1" | LC_ALL=C tr '\001-\010\013\014\016-\037' '[?*]' |
        LC_ALL=C sed -e ':lines' -e '$!{' -e 'N' -e 'b lines' -e '}' -e 's/[\\"]/\\&/g' -e "s/$tab/\\\\t/g" -e "s/$return/\\\\r/g" -e 's/\n/\\n/g' |
        { iconv -c -f UTF-8 -t UTF-8 2>/dev/null || LC_ALL=C tr -d '\200-\377'; }
}

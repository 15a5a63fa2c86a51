# Writes text in JSON. The launcher reads this file.
# shellcheck shell=sh

_tab=$(printf '\t')
_return=$(printf '\r')

# Prints the content of a JSON string. It uses only sed and tr, because containers can lack awk. Bytes that are not UTF-8 would make the
# JSON invalid and are left out.
escape_json() { # text
    printf '%s' "$1" | LC_ALL=C tr '\001-\010\013\014\016-\037' '[?*]' |
        LC_ALL=C sed -e ':lines' -e '$!{' -e 'N' -e 'b lines' -e '}' -e 's/[\\"]/\\&/g' -e "s/$_tab/\\\\t/g" -e "s/$_return/\\\\r/g" -e 's/\n/\\n/g' |
        { iconv -c -f UTF-8 -t UTF-8 2>/dev/null || LC_ALL=C tr -d '\200-\377'; }
}

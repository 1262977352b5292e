# What the transcripts use. Each command of a transcript starts here, in the transcript's folder.

# A table of so many rows (100 if not said): a clock, a slow wave, a slower one.
weather() {
    echo "time,temp,hum"
    awk -v rows="${1:-100}" 'BEGIN {
        for (i = 0; i < rows; i++) printf "%d,%.2f,%.1f\n", 1600000000 + 10 * i, 20 + 5 * sin(i / 30), 50 + 20 * cos(i / 200)
    }'
}

# A command as it runs in a terminal: it sees one on stdin, stdout and stderr.
terminal() {
    script -qec "$*" /dev/null </dev/null | tr -d '\r'
}

# Writes one byte (as an octal escape) over byte AT of FILE.
poke() {
    printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# Says whether two files are the same.
same() {
    cmp "$1" "$2" && echo same
}

# Where segment N of FILE begins.
segment() {
    qres inspect --segments "$2" | awk -v n="$1" '/at byte/ { found = 1 } found && $1 == n { print $2 }'
}

# Makes NAME.key: the first of RFC 8032, or another of the same form.
key() {
    case "$1" in
    alice)
        printf 'did:qres:%s\nsecret:%s\n' \
            d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a \
            9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60
        ;;
    bob)
        printf 'did:qres:%s\nsecret:%s\n' \
            3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c \
            4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb
        ;;
    esac >"$1.key"
    chmod 600 "$1.key"
}

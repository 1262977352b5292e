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

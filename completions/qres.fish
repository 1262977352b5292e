# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_qres_global_optspecs
    string join \n q/quiet v/verbose json h/help V/version
end

function __fish_qres_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_qres_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_qres_using_subcommand
    set -l cmd (__fish_qres_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c qres -n "__fish_qres_needs_command" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_needs_command" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_needs_command" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_needs_command" -s V -l version -d 'Print version'
complete -c qres -n "__fish_qres_needs_command" -f -a "compress" -d 'Compress files, or stdin to stdout'
complete -c qres -n "__fish_qres_needs_command" -f -a "decompress" -d 'Decompress archives, or stdin to stdout'
complete -c qres -n "__fish_qres_needs_command" -f -a "test" -d 'Check that archives are whole, without writing anything'
complete -c qres -n "__fish_qres_needs_command" -f -a "repair" -d 'End archives whole that were cut off while they were written'
complete -c qres -n "__fish_qres_needs_command" -f -a "inspect" -d 'Show what archives hold: columns, how they are coded, and what each costs'
complete -c qres -n "__fish_qres_needs_command" -f -a "list" -d 'List archives, a line each: sizes, rows, columns, times'
complete -c qres -n "__fish_qres_needs_command" -f -a "cat" -d 'Print rows or columns of an archive without decoding the rest'
complete -c qres -n "__fish_qres_needs_command" -f -a "concat" -d 'Put several archives into one, in the order in which they are named'
complete -c qres -n "__fish_qres_needs_command" -f -a "check" -d 'Tell whether data is what qres is made for, and what it would gain'
complete -c qres -n "__fish_qres_needs_command" -f -a "watch" -d 'Tell what is unusual in rows as they come'
complete -c qres -n "__fish_qres_needs_command" -f -a "gene" -d 'Learn from earlier data, so that short messages become small'
complete -c qres -n "__fish_qres_needs_command" -f -a "keygen" -d 'Make a key that signs, and print its name'
complete -c qres -n "__fish_qres_needs_command" -f -a "prove" -d 'Prove something without showing the rest'
complete -c qres -n "__fish_qres_needs_command" -f -a "sign" -d 'Sign archives where they are'
complete -c qres -n "__fish_qres_needs_command" -f -a "verify" -d 'Check what was signed or proved, and by whom'
complete -c qres -n "__fish_qres_needs_command" -f -a "node" -d 'Deliver rows to other machines, and take theirs, over links that break'
complete -c qres -n "__fish_qres_needs_command" -f -a "sim" -d 'Simulate a swarm of nodes, honest and bad'
complete -c qres -n "__fish_qres_needs_command" -f -a "bench" -d 'Measure qres beside other codecs on your own data'
complete -c qres -n "__fish_qres_needs_command" -f -a "flash" -d 'Put firmware, genes and identities onto ESP32-C3 and ESP32-C6 boards'
complete -c qres -n "__fish_qres_needs_command" -f -a "completions" -d 'Print the script that lets a shell complete qres commands'
complete -c qres -n "__fish_qres_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c qres -n "__fish_qres_using_subcommand compress" -l error -d 'Let numbers differ by up to E, such as 0.05, or 1% of their range' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -s o -l output -d 'Write to FILE (`-` is stdout), or into a folder' -r -F
complete -c qres -n "__fish_qres_using_subcommand compress" -l gene -d 'Go on from a gene, at levels 4 to 9: a file, or a name or id in the store' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand compress" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand compress" -s T -l threads -d 'Threads (0: one a core); the output is the same for all' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -l append -d 'Add to the end of ARCHIVE instead' -r -F
complete -c qres -n "__fish_qres_using_subcommand compress" -l segment -d 'Text in a segment at most' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -l flush-rows -d 'Live: pass rows on when N have come' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -l flush-interval -d 'Live: pass rows on when the oldest has waited MS milliseconds' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -l entry-every -d 'Live: let a reader begin anew after N rows at most' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -l messages -d 'Make a message of each N rows instead of an archive' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -l key -d 'The key to sign with (default: the file that QRES_KEY_FILE names)' -r -F
complete -c qres -n "__fish_qres_using_subcommand compress" -l history -d 'The rows in FILE have arrived: messages go on from them' -r -F
complete -c qres -n "__fish_qres_using_subcommand compress" -l heartbeat -d 'Live within a bound: say that all is well after N silent rows' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -l key-every -d 'Live within a bound: after N rows say all that is needed to go on after a loss (0: only at the start)' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -l raw -d 'The input is binary samples: u8, i8, u16, ... i64, f32 or f64' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -l channels -d 'Raw: samples in a row, interleaved' -r
complete -c qres -n "__fish_qres_using_subcommand compress" -s 1 -d 'Fastest; -1 to -9 trade speed for size'
complete -c qres -n "__fish_qres_using_subcommand compress" -s 2 -d ''
complete -c qres -n "__fish_qres_using_subcommand compress" -s 3 -d ''
complete -c qres -n "__fish_qres_using_subcommand compress" -s 4 -d ''
complete -c qres -n "__fish_qres_using_subcommand compress" -s 5 -d 'Default; QRES_LEVEL sets another'
complete -c qres -n "__fish_qres_using_subcommand compress" -s 6 -d ''
complete -c qres -n "__fish_qres_using_subcommand compress" -s 7 -d ''
complete -c qres -n "__fish_qres_using_subcommand compress" -s 8 -d ''
complete -c qres -n "__fish_qres_using_subcommand compress" -s 9 -d 'Smallest'
complete -c qres -n "__fish_qres_using_subcommand compress" -s r -l recursive -d 'Take the files in folders, too'
complete -c qres -n "__fish_qres_using_subcommand compress" -s c -l stdout -d 'Write to stdout'
complete -c qres -n "__fish_qres_using_subcommand compress" -s f -l force -d 'Overwrite files, write binary to a terminal, compress archives again'
complete -c qres -n "__fish_qres_using_subcommand compress" -s k -l keep -d 'Keep the input: always done, accepted as gzip does'
complete -c qres -n "__fish_qres_using_subcommand compress" -l rm -d 'Remove each input file once its output is safely on disk'
complete -c qres -n "__fish_qres_using_subcommand compress" -l live -d 'Pass rows on in time instead of waiting for a full segment'
complete -c qres -n "__fish_qres_using_subcommand compress" -l sign -d 'Sign it: `qres verify` tells who has'
complete -c qres -n "__fish_qres_using_subcommand compress" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand compress" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand compress" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand compress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand decompress" -s o -l output -d 'Write to FILE (`-` is stdout), or into a folder' -r -F
complete -c qres -n "__fish_qres_using_subcommand decompress" -s T -l threads -d 'Threads (0: one a core); the output is the same for all' -r
complete -c qres -n "__fish_qres_using_subcommand decompress" -l gene -d 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand decompress" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand decompress" -l history -d 'The rows in FILE have arrived: messages go on from them' -r -F
complete -c qres -n "__fish_qres_using_subcommand decompress" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand decompress" -l max-output -d 'Write no more than this, and end with 5 if there is more (default: no limit)' -r
complete -c qres -n "__fish_qres_using_subcommand decompress" -l serial -d 'Print the rows of the board at PORT as they come, until Ctrl-C' -r
complete -c qres -n "__fish_qres_using_subcommand decompress" -l every -d 'Let that board take a row each TIME meanwhile: 500ms, 10s, 5min, 4h' -r
complete -c qres -n "__fish_qres_using_subcommand decompress" -s r -l recursive -d 'Take the files in folders, too'
complete -c qres -n "__fish_qres_using_subcommand decompress" -s c -l stdout -d 'Write to stdout'
complete -c qres -n "__fish_qres_using_subcommand decompress" -s f -l force -d 'Overwrite files, write binary to a terminal, compress archives again'
complete -c qres -n "__fish_qres_using_subcommand decompress" -s k -l keep -d 'Keep the input: always done, accepted as gzip does'
complete -c qres -n "__fish_qres_using_subcommand decompress" -l rm -d 'Remove each input file once its output is safely on disk'
complete -c qres -n "__fish_qres_using_subcommand decompress" -l salvage -d 'Write what is still whole of a damaged archive, say what is lost, and end with 3 if anything is'
complete -c qres -n "__fish_qres_using_subcommand decompress" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand decompress" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand decompress" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand decompress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand test" -s T -l threads -d 'Threads (0: one a core); the output is the same for all' -r
complete -c qres -n "__fish_qres_using_subcommand test" -l gene -d 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand test" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand test" -l history -d 'The rows in FILE have arrived: messages go on from them' -r -F
complete -c qres -n "__fish_qres_using_subcommand test" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand test" -s r -l recursive -d 'Take the files in folders, too'
complete -c qres -n "__fish_qres_using_subcommand test" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand test" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand test" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand repair" -l gene -d 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand repair" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand repair" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand repair" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand repair" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand repair" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand repair" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand inspect" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand inspect" -l serial -d 'Show the board at PORT instead, which has to prove its name' -r
complete -c qres -n "__fish_qres_using_subcommand inspect" -l segments -d 'List the segments too'
complete -c qres -n "__fish_qres_using_subcommand inspect" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand inspect" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand inspect" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand list" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand list" -s r -l recursive -d 'Take the files in folders, too'
complete -c qres -n "__fish_qres_using_subcommand list" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand list" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand list" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand cat" -l rows -d 'Only these rows' -r
complete -c qres -n "__fish_qres_using_subcommand cat" -l columns -d 'Only these columns, in this order: names, numbers from 1, ranges with both ends (`2..5`, `a..c`)' -r
complete -c qres -n "__fish_qres_using_subcommand cat" -l where -d 'Only rows of which this is so: `temp>20`, `state=on and not (id<7 or v is null)` (again: of which all is so)' -r
complete -c qres -n "__fish_qres_using_subcommand cat" -l since -d 'Only rows from this time on: as the column writes it, as 2025-10-25T13:40, or in seconds since 1970' -r
complete -c qres -n "__fish_qres_using_subcommand cat" -l until -d 'Only rows before this time' -r
complete -c qres -n "__fish_qres_using_subcommand cat" -l head -d 'Only the first N of the rows that are asked for' -r
complete -c qres -n "__fish_qres_using_subcommand cat" -l tail -d 'Only the last N of them' -r
complete -c qres -n "__fish_qres_using_subcommand cat" -l segments -d 'Only what is in these segments, counted from 0' -r
complete -c qres -n "__fish_qres_using_subcommand cat" -l to -d 'Print in another form than the text has' -r -f -a "csv\t'Fields between commas, in quotes where they need them, below their names'
jsonl\t'An object of JSON for each row, as with `--json`'"
complete -c qres -n "__fish_qres_using_subcommand cat" -l gene -d 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand cat" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand cat" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand cat" -l max-output -d 'Write no more than this, and end with 5 if there is more (default: no limit)' -r
complete -c qres -n "__fish_qres_using_subcommand cat" -l no-header -d 'Leave the column names out'
complete -c qres -n "__fish_qres_using_subcommand cat" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand cat" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand cat" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand cat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand concat" -s o -l output -d 'Write to FILE (`-` is stdout), or into a folder' -r -F
complete -c qres -n "__fish_qres_using_subcommand concat" -l gene -d 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand concat" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand concat" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand concat" -s c -l stdout -d 'Write to stdout'
complete -c qres -n "__fish_qres_using_subcommand concat" -s f -l force -d 'Overwrite files, write binary to a terminal, compress archives again'
complete -c qres -n "__fish_qres_using_subcommand concat" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand concat" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand concat" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand concat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand check" -l gene -d 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand check" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand check" -l fail -d 'End with 4 unless the data is continuous'
complete -c qres -n "__fish_qres_using_subcommand check" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand check" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand check" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand watch" -l columns -d 'Only these columns, by name or by number from 1' -r
complete -c qres -n "__fish_qres_using_subcommand watch" -l every -d 'Print a state each N rows: regime, value and mean surprise of each column' -r
complete -c qres -n "__fish_qres_using_subcommand watch" -l fail-on -d 'End with 4 as soon as one of these happens' -r -f -a "prestorm\t'Unusual for a while: calm has ended'
storm\t'Very unusual for a while'
anomaly\t'A value that is rare for its column'
drift\t'Surprises have become larger or smaller for good'"
complete -c qres -n "__fish_qres_using_subcommand watch" -l threshold -d 'Call every value an anomaly of which one in 2^BITS would be as rare (default: 11, more where much is told)' -r
complete -c qres -n "__fish_qres_using_subcommand watch" -l gene -d 'Know from a gene what is normal: a file, or a name or id in the store (may be given several times)' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand watch" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand watch" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand watch" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand watch" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -f -a "train" -d 'Learn from tables and write a gene'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -f -a "show" -d 'Show what genes hold and where they came from'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -f -a "merge" -d 'Make one gene of the neurons of several'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -f -a "install" -d 'Put genes into the store, where `qres decompress` finds them by itself'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -f -a "list" -d 'List the genes of the store'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -f -a "export" -d 'Write a gene of the store, or the gene of an archive'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -f -a "diff" -d 'Show where two genes differ'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -f -a "rm" -d 'Remove genes from the store'
complete -c qres -n "__fish_qres_using_subcommand gene; and not __fish_seen_subcommand_from train show merge install list export diff rm help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -s o -l output -d 'Write to FILE (`-` is stdout)' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -l from -d 'Start from a gene: its rows come before those of the inputs' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -l rows -d 'Rows at the end of each input that archives go on from: more make larger genes and smaller archives' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -l level -d 'How hard to work, from 4 to 9: what archives cost to read and to write' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -l neuron -d 'What predicts each column of numbers; archives do not depend on it' -r -f -a "linear\t'A weighted sum of eight past steps, learnt from all rows: 48 bytes a column, can be merged'
lstm\t'A small recurrent net, learnt from the last 20000 rows: 833 bytes a column'
fusion\t'Linear, corrected by up to seven other columns of numbers, learnt from the last 20000 rows'
auto\t'For each column the one of these, or the last value, that surprises least in the last fifth of those rows: slowest'"
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -l key -d 'The key to sign with (default: the file that QRES_KEY_FILE names)' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -s f -l force -d 'Overwrite files, write binary to a terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -l sign -d 'Sign it: `qres verify` tells who has'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from train" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from show" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from show" -l provenance -d 'Print where each came from and who has signed it, as JSON-LD in the words of W3C PROV'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from show" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l rule -d 'How several weights become one' -r -f -a "mean\t'The mean of all'
median\t'The one in the middle'
trimmed\t'The mean without the smallest and the largest'"
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l cut -d 'Trimmed: how many are left out on each side (1 if not said)' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l masked -d 'Merge genes that nobody sees: write the file of one phase (GENE... are then the files so far)' -r -f -a "plan\t'Anybody: who takes part, from which gene'
join\t'Each one: commit to your gene, and share what takes masks off'
step\t'Each one, with the files of all that joined: your step under masks, proved short'
roll\t'Each one, with all steps: whose there are'
shares\t'Each one, with all rolls: the shares that take masks off'
sum\t'Anybody, with all files: the merged gene'"
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l from -d 'Masked: the gene that everybody has and steps from' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l gene -d 'Masked join and step: your gene' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l names -d 'Masked plan and join: the names that may take part, one a line' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l bound -d 'Masked plan: no step is longer, in units of the weights' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l round -d 'Masked plan: the number of this merge' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l key -d 'The key to sign with (default: the file that QRES_KEY_FILE names)' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -s o -l output -d 'Write to FILE (`-` is stdout)' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -s f -l force -d 'Overwrite files, write binary to a terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from install" -l serial -d 'Put one gene onto the board at PORT instead: a file, or a name or id in the store' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from install" -l name -d 'Call the gene NAME: letters, digits, `.`, `-` and `_`' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from install" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from install" -s f -l force -d 'Let NAME stand for this gene if it stands for another one'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from install" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from install" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from list" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from list" -l names -d 'Print only what `--gene` takes, one a line: names, and ids of genes that have none'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from list" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l serial -d 'Take what the board at PORT has learnt' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to FILE (`-` is stdout, and so if nothing is said)' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l rows -d 'Rows at the end of each input that archives go on from: more make larger genes and smaller archives' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l level -d 'How hard to work, from 4 to 9: what archives cost to read and to write' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l neuron -d 'What predicts each column of numbers; archives do not depend on it' -r -f -a "linear\t'A weighted sum of eight past steps, learnt from all rows: 48 bytes a column, can be merged'
lstm\t'A small recurrent net, learnt from the last 20000 rows: 833 bytes a column'
fusion\t'Linear, corrected by up to seven other columns of numbers, learnt from the last 20000 rows'
auto\t'For each column the one of these, or the last value, that surprises least in the last fifth of those rows: slowest'"
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l epsilon-budget -d 'Private: the ledger that says how much may be told in all and a day, and what was' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l epsilon -d 'Private: what this one may cost' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l clip -d 'Private: the length to which weights are shortened' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l key -d 'The key to sign with (default: the file that QRES_KEY_FILE names)' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -s T -l threads -d 'Threads (0: one a core); the output is the same for all' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -s f -l force -d 'Overwrite files, write binary to a terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l private -d 'Add noise that hides what the gene was learnt from, and leave everything else out'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l sign -d 'Sign it: `qres verify` tells who has'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from diff" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from diff" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from rm" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from rm" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from rm" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from help" -f -a "train" -d 'Learn from tables and write a gene'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what genes hold and where they came from'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from help" -f -a "merge" -d 'Make one gene of the neurons of several'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from help" -f -a "install" -d 'Put genes into the store, where `qres decompress` finds them by itself'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the genes of the store'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write a gene of the store, or the gene of an archive'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show where two genes differ'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove genes from the store'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c qres -n "__fish_qres_using_subcommand keygen" -s o -l output -d 'Write a new key to FILE, which must not exist' -r -F
complete -c qres -n "__fish_qres_using_subcommand keygen" -l show -d 'Print the name of the key in FILE instead (default: of QRES_KEY_FILE)' -r -F
complete -c qres -n "__fish_qres_using_subcommand keygen" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand keygen" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand keygen" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand keygen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand prove; and not __fish_seen_subcommand_from rows replay transition help" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand prove; and not __fish_seen_subcommand_from rows replay transition help" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand prove; and not __fish_seen_subcommand_from rows replay transition help" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand prove; and not __fish_seen_subcommand_from rows replay transition help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand prove; and not __fish_seen_subcommand_from rows replay transition help" -f -a "rows" -d 'Prove that rows are in a signed archive, and show nothing else of it'
complete -c qres -n "__fish_qres_using_subcommand prove; and not __fish_seen_subcommand_from rows replay transition help" -f -a "replay" -d 'State that a gene is what training on some data gives, so that others can train it again'
complete -c qres -n "__fish_qres_using_subcommand prove; and not __fish_seen_subcommand_from rows replay transition help" -f -a "transition" -d 'Prove that one gene follows from another by a short step, and show neither'
complete -c qres -n "__fish_qres_using_subcommand prove; and not __fish_seen_subcommand_from rows replay transition help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from rows" -l rows -d 'The rows, counted from 0: A..B, without B' -r
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from rows" -s o -l output -d 'Write to FILE (`-` is stdout)' -r -F
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from rows" -l gene -d 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from rows" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from rows" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from rows" -s f -l force -d 'Overwrite files, write binary to a terminal'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from rows" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from rows" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from rows" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from rows" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -l data -d 'Data that the gene was trained on, in the order in which it was named then' -r -F
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -l gene -d 'The gene: a file, or a name or id in the store' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -l rows -d 'Rows at the end of each input that archives go on from: more make larger genes and smaller archives' -r
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -l level -d 'How hard to work, from 4 to 9: what archives cost to read and to write' -r
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -l neuron -d 'What predicts each column of numbers; archives do not depend on it' -r -f -a "linear\t'A weighted sum of eight past steps, learnt from all rows: 48 bytes a column, can be merged'
lstm\t'A small recurrent net, learnt from the last 20000 rows: 833 bytes a column'
fusion\t'Linear, corrected by up to seven other columns of numbers, learnt from the last 20000 rows'
auto\t'For each column the one of these, or the last value, that surprises least in the last fifth of those rows: slowest'"
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -l key -d 'The key to sign with (default: the file that QRES_KEY_FILE names)' -r -F
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -s o -l output -d 'Write to FILE (`-` is stdout)' -r -F
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -s f -l force -d 'Overwrite files, write binary to a terminal'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -l from -d 'The gene before the step: a file, or a name or id in the store' -r
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -l to -d 'The gene after it' -r
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -l bound -d 'The step is at most this long, in units of the weights' -r
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -l after -d 'The proof of the step before, whose second gene is the first one here (default: this is the first step)' -r -F
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -l key -d 'The key to sign with (default: the file that QRES_KEY_FILE names)' -r -F
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -s o -l output -d 'Write to FILE (`-` is stdout)' -r -F
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -s f -l force -d 'Overwrite files, write binary to a terminal'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from transition" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from help" -f -a "rows" -d 'Prove that rows are in a signed archive, and show nothing else of it'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from help" -f -a "replay" -d 'State that a gene is what training on some data gives, so that others can train it again'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from help" -f -a "transition" -d 'Prove that one gene follows from another by a short step, and show neither'
complete -c qres -n "__fish_qres_using_subcommand prove; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c qres -n "__fish_qres_using_subcommand sign" -l key -d 'The key to sign with (default: the file that QRES_KEY_FILE names)' -r -F
complete -c qres -n "__fish_qres_using_subcommand sign" -l gene -d 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand sign" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand sign" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand sign" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand sign" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand sign" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand verify" -l by -d 'The name that must have signed them' -r
complete -c qres -n "__fish_qres_using_subcommand verify" -l trust -d 'A file of names, of which one must have signed them: one a line, with a comment behind it' -r -F
complete -c qres -n "__fish_qres_using_subcommand verify" -l data -d 'Replays: the data to train on again, in the order in which it was named then' -r -F
complete -c qres -n "__fish_qres_using_subcommand verify" -s T -l threads -d 'Threads (0: one a core); the output is the same for all' -r
complete -c qres -n "__fish_qres_using_subcommand verify" -l gene -d 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand verify" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand verify" -l memory -d 'Refuse archives that need more memory than this to decode' -r
complete -c qres -n "__fish_qres_using_subcommand verify" -l index-only -d 'Archives: check headers and footers only'
complete -c qres -n "__fish_qres_using_subcommand verify" -l chain -d 'Each step must go on from the one named before it, the first from nothing'
complete -c qres -n "__fish_qres_using_subcommand verify" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand verify" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand verify" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l key -d 'The key to sign with (default: the file that QRES_KEY_FILE names)' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l store -d 'Keep lines, and who has them, in DIR: one node at a time' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l config -d 'Take options from a TOML file, too: `listen = "0.0.0.0:4600"`, `trust = ["did:qres:..."]`' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l listen -d 'Take connections at ADDR, and datagrams at the port behind it' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l peer -d 'Keep a connection to a peer: NAME@HOST:PORT, as its node says when it starts' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l trust -d 'Let a peer in that dials: a name, or a file of names' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -s i -l input -d 'Publish the rows of FILE to its end; a later start goes on behind those it has published (`-` is stdin)' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l serial -d 'Publish the rows of a board on a serial port, as `qres decompress --serial` prints them' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l follow -d 'Print the rows of a peer as they come; a later start goes on behind those it has printed' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -s o -l output -d 'Print to FILE, which is cut to what is known to be printed; into FOLDER a file for each peer' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l from -d 'Print from line N on (the first is 0), whatever has been printed before' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -s e -l error -d 'Send rows live, too, to within BOUND: `0.5`, or `temp=0.05` for a column' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l heartbeat -d 'Live within a bound: say that all is well after N silent rows' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l key-every -d 'Live within a bound: after N rows say all that is needed to go on after a loss (0: only at the start)' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l until -d 'End by itself: `lines=N` are printed, nothing came for `idle=TIME`, or after `time=TIME`' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l keep -d 'Keep at most SIZE of lines of each name' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l keep-for -d 'Keep lines for at most TIME' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l drop -d 'What goes when that is passed: the oldest lines, those that come, or nothing, and the input waits' -r -f -a "oldest\t''
newest\t''
block\t''"
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l degrade -d 'Before lines are dropped, move numbers of the old ones by up to BOUND, which makes them shorter' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l watch -d 'Watch a column of the rows: tell when it is unusual, and whether peers see it too; learn of it beside theirs' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l every -d 'Wait so long for more rows before exact ones are sent (default: 1s; 1min with `--error`)' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l rate -d 'Send at most SIZE of history a second to each peer' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l http -d 'Answer browsers and programs at ADDR, such as 127.0.0.1:8080: a page of what it does, metrics, archives' -r
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l discover -d 'Announce the node on the networks it is on, and find peers there that are trusted or followed'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l open -d 'Let anybody in, and give them the rows'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l live-only -d 'Send and take no history: only what is live'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l exact-only -d 'Take no datagrams: only exact rows'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l once -d 'End when the input has ended and each `--peer` has all of it, and all that peers had is printed'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -f -a "status" -d 'Tell how a running node is'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -f -a "peers" -d 'Tell which peers a running node knows'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -f -a "streams" -d 'Tell which lines a running node keeps'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -f -a "genes" -d 'Tell which genes a running node hears on the columns that it watches'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -f -a "ban" -d 'Let nothing of a peer in any more: not now, and not after a restart'
complete -c qres -n "__fish_qres_using_subcommand node; and not __fish_seen_subcommand_from status peers streams genes ban forget" -f -a "forget" -d 'Forget a peer: where it was, which lines it has, and that it is banned'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from status" -l store -d 'The store of the node' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from status" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from peers" -l store -d 'The store of the node' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from peers" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from peers" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from peers" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from peers" -s h -l help -d 'Print help'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from streams" -l store -d 'The store of the node' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from streams" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from streams" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from streams" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from streams" -s h -l help -d 'Print help'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from genes" -l store -d 'The store of the node' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from genes" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from genes" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from genes" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from genes" -s h -l help -d 'Print help'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from ban" -l store -d 'The store of the node' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from ban" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from ban" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from ban" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from ban" -s h -l help -d 'Print help'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from forget" -l store -d 'The store of the node' -r -F
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from forget" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from forget" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from forget" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand node; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help'
complete -c qres -n "__fish_qres_using_subcommand sim" -l nodes -d 'Nodes, bad ones included (1000)' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l rounds -d 'Samples of each node (200)' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l minutes -d 'Minutes between two samples (10)' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l loss -d 'Share of packets that are lost, such as 0.3' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l doubled -d 'Share of packets that arrive twice' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l delay -d 'Eighths of a round that packets take at most (4)' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l newcomers -d 'Share of honest nodes that begin half way through (0.1)' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l churn -d 'Share of nodes that are off at any time' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l partition -d 'Rounds in which one half does not hear the other, such as 50..100' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l attack -d 'Who lies, and how many of all, such as sign-flip:0.2,tailored:0.1' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l data -d 'Deal out the columns of the CSV files in FOLDER, or make series up (`synthetic`)' -r -F
complete -c qres -n "__fish_qres_using_subcommand sim" -l column -d 'Deal out the columns of this name alone' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l kinds -d 'Kinds of made-up series (4)' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l seed -d 'Seed of everything that is drawn (1)' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l trials -d 'Newcomers of the comparison' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l html -d 'Write a page that plays the run' -r -F
complete -c qres -n "__fish_qres_using_subcommand sim" -s T -l threads -d 'Threads to use (0: all cores)' -r
complete -c qres -n "__fish_qres_using_subcommand sim" -l compare -d 'Compare rules that merge genes with experts, under each attack or those named, and shares of 0 to 90 %'
complete -c qres -n "__fish_qres_using_subcommand sim" -s f -l force -d 'Overwrite the page'
complete -c qres -n "__fish_qres_using_subcommand sim" -l csv -d 'Print a line for each round instead'
complete -c qres -n "__fish_qres_using_subcommand sim" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand sim" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand sim" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand sim" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l files-from -d 'Read more names from LIST, one a line (`-`: stdin)' -r -F
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l runs -d 'Runs that count' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l limit -d 'Begin no further run of a codec on a file after so long' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l levels -d 'Levels of qres, such as 1,3 (`none`: without qres)' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l peers -d 'Codecs beside it, such as zstd-19,pco-12 (`none`: qres alone)' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l peers-file -d 'Compare with sizes measured elsewhere' -r -F
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l error -d 'Measure sizes within a bound instead, such as 0.05, or 1% of the range; may be given again' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l form -d 'Write each table in other forms' -r -f -a "wide\t'As it is, all columns in a row'
jsonl\t'A JSON object for each row'
long\t'A row of time, name and value for each cell'
influx\t'InfluxDB line protocol'"
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l html -d 'Write a page with charts' -r -F
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l seed -d 'Seed of the made-up series' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l rows -d 'Rows of the made-up series' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l memory-of -d 'Print the memory that one codec takes for what stdin holds' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l decoding -d 'Bytes of text in the archive that stdin holds' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -s f -l force -d 'Overwrite the page'
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l no-memory -d 'Do not measure memory'
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l fake-time -d 'Make times up, and leave machine and memory out, so that reports can be compared'
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -a "messages" -d 'Measure short messages with a gene, beside zstd with a dictionary'
complete -c qres -n "__fish_qres_using_subcommand bench; and not __fish_seen_subcommand_from messages help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c qres -n "__fish_qres_using_subcommand bench; and __fish_seen_subcommand_from messages" -l rows -d 'Rows in a message' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and __fish_seen_subcommand_from messages" -l prior-rows -d 'Rows that the gene goes on from' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and __fish_seen_subcommand_from messages" -l level -d 'Level of qres, from 4 to 9' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and __fish_seen_subcommand_from messages" -l most -d 'Messages of a text at most, spread over its second half' -r
complete -c qres -n "__fish_qres_using_subcommand bench; and __fish_seen_subcommand_from messages" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand bench; and __fish_seen_subcommand_from messages" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand bench; and __fish_seen_subcommand_from messages" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand bench; and __fish_seen_subcommand_from messages" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand bench; and __fish_seen_subcommand_from help" -f -a "messages" -d 'Measure short messages with a gene, beside zstd with a dictionary'
complete -c qres -n "__fish_qres_using_subcommand bench; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l elf -d 'The program, as the compiler made it' -r -F
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l image -d 'All of the flash memory, as `--save-image` makes it' -r -F
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l with -d 'Parts of the firmware to build in: uart, csv, radio (firmware/README.md tells what they are)' -r
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l firmware -d 'The folder of the firmware (default: `firmware` here or in a folder around)' -r -F
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l chip -d 'The chip: esp32c3 or esp32c6 (default: what the program or the board says)' -r
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l port -d 'The port of the board (default: that of the only one)' -r
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l gene -d 'A gene for its store: a file, or a name or id in the store here' -r -a '(qres gene list --names 2>/dev/null)'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l key -d 'An identity for its store: a key of `qres keygen`; its name is printed' -r -F
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l save-image -d 'Write all to FILE instead of a board' -r -F
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l baud -d 'Speed of the port, in bits a second' -r
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l before -d 'How to bring the board into its loader' -r -f -a "reset\t'By the reset lines of the port (DTR and RTS)'
usb-reset\t'By the reset lines, as the USB of the chip itself has them'
no-reset\t'Not at all: it is there already, with BOOT held while it was reset'"
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l after -d 'What becomes of the board in the end' -r -f -a "reset\t'It starts what it was given'
no-reset\t'It stays in its loader'"
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l store -d 'Folder of installed genes, instead of QRES_STORE or the one among the user\'s data' -r -F
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l build -d 'Build the firmware from its source, with cargo'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l builtin -d 'The program that this qres was released with'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -s f -l force -d 'Overwrite FILE'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l dry-run -d 'Say what would be written, and do not look for a board'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l monitor -d 'Print what the board says, until Ctrl-C'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l erase -d 'Erase all of the board first, its genes and identity too'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l verify -d 'Check what was written: always done, accepted as other tools do'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l no-verify -d 'Do not check what was written'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l no-stub -d 'Use the loader in the ROM of the chip: slower, for boards on which the better one does not run'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -f -a "ports" -d 'List the serial ports, and which look like boards'
complete -c qres -n "__fish_qres_using_subcommand flash; and not __fish_seen_subcommand_from ports help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c qres -n "__fish_qres_using_subcommand flash; and __fish_seen_subcommand_from ports" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand flash; and __fish_seen_subcommand_from ports" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand flash; and __fish_seen_subcommand_from ports" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand flash; and __fish_seen_subcommand_from ports" -s h -l help -d 'Print help'
complete -c qres -n "__fish_qres_using_subcommand flash; and __fish_seen_subcommand_from help" -f -a "ports" -d 'List the serial ports, and which look like boards'
complete -c qres -n "__fish_qres_using_subcommand flash; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c qres -n "__fish_qres_using_subcommand completions" -s q -l quiet -d 'Say nothing but errors'
complete -c qres -n "__fish_qres_using_subcommand completions" -s v -l verbose -d 'Say what was done, even where stderr is no terminal'
complete -c qres -n "__fish_qres_using_subcommand completions" -l json -d 'Print results as JSON lines (on stderr if stdout carries the data)'
complete -c qres -n "__fish_qres_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "compress" -d 'Compress files, or stdin to stdout'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "decompress" -d 'Decompress archives, or stdin to stdout'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "test" -d 'Check that archives are whole, without writing anything'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "repair" -d 'End archives whole that were cut off while they were written'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "inspect" -d 'Show what archives hold: columns, how they are coded, and what each costs'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "list" -d 'List archives, a line each: sizes, rows, columns, times'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "cat" -d 'Print rows or columns of an archive without decoding the rest'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "concat" -d 'Put several archives into one, in the order in which they are named'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "check" -d 'Tell whether data is what qres is made for, and what it would gain'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "watch" -d 'Tell what is unusual in rows as they come'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "gene" -d 'Learn from earlier data, so that short messages become small'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "keygen" -d 'Make a key that signs, and print its name'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "prove" -d 'Prove something without showing the rest'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "sign" -d 'Sign archives where they are'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "verify" -d 'Check what was signed or proved, and by whom'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "node" -d 'Deliver rows to other machines, and take theirs, over links that break'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "sim" -d 'Simulate a swarm of nodes, honest and bad'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "bench" -d 'Measure qres beside other codecs on your own data'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "flash" -d 'Put firmware, genes and identities onto ESP32-C3 and ESP32-C6 boards'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "completions" -d 'Print the script that lets a shell complete qres commands'
complete -c qres -n "__fish_qres_using_subcommand help; and not __fish_seen_subcommand_from compress decompress test repair inspect list cat concat check watch gene keygen prove sign verify node sim bench flash completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from gene" -f -a "train" -d 'Learn from tables and write a gene'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from gene" -f -a "show" -d 'Show what genes hold and where they came from'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from gene" -f -a "merge" -d 'Make one gene of the neurons of several'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from gene" -f -a "install" -d 'Put genes into the store, where `qres decompress` finds them by itself'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from gene" -f -a "list" -d 'List the genes of the store'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from gene" -f -a "export" -d 'Write a gene of the store, or the gene of an archive'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from gene" -f -a "diff" -d 'Show where two genes differ'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from gene" -f -a "rm" -d 'Remove genes from the store'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from prove" -f -a "rows" -d 'Prove that rows are in a signed archive, and show nothing else of it'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from prove" -f -a "replay" -d 'State that a gene is what training on some data gives, so that others can train it again'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from prove" -f -a "transition" -d 'Prove that one gene follows from another by a short step, and show neither'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "status" -d 'Tell how a running node is'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "peers" -d 'Tell which peers a running node knows'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "streams" -d 'Tell which lines a running node keeps'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "genes" -d 'Tell which genes a running node hears on the columns that it watches'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "ban" -d 'Let nothing of a peer in any more: not now, and not after a restart'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "forget" -d 'Forget a peer: where it was, which lines it has, and that it is banned'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from bench" -f -a "messages" -d 'Measure short messages with a gene, beside zstd with a dictionary'
complete -c qres -n "__fish_qres_using_subcommand help; and __fish_seen_subcommand_from flash" -f -a "ports" -d 'List the serial ports, and which look like boards'
complete -c qres -n "__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from show merge export diff rm" -a '(qres gene list --names 2>/dev/null)'

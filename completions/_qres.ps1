
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'qres' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'qres'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'qres' {
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('compress', 'compress', [CompletionResultType]::ParameterValue, 'Compress files, or stdin to stdout')
            [CompletionResult]::new('decompress', 'decompress', [CompletionResultType]::ParameterValue, 'Decompress archives, or stdin to stdout')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Check that archives are whole, without writing anything')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'End archives whole that were cut off while they were written')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show what archives hold: columns, how they are coded, and what each costs')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List archives, a line each: sizes, rows, columns, times')
            [CompletionResult]::new('cat', 'cat', [CompletionResultType]::ParameterValue, 'Print rows or columns of an archive without decoding the rest')
            [CompletionResult]::new('concat', 'concat', [CompletionResultType]::ParameterValue, 'Put several archives into one, in the order in which they are named')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tell whether data is what qres is made for, and what it would gain')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Tell what is unusual in rows as they come')
            [CompletionResult]::new('gene', 'gene', [CompletionResultType]::ParameterValue, 'Learn from earlier data, so that short messages become small')
            [CompletionResult]::new('keygen', 'keygen', [CompletionResultType]::ParameterValue, 'Make a key that signs, and print its name')
            [CompletionResult]::new('prove', 'prove', [CompletionResultType]::ParameterValue, 'Prove something without showing the rest')
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Sign archives where they are')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check what was signed or proved, and by whom')
            [CompletionResult]::new('node', 'node', [CompletionResultType]::ParameterValue, 'Deliver rows to other machines, and take theirs, over links that break')
            [CompletionResult]::new('sim', 'sim', [CompletionResultType]::ParameterValue, 'Simulate a swarm of nodes, honest and bad')
            [CompletionResult]::new('bench', 'bench', [CompletionResultType]::ParameterValue, 'Measure qres beside other codecs on your own data')
            [CompletionResult]::new('flash', 'flash', [CompletionResultType]::ParameterValue, 'Put firmware, genes and identities onto ESP32-C3 and ESP32-C6 boards')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the script that lets a shell complete qres commands')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;compress' {
            [CompletionResult]::new('--error', '--error', [CompletionResultType]::ParameterName, 'Let numbers differ by up to E, such as 0.05, or 1% of their range')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout), or into a folder')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout), or into a folder')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'Go on from a gene, at levels 4 to 9: a file, or a name or id in the store')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--append', '--append', [CompletionResultType]::ParameterName, 'Add to the end of ARCHIVE instead')
            [CompletionResult]::new('--segment', '--segment', [CompletionResultType]::ParameterName, 'Text in a segment at most')
            [CompletionResult]::new('--flush-rows', '--flush-rows', [CompletionResultType]::ParameterName, 'Live: pass rows on when N have come')
            [CompletionResult]::new('--flush-interval', '--flush-interval', [CompletionResultType]::ParameterName, 'Live: pass rows on when the oldest has waited MS milliseconds')
            [CompletionResult]::new('--entry-every', '--entry-every', [CompletionResultType]::ParameterName, 'Live: let a reader begin anew after N rows at most')
            [CompletionResult]::new('--messages', '--messages', [CompletionResultType]::ParameterName, 'Make a message of each N rows instead of an archive')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key to sign with (default: the file that QRES_KEY_FILE names)')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The rows in FILE have arrived: messages go on from them')
            [CompletionResult]::new('--heartbeat', '--heartbeat', [CompletionResultType]::ParameterName, 'Live within a bound: say that all is well after N silent rows')
            [CompletionResult]::new('--key-every', '--key-every', [CompletionResultType]::ParameterName, 'Live within a bound: after N rows say all that is needed to go on after a loss (0: only at the start)')
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'The input is binary samples: u8, i8, u16, ... i64, f32 or f64')
            [CompletionResult]::new('--channels', '--channels', [CompletionResultType]::ParameterName, 'Raw: samples in a row, interleaved')
            [CompletionResult]::new('-1', '-1', [CompletionResultType]::ParameterName, 'Fastest; -1 to -9 trade speed for size')
            [CompletionResult]::new('-2', '-2', [CompletionResultType]::ParameterName, '2')
            [CompletionResult]::new('-3', '-3', [CompletionResultType]::ParameterName, '3')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, '4')
            [CompletionResult]::new('-5', '-5', [CompletionResultType]::ParameterName, 'Default; QRES_LEVEL sets another')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, '6')
            [CompletionResult]::new('-7', '-7', [CompletionResultType]::ParameterName, '7')
            [CompletionResult]::new('-8', '-8', [CompletionResultType]::ParameterName, '8')
            [CompletionResult]::new('-9', '-9', [CompletionResultType]::ParameterName, 'Smallest')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Take the files in folders, too')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Take the files in folders, too')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Write to stdout')
            [CompletionResult]::new('--stdout', '--stdout', [CompletionResultType]::ParameterName, 'Write to stdout')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal, compress archives again')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal, compress archives again')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Keep the input: always done, accepted as gzip does')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep the input: always done, accepted as gzip does')
            [CompletionResult]::new('--rm', '--rm', [CompletionResultType]::ParameterName, 'Remove each input file once its output is safely on disk')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Pass rows on in time instead of waiting for a full segment')
            [CompletionResult]::new('--sign', '--sign', [CompletionResultType]::ParameterName, 'Sign it: `qres verify` tells who has')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;decompress' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout), or into a folder')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout), or into a folder')
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The rows in FILE have arrived: messages go on from them')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Write no more than this, and end with 5 if there is more (default: no limit)')
            [CompletionResult]::new('--serial', '--serial', [CompletionResultType]::ParameterName, 'Print the rows of the board at PORT as they come, until Ctrl-C')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Let that board take a row each TIME meanwhile: 500ms, 10s, 5min, 4h')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Take the files in folders, too')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Take the files in folders, too')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Write to stdout')
            [CompletionResult]::new('--stdout', '--stdout', [CompletionResultType]::ParameterName, 'Write to stdout')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal, compress archives again')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal, compress archives again')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Keep the input: always done, accepted as gzip does')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep the input: always done, accepted as gzip does')
            [CompletionResult]::new('--rm', '--rm', [CompletionResultType]::ParameterName, 'Remove each input file once its output is safely on disk')
            [CompletionResult]::new('--salvage', '--salvage', [CompletionResultType]::ParameterName, 'Write what is still whole of a damaged archive, say what is lost, and end with 3 if anything is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;test' {
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The rows in FILE have arrived: messages go on from them')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Take the files in folders, too')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Take the files in folders, too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;repair' {
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;inspect' {
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('--serial', '--serial', [CompletionResultType]::ParameterName, 'Show the board at PORT instead, which has to prove its name')
            [CompletionResult]::new('--segments', '--segments', [CompletionResultType]::ParameterName, 'List the segments too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;list' {
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Take the files in folders, too')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Take the files in folders, too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;cat' {
            [CompletionResult]::new('--rows', '--rows', [CompletionResultType]::ParameterName, 'Only these rows')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Only these columns, in this order: names, numbers from 1, ranges with both ends (`2..5`, `a..c`)')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only rows of which this is so: `temp>20`, `state=on and not (id<7 or v is null)` (again: of which all is so)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only rows from this time on: as the column writes it, as 2025-10-25T13:40, or in seconds since 1970')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only rows before this time')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'Only the first N of the rows that are asked for')
            [CompletionResult]::new('--tail', '--tail', [CompletionResultType]::ParameterName, 'Only the last N of them')
            [CompletionResult]::new('--segments', '--segments', [CompletionResultType]::ParameterName, 'Only what is in these segments, counted from 0')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Print in another form than the text has')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Write no more than this, and end with 5 if there is more (default: no limit)')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Leave the column names out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;concat' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout), or into a folder')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout), or into a folder')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Write to stdout')
            [CompletionResult]::new('--stdout', '--stdout', [CompletionResultType]::ParameterName, 'Write to stdout')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal, compress archives again')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal, compress archives again')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;check' {
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--fail', '--fail', [CompletionResultType]::ParameterName, 'End with 4 unless the data is continuous')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;watch' {
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Only these columns, by name or by number from 1')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Print a state each N rows: regime, value and mean surprise of each column')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'End with 4 as soon as one of these happens')
            [CompletionResult]::new('--threshold', '--threshold', [CompletionResultType]::ParameterName, 'Call every value an anomaly of which one in 2^BITS would be as rare (default: 11, more where much is told)')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'Know from a gene what is normal: a file, or a name or id in the store (may be given several times)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;gene' {
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('train', 'train', [CompletionResultType]::ParameterValue, 'Learn from tables and write a gene')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what genes hold and where they came from')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Make one gene of the neurons of several')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Put genes into the store, where `qres decompress` finds them by itself')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the genes of the store')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write a gene of the store, or the gene of an archive')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show where two genes differ')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Remove genes from the store')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;gene;train' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Start from a gene: its rows come before those of the inputs')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--rows', '--rows', [CompletionResultType]::ParameterName, 'Rows at the end of each input that archives go on from: more make larger genes and smaller archives')
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'How hard to work, from 4 to 9: what archives cost to read and to write')
            [CompletionResult]::new('--neuron', '--neuron', [CompletionResultType]::ParameterName, 'What predicts each column of numbers; archives do not depend on it')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key to sign with (default: the file that QRES_KEY_FILE names)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('--sign', '--sign', [CompletionResultType]::ParameterName, 'Sign it: `qres verify` tells who has')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;gene;show' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--provenance', '--provenance', [CompletionResultType]::ParameterName, 'Print where each came from and who has signed it, as JSON-LD in the words of W3C PROV')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;gene;merge' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--rule', '--rule', [CompletionResultType]::ParameterName, 'How several weights become one')
            [CompletionResult]::new('--cut', '--cut', [CompletionResultType]::ParameterName, 'Trimmed: how many are left out on each side (1 if not said)')
            [CompletionResult]::new('--masked', '--masked', [CompletionResultType]::ParameterName, 'Merge genes that nobody sees: write the file of one phase (GENE... are then the files so far)')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Masked: the gene that everybody has and steps from')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'Masked join and step: your gene')
            [CompletionResult]::new('--names', '--names', [CompletionResultType]::ParameterName, 'Masked plan and join: the names that may take part, one a line')
            [CompletionResult]::new('--bound', '--bound', [CompletionResultType]::ParameterName, 'Masked plan: no step is longer, in units of the weights')
            [CompletionResult]::new('--round', '--round', [CompletionResultType]::ParameterName, 'Masked plan: the number of this merge')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key to sign with (default: the file that QRES_KEY_FILE names)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;gene;install' {
            [CompletionResult]::new('--serial', '--serial', [CompletionResultType]::ParameterName, 'Put one gene onto the board at PORT instead: a file, or a name or id in the store')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Call the gene NAME: letters, digits, `.`, `-` and `_`')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Let NAME stand for this gene if it stands for another one')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Let NAME stand for this gene if it stands for another one')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;gene;list' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--names', '--names', [CompletionResultType]::ParameterName, 'Print only what `--gene` takes, one a line: names, and ids of genes that have none')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;gene;export' {
            [CompletionResult]::new('--serial', '--serial', [CompletionResultType]::ParameterName, 'Take what the board at PORT has learnt')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout, and so if nothing is said)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout, and so if nothing is said)')
            [CompletionResult]::new('--rows', '--rows', [CompletionResultType]::ParameterName, 'Rows at the end of each input that archives go on from: more make larger genes and smaller archives')
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'How hard to work, from 4 to 9: what archives cost to read and to write')
            [CompletionResult]::new('--neuron', '--neuron', [CompletionResultType]::ParameterName, 'What predicts each column of numbers; archives do not depend on it')
            [CompletionResult]::new('--epsilon-budget', '--epsilon-budget', [CompletionResultType]::ParameterName, 'Private: the ledger that says how much may be told in all and a day, and what was')
            [CompletionResult]::new('--epsilon', '--epsilon', [CompletionResultType]::ParameterName, 'Private: what this one may cost')
            [CompletionResult]::new('--clip', '--clip', [CompletionResultType]::ParameterName, 'Private: the length to which weights are shortened')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key to sign with (default: the file that QRES_KEY_FILE names)')
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('--private', '--private', [CompletionResultType]::ParameterName, 'Add noise that hides what the gene was learnt from, and leave everything else out')
            [CompletionResult]::new('--sign', '--sign', [CompletionResultType]::ParameterName, 'Sign it: `qres verify` tells who has')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;gene;diff' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;gene;rm' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;gene;help' {
            [CompletionResult]::new('train', 'train', [CompletionResultType]::ParameterValue, 'Learn from tables and write a gene')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what genes hold and where they came from')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Make one gene of the neurons of several')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Put genes into the store, where `qres decompress` finds them by itself')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the genes of the store')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write a gene of the store, or the gene of an archive')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show where two genes differ')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Remove genes from the store')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;gene;help;train' {
            break
        }
        'qres;gene;help;show' {
            break
        }
        'qres;gene;help;merge' {
            break
        }
        'qres;gene;help;install' {
            break
        }
        'qres;gene;help;list' {
            break
        }
        'qres;gene;help;export' {
            break
        }
        'qres;gene;help;diff' {
            break
        }
        'qres;gene;help;rm' {
            break
        }
        'qres;gene;help;help' {
            break
        }
        'qres;keygen' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write a new key to FILE, which must not exist')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write a new key to FILE, which must not exist')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Print the name of the key in FILE instead (default: of QRES_KEY_FILE)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;prove' {
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('rows', 'rows', [CompletionResultType]::ParameterValue, 'Prove that rows are in a signed archive, and show nothing else of it')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'State that a gene is what training on some data gives, so that others can train it again')
            [CompletionResult]::new('transition', 'transition', [CompletionResultType]::ParameterValue, 'Prove that one gene follows from another by a short step, and show neither')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;prove;rows' {
            [CompletionResult]::new('--rows', '--rows', [CompletionResultType]::ParameterName, 'The rows, counted from 0: A..B, without B')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;prove;replay' {
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Data that the gene was trained on, in the order in which it was named then')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene: a file, or a name or id in the store')
            [CompletionResult]::new('--rows', '--rows', [CompletionResultType]::ParameterName, 'Rows at the end of each input that archives go on from: more make larger genes and smaller archives')
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'How hard to work, from 4 to 9: what archives cost to read and to write')
            [CompletionResult]::new('--neuron', '--neuron', [CompletionResultType]::ParameterName, 'What predicts each column of numbers; archives do not depend on it')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key to sign with (default: the file that QRES_KEY_FILE names)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;prove;transition' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The gene before the step: a file, or a name or id in the store')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The gene after it')
            [CompletionResult]::new('--bound', '--bound', [CompletionResultType]::ParameterName, 'The step is at most this long, in units of the weights')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'The proof of the step before, whose second gene is the first one here (default: this is the first step)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key to sign with (default: the file that QRES_KEY_FILE names)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;prove;help' {
            [CompletionResult]::new('rows', 'rows', [CompletionResultType]::ParameterValue, 'Prove that rows are in a signed archive, and show nothing else of it')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'State that a gene is what training on some data gives, so that others can train it again')
            [CompletionResult]::new('transition', 'transition', [CompletionResultType]::ParameterValue, 'Prove that one gene follows from another by a short step, and show neither')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;prove;help;rows' {
            break
        }
        'qres;prove;help;replay' {
            break
        }
        'qres;prove;help;transition' {
            break
        }
        'qres;prove;help;help' {
            break
        }
        'qres;sign' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key to sign with (default: the file that QRES_KEY_FILE names)')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;verify' {
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'The name that must have signed them')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'A file of names, of which one must have signed them: one a line, with a comment behind it')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Replays: the data to train on again, in the order in which it was named then')
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from: a file, or a name or id in the store (default: found there by id)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
            [CompletionResult]::new('--index-only', '--index-only', [CompletionResultType]::ParameterName, 'Archives: check headers and footers only')
            [CompletionResult]::new('--chain', '--chain', [CompletionResultType]::ParameterName, 'Each step must go on from the one named before it, the first from nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;node' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key to sign with (default: the file that QRES_KEY_FILE names)')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Keep lines, and who has them, in DIR: one node at a time')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Take options from a TOML file, too: `listen = "0.0.0.0:4600"`, `trust = ["did:qres:..."]`')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Take connections at ADDR, and datagrams at the port behind it')
            [CompletionResult]::new('--peer', '--peer', [CompletionResultType]::ParameterName, 'Keep a connection to a peer: NAME@HOST:PORT, as its node says when it starts')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'Let a peer in that dials: a name, or a file of names')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Publish the rows of FILE to its end; a later start goes on behind those it has published (`-` is stdin)')
            [CompletionResult]::new('--input', '--input', [CompletionResultType]::ParameterName, 'Publish the rows of FILE to its end; a later start goes on behind those it has published (`-` is stdin)')
            [CompletionResult]::new('--serial', '--serial', [CompletionResultType]::ParameterName, 'Publish the rows of a board on a serial port, as `qres decompress --serial` prints them')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Print the rows of a peer as they come; a later start goes on behind those it has printed')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to FILE, which is cut to what is known to be printed; into FOLDER a file for each peer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to FILE, which is cut to what is known to be printed; into FOLDER a file for each peer')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Print from line N on (the first is 0), whatever has been printed before')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Send rows live, too, to within BOUND: `0.5`, or `temp=0.05` for a column')
            [CompletionResult]::new('--error', '--error', [CompletionResultType]::ParameterName, 'Send rows live, too, to within BOUND: `0.5`, or `temp=0.05` for a column')
            [CompletionResult]::new('--heartbeat', '--heartbeat', [CompletionResultType]::ParameterName, 'Live within a bound: say that all is well after N silent rows')
            [CompletionResult]::new('--key-every', '--key-every', [CompletionResultType]::ParameterName, 'Live within a bound: after N rows say all that is needed to go on after a loss (0: only at the start)')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End by itself: `lines=N` are printed, nothing came for `idle=TIME`, or after `time=TIME`')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep at most SIZE of lines of each name')
            [CompletionResult]::new('--keep-for', '--keep-for', [CompletionResultType]::ParameterName, 'Keep lines for at most TIME')
            [CompletionResult]::new('--drop', '--drop', [CompletionResultType]::ParameterName, 'What goes when that is passed: the oldest lines, those that come, or nothing, and the input waits')
            [CompletionResult]::new('--degrade', '--degrade', [CompletionResultType]::ParameterName, 'Before lines are dropped, move numbers of the old ones by up to BOUND, which makes them shorter')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Watch a column of the rows: tell when it is unusual, and whether peers see it too; learn of it beside theirs')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Wait so long for more rows before exact ones are sent (default: 1s; 1min with `--error`)')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Send at most SIZE of history a second to each peer')
            [CompletionResult]::new('--http', '--http', [CompletionResultType]::ParameterName, 'Answer browsers and programs at ADDR, such as 127.0.0.1:8080: a page of what it does, metrics, archives')
            [CompletionResult]::new('--discover', '--discover', [CompletionResultType]::ParameterName, 'Announce the node on the networks it is on, and find peers there that are trusted or followed')
            [CompletionResult]::new('--open', '--open', [CompletionResultType]::ParameterName, 'Let anybody in, and give them the rows')
            [CompletionResult]::new('--live-only', '--live-only', [CompletionResultType]::ParameterName, 'Send and take no history: only what is live')
            [CompletionResult]::new('--exact-only', '--exact-only', [CompletionResultType]::ParameterName, 'Take no datagrams: only exact rows')
            [CompletionResult]::new('--once', '--once', [CompletionResultType]::ParameterName, 'End when the input has ended and each `--peer` has all of it, and all that peers had is printed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell how a running node is')
            [CompletionResult]::new('peers', 'peers', [CompletionResultType]::ParameterValue, 'Tell which peers a running node knows')
            [CompletionResult]::new('streams', 'streams', [CompletionResultType]::ParameterValue, 'Tell which lines a running node keeps')
            [CompletionResult]::new('genes', 'genes', [CompletionResultType]::ParameterValue, 'Tell which genes a running node hears on the columns that it watches')
            [CompletionResult]::new('ban', 'ban', [CompletionResultType]::ParameterValue, 'Let nothing of a peer in any more: not now, and not after a restart')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Forget a peer: where it was, which lines it has, and that it is banned')
            break
        }
        'qres;node;status' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The store of the node')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'qres;node;peers' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The store of the node')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'qres;node;streams' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The store of the node')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'qres;node;genes' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The store of the node')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'qres;node;ban' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The store of the node')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'qres;node;forget' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The store of the node')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'qres;sim' {
            [CompletionResult]::new('--nodes', '--nodes', [CompletionResultType]::ParameterName, 'Nodes, bad ones included (1000)')
            [CompletionResult]::new('--rounds', '--rounds', [CompletionResultType]::ParameterName, 'Samples of each node (200)')
            [CompletionResult]::new('--minutes', '--minutes', [CompletionResultType]::ParameterName, 'Minutes between two samples (10)')
            [CompletionResult]::new('--loss', '--loss', [CompletionResultType]::ParameterName, 'Share of packets that are lost, such as 0.3')
            [CompletionResult]::new('--doubled', '--doubled', [CompletionResultType]::ParameterName, 'Share of packets that arrive twice')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Eighths of a round that packets take at most (4)')
            [CompletionResult]::new('--newcomers', '--newcomers', [CompletionResultType]::ParameterName, 'Share of honest nodes that begin half way through (0.1)')
            [CompletionResult]::new('--churn', '--churn', [CompletionResultType]::ParameterName, 'Share of nodes that are off at any time')
            [CompletionResult]::new('--partition', '--partition', [CompletionResultType]::ParameterName, 'Rounds in which one half does not hear the other, such as 50..100')
            [CompletionResult]::new('--attack', '--attack', [CompletionResultType]::ParameterName, 'Who lies, and how many of all, such as sign-flip:0.2,tailored:0.1')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Deal out the columns of the CSV files in FOLDER, or make series up (`synthetic`)')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Deal out the columns of this name alone')
            [CompletionResult]::new('--kinds', '--kinds', [CompletionResultType]::ParameterName, 'Kinds of made-up series (4)')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of everything that is drawn (1)')
            [CompletionResult]::new('--trials', '--trials', [CompletionResultType]::ParameterName, 'Newcomers of the comparison')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'Write a page that plays the run')
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'Threads to use (0: all cores)')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads to use (0: all cores)')
            [CompletionResult]::new('--compare', '--compare', [CompletionResultType]::ParameterName, 'Compare rules that merge genes with experts, under each attack or those named, and shares of 0 to 90 %')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite the page')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite the page')
            [CompletionResult]::new('--csv', '--csv', [CompletionResultType]::ParameterName, 'Print a line for each round instead')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;bench' {
            [CompletionResult]::new('--files-from', '--files-from', [CompletionResultType]::ParameterName, 'Read more names from LIST, one a line (`-`: stdin)')
            [CompletionResult]::new('--runs', '--runs', [CompletionResultType]::ParameterName, 'Runs that count')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Begin no further run of a codec on a file after so long')
            [CompletionResult]::new('--levels', '--levels', [CompletionResultType]::ParameterName, 'Levels of qres, such as 1,3 (`none`: without qres)')
            [CompletionResult]::new('--peers', '--peers', [CompletionResultType]::ParameterName, 'Codecs beside it, such as zstd-19,pco-12 (`none`: qres alone)')
            [CompletionResult]::new('--peers-file', '--peers-file', [CompletionResultType]::ParameterName, 'Compare with sizes measured elsewhere')
            [CompletionResult]::new('--error', '--error', [CompletionResultType]::ParameterName, 'Measure sizes within a bound instead, such as 0.05, or 1% of the range; may be given again')
            [CompletionResult]::new('--form', '--form', [CompletionResultType]::ParameterName, 'Write each table in other forms')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'Write a page with charts')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of the made-up series')
            [CompletionResult]::new('--rows', '--rows', [CompletionResultType]::ParameterName, 'Rows of the made-up series')
            [CompletionResult]::new('--memory-of', '--memory-of', [CompletionResultType]::ParameterName, 'Print the memory that one codec takes for what stdin holds')
            [CompletionResult]::new('--decoding', '--decoding', [CompletionResultType]::ParameterName, 'Bytes of text in the archive that stdin holds')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite the page')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite the page')
            [CompletionResult]::new('--no-memory', '--no-memory', [CompletionResultType]::ParameterName, 'Do not measure memory')
            [CompletionResult]::new('--fake-time', '--fake-time', [CompletionResultType]::ParameterName, 'Make times up, and leave machine and memory out, so that reports can be compared')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('messages', 'messages', [CompletionResultType]::ParameterValue, 'Measure short messages with a gene, beside zstd with a dictionary')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;bench;messages' {
            [CompletionResult]::new('--rows', '--rows', [CompletionResultType]::ParameterName, 'Rows in a message')
            [CompletionResult]::new('--prior-rows', '--prior-rows', [CompletionResultType]::ParameterName, 'Rows that the gene goes on from')
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'Level of qres, from 4 to 9')
            [CompletionResult]::new('--most', '--most', [CompletionResultType]::ParameterName, 'Messages of a text at most, spread over its second half')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;bench;help' {
            [CompletionResult]::new('messages', 'messages', [CompletionResultType]::ParameterValue, 'Measure short messages with a gene, beside zstd with a dictionary')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;bench;help;messages' {
            break
        }
        'qres;bench;help;help' {
            break
        }
        'qres;flash' {
            [CompletionResult]::new('--elf', '--elf', [CompletionResultType]::ParameterName, 'The program, as the compiler made it')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'All of the flash memory, as `--save-image` makes it')
            [CompletionResult]::new('--with', '--with', [CompletionResultType]::ParameterName, 'Parts of the firmware to build in: uart, csv, radio (firmware/README.md tells what they are)')
            [CompletionResult]::new('--firmware', '--firmware', [CompletionResultType]::ParameterName, 'The folder of the firmware (default: `firmware` here or in a folder around)')
            [CompletionResult]::new('--chip', '--chip', [CompletionResultType]::ParameterName, 'The chip: esp32c3 or esp32c6 (default: what the program or the board says)')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port of the board (default: that of the only one)')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'A gene for its store: a file, or a name or id in the store here')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'An identity for its store: a key of `qres keygen`; its name is printed')
            [CompletionResult]::new('--save-image', '--save-image', [CompletionResultType]::ParameterName, 'Write all to FILE instead of a board')
            [CompletionResult]::new('--baud', '--baud', [CompletionResultType]::ParameterName, 'Speed of the port, in bits a second')
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'How to bring the board into its loader')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'What becomes of the board in the end')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Folder of installed genes, instead of QRES_STORE or the one among the user''s data')
            [CompletionResult]::new('--build', '--build', [CompletionResultType]::ParameterName, 'Build the firmware from its source, with cargo')
            [CompletionResult]::new('--builtin', '--builtin', [CompletionResultType]::ParameterName, 'The program that this qres was released with')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite FILE')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite FILE')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be written, and do not look for a board')
            [CompletionResult]::new('--monitor', '--monitor', [CompletionResultType]::ParameterName, 'Print what the board says, until Ctrl-C')
            [CompletionResult]::new('--erase', '--erase', [CompletionResultType]::ParameterName, 'Erase all of the board first, its genes and identity too')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Check what was written: always done, accepted as other tools do')
            [CompletionResult]::new('--no-verify', '--no-verify', [CompletionResultType]::ParameterName, 'Do not check what was written')
            [CompletionResult]::new('--no-stub', '--no-stub', [CompletionResultType]::ParameterName, 'Use the loader in the ROM of the chip: slower, for boards on which the better one does not run')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('ports', 'ports', [CompletionResultType]::ParameterValue, 'List the serial ports, and which look like boards')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;flash;ports' {
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'qres;flash;help' {
            [CompletionResult]::new('ports', 'ports', [CompletionResultType]::ParameterValue, 'List the serial ports, and which look like boards')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;flash;help;ports' {
            break
        }
        'qres;flash;help;help' {
            break
        }
        'qres;completions' {
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what was done, even where stderr is no terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results as JSON lines (on stderr if stdout carries the data)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'qres;help' {
            [CompletionResult]::new('compress', 'compress', [CompletionResultType]::ParameterValue, 'Compress files, or stdin to stdout')
            [CompletionResult]::new('decompress', 'decompress', [CompletionResultType]::ParameterValue, 'Decompress archives, or stdin to stdout')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Check that archives are whole, without writing anything')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'End archives whole that were cut off while they were written')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show what archives hold: columns, how they are coded, and what each costs')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List archives, a line each: sizes, rows, columns, times')
            [CompletionResult]::new('cat', 'cat', [CompletionResultType]::ParameterValue, 'Print rows or columns of an archive without decoding the rest')
            [CompletionResult]::new('concat', 'concat', [CompletionResultType]::ParameterValue, 'Put several archives into one, in the order in which they are named')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tell whether data is what qres is made for, and what it would gain')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Tell what is unusual in rows as they come')
            [CompletionResult]::new('gene', 'gene', [CompletionResultType]::ParameterValue, 'Learn from earlier data, so that short messages become small')
            [CompletionResult]::new('keygen', 'keygen', [CompletionResultType]::ParameterValue, 'Make a key that signs, and print its name')
            [CompletionResult]::new('prove', 'prove', [CompletionResultType]::ParameterValue, 'Prove something without showing the rest')
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Sign archives where they are')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check what was signed or proved, and by whom')
            [CompletionResult]::new('node', 'node', [CompletionResultType]::ParameterValue, 'Deliver rows to other machines, and take theirs, over links that break')
            [CompletionResult]::new('sim', 'sim', [CompletionResultType]::ParameterValue, 'Simulate a swarm of nodes, honest and bad')
            [CompletionResult]::new('bench', 'bench', [CompletionResultType]::ParameterValue, 'Measure qres beside other codecs on your own data')
            [CompletionResult]::new('flash', 'flash', [CompletionResultType]::ParameterValue, 'Put firmware, genes and identities onto ESP32-C3 and ESP32-C6 boards')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the script that lets a shell complete qres commands')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;help;compress' {
            break
        }
        'qres;help;decompress' {
            break
        }
        'qres;help;test' {
            break
        }
        'qres;help;repair' {
            break
        }
        'qres;help;inspect' {
            break
        }
        'qres;help;list' {
            break
        }
        'qres;help;cat' {
            break
        }
        'qres;help;concat' {
            break
        }
        'qres;help;check' {
            break
        }
        'qres;help;watch' {
            break
        }
        'qres;help;gene' {
            [CompletionResult]::new('train', 'train', [CompletionResultType]::ParameterValue, 'Learn from tables and write a gene')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what genes hold and where they came from')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Make one gene of the neurons of several')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Put genes into the store, where `qres decompress` finds them by itself')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the genes of the store')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write a gene of the store, or the gene of an archive')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show where two genes differ')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Remove genes from the store')
            break
        }
        'qres;help;gene;train' {
            break
        }
        'qres;help;gene;show' {
            break
        }
        'qres;help;gene;merge' {
            break
        }
        'qres;help;gene;install' {
            break
        }
        'qres;help;gene;list' {
            break
        }
        'qres;help;gene;export' {
            break
        }
        'qres;help;gene;diff' {
            break
        }
        'qres;help;gene;rm' {
            break
        }
        'qres;help;keygen' {
            break
        }
        'qres;help;prove' {
            [CompletionResult]::new('rows', 'rows', [CompletionResultType]::ParameterValue, 'Prove that rows are in a signed archive, and show nothing else of it')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'State that a gene is what training on some data gives, so that others can train it again')
            [CompletionResult]::new('transition', 'transition', [CompletionResultType]::ParameterValue, 'Prove that one gene follows from another by a short step, and show neither')
            break
        }
        'qres;help;prove;rows' {
            break
        }
        'qres;help;prove;replay' {
            break
        }
        'qres;help;prove;transition' {
            break
        }
        'qres;help;sign' {
            break
        }
        'qres;help;verify' {
            break
        }
        'qres;help;node' {
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell how a running node is')
            [CompletionResult]::new('peers', 'peers', [CompletionResultType]::ParameterValue, 'Tell which peers a running node knows')
            [CompletionResult]::new('streams', 'streams', [CompletionResultType]::ParameterValue, 'Tell which lines a running node keeps')
            [CompletionResult]::new('genes', 'genes', [CompletionResultType]::ParameterValue, 'Tell which genes a running node hears on the columns that it watches')
            [CompletionResult]::new('ban', 'ban', [CompletionResultType]::ParameterValue, 'Let nothing of a peer in any more: not now, and not after a restart')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Forget a peer: where it was, which lines it has, and that it is banned')
            break
        }
        'qres;help;node;status' {
            break
        }
        'qres;help;node;peers' {
            break
        }
        'qres;help;node;streams' {
            break
        }
        'qres;help;node;genes' {
            break
        }
        'qres;help;node;ban' {
            break
        }
        'qres;help;node;forget' {
            break
        }
        'qres;help;sim' {
            break
        }
        'qres;help;bench' {
            [CompletionResult]::new('messages', 'messages', [CompletionResultType]::ParameterValue, 'Measure short messages with a gene, beside zstd with a dictionary')
            break
        }
        'qres;help;bench;messages' {
            break
        }
        'qres;help;flash' {
            [CompletionResult]::new('ports', 'ports', [CompletionResultType]::ParameterValue, 'List the serial ports, and which look like boards')
            break
        }
        'qres;help;flash;ports' {
            break
        }
        'qres;help;completions' {
            break
        }
        'qres;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}

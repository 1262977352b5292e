
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
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show what archives hold: columns, how they are coded, and what each costs')
            [CompletionResult]::new('cat', 'cat', [CompletionResultType]::ParameterValue, 'Print rows or columns of an archive without decoding the rest')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tell whether data is what qres is made for, and what it would gain')
            [CompletionResult]::new('gene', 'gene', [CompletionResultType]::ParameterValue, 'Learn from earlier data, so that short messages become small')
            [CompletionResult]::new('bench', 'bench', [CompletionResultType]::ParameterValue, 'Measure qres beside other codecs on your own data')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the script that lets a shell complete qres commands')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;compress' {
            [CompletionResult]::new('--error', '--error', [CompletionResultType]::ParameterName, 'Let numbers differ by up to E, such as 0.05, or 1% of their range')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'Go on from the gene in FILE, at levels 4 to 9')
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--append', '--append', [CompletionResultType]::ParameterName, 'Add to the end of ARCHIVE instead')
            [CompletionResult]::new('--segment', '--segment', [CompletionResultType]::ParameterName, 'Text in a segment at most')
            [CompletionResult]::new('--flush-rows', '--flush-rows', [CompletionResultType]::ParameterName, 'Live: pass rows on when N have come')
            [CompletionResult]::new('--flush-interval', '--flush-interval', [CompletionResultType]::ParameterName, 'Live: pass rows on when the oldest has waited MS milliseconds')
            [CompletionResult]::new('--heartbeat', '--heartbeat', [CompletionResultType]::ParameterName, 'Live within a bound: say that all is well after N silent rows')
            [CompletionResult]::new('--key-every', '--key-every', [CompletionResultType]::ParameterName, 'Live within a bound: after N rows say all that is needed to go on after a loss (0: only at the start)')
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'The input is binary samples: i16, i32, f32 or f64')
            [CompletionResult]::new('--channels', '--channels', [CompletionResultType]::ParameterName, 'Raw: samples in a row, interleaved')
            [CompletionResult]::new('-1', '-1', [CompletionResultType]::ParameterName, 'Fastest; -1 to -9 trade speed for size')
            [CompletionResult]::new('-2', '-2', [CompletionResultType]::ParameterName, '2')
            [CompletionResult]::new('-3', '-3', [CompletionResultType]::ParameterName, '3')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, '4')
            [CompletionResult]::new('-5', '-5', [CompletionResultType]::ParameterName, 'Default')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, '6')
            [CompletionResult]::new('-7', '-7', [CompletionResultType]::ParameterName, '7')
            [CompletionResult]::new('-8', '-8', [CompletionResultType]::ParameterName, '8')
            [CompletionResult]::new('-9', '-9', [CompletionResultType]::ParameterName, 'Smallest')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Write to stdout')
            [CompletionResult]::new('--stdout', '--stdout', [CompletionResultType]::ParameterName, 'Write to stdout')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal, compress archives again')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files, write binary to a terminal, compress archives again')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Keep the input: always done, accepted as gzip does')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep the input: always done, accepted as gzip does')
            [CompletionResult]::new('--rm', '--rm', [CompletionResultType]::ParameterName, 'Remove each input file once its output is safely on disk')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Pass rows on in time instead of waiting for a full segment')
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
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads (0: one a core); the output is the same for all')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
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
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from')
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
        'qres;cat' {
            [CompletionResult]::new('--rows', '--rows', [CompletionResultType]::ParameterName, 'Only these rows')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Only these columns, by name or by number from 1, in this order')
            [CompletionResult]::new('--segments', '--segments', [CompletionResultType]::ParameterName, 'Only what is in these segments, counted from 0')
            [CompletionResult]::new('--gene', '--gene', [CompletionResultType]::ParameterName, 'The gene that archives go on from')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Refuse archives that need more memory than this to decode')
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
        'qres;check' {
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
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Make one gene of the linear neurons of several')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;gene;train' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE (`-` is stdout)')
            [CompletionResult]::new('--rows', '--rows', [CompletionResultType]::ParameterName, 'Rows at the end of each input that archives go on from: more make larger genes and smaller archives')
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'How hard to work, from 4 to 9: what archives cost to read and to write')
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
        'qres;gene;show' {
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
            [CompletionResult]::new('--rule', '--rule', [CompletionResultType]::ParameterName, 'How several weights become one')
            [CompletionResult]::new('--cut', '--cut', [CompletionResultType]::ParameterName, 'Trimmed: how many are left out on each side (1 if not said)')
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
        'qres;gene;help' {
            [CompletionResult]::new('train', 'train', [CompletionResultType]::ParameterValue, 'Learn from tables and write a gene')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what genes hold and where they came from')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Make one gene of the linear neurons of several')
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
        'qres;gene;help;help' {
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
            [CompletionResult]::new('--ablation', '--ablation', [CompletionResultType]::ParameterName, 'Measure what each part of qres gains instead, by leaving one out at a time')
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
            [CompletionResult]::new('live', 'live', [CompletionResultType]::ParameterValue, 'Measure what live links send of temperatures within a bound')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;bench;live' {
            [CompletionResult]::new('--error', '--error', [CompletionResultType]::ParameterName, 'How far samples may be off, such as 0.5; may be given again')
            [CompletionResult]::new('--column', '--column', [CompletionResultType]::ParameterName, 'Only columns of this name or number; may be given again')
            [CompletionResult]::new('--heartbeat', '--heartbeat', [CompletionResultType]::ParameterName, 'Silent rows after which a heartbeat is sent')
            [CompletionResult]::new('--key-every', '--key-every', [CompletionResultType]::ParameterName, 'Rows after which a key is sent (0: only at the start)')
            [CompletionResult]::new('--fake-time', '--fake-time', [CompletionResultType]::ParameterName, 'Leave the machine out, so that reports can be compared')
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
            [CompletionResult]::new('live', 'live', [CompletionResultType]::ParameterValue, 'Measure what live links send of temperatures within a bound')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'qres;bench;help;live' {
            break
        }
        'qres;bench;help;help' {
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
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show what archives hold: columns, how they are coded, and what each costs')
            [CompletionResult]::new('cat', 'cat', [CompletionResultType]::ParameterValue, 'Print rows or columns of an archive without decoding the rest')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tell whether data is what qres is made for, and what it would gain')
            [CompletionResult]::new('gene', 'gene', [CompletionResultType]::ParameterValue, 'Learn from earlier data, so that short messages become small')
            [CompletionResult]::new('bench', 'bench', [CompletionResultType]::ParameterValue, 'Measure qres beside other codecs on your own data')
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
        'qres;help;inspect' {
            break
        }
        'qres;help;cat' {
            break
        }
        'qres;help;check' {
            break
        }
        'qres;help;gene' {
            [CompletionResult]::new('train', 'train', [CompletionResultType]::ParameterValue, 'Learn from tables and write a gene')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what genes hold and where they came from')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Make one gene of the linear neurons of several')
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
        'qres;help;bench' {
            [CompletionResult]::new('live', 'live', [CompletionResultType]::ParameterValue, 'Measure what live links send of temperatures within a bound')
            break
        }
        'qres;help;bench;live' {
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

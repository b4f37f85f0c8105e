/** What the commands say. `{name}` is filled in. */
export const en = {
  // Headings of a help, and what all of them have.
  "help.usage": "Usage:",
  "help.options": "Options:",
  "help.examples": "Examples:",
  "help.default": "(default {value})",
  "option.help": "show this, and stop",
  "option.version": "show the version, and stop",
  "option.salvage": "take what is readable of a damaged file",

  // flowtrace
  "flowtrace.usage": `flowtrace [options] -s <file> [arguments of the program]
flowtrace [options] <file> [arguments of the program]
flowtrace [options] -- <command> [arguments]`,
  "flowtrace.about": "Records every call of a Node.js program into a trace that is opened afterwards.",
  "flowtrace.notes":
    'Every option can also be set by a variable (FLOWTRACE_MAX_DEPTH=5), by a "flowtrace" key in package.json or in flowtrace.config.json. FLOWTRACE=0 turns FlowTrace off: the program runs as it is. In the source, /* flowtrace ignore next */ leaves a function out.',
  "flowtrace.examples": `flowtrace -s app.js
    record app.js into flowtrace.json
flowtrace -s app.js -o run.json --tier gold
    --tier gold goes to app.js
flowtrace app.js --verbose
    everything after app.js is the program's
flowtrace --exclude "src/vendor/**" -- npm test
    record what a command runs
flowtrace-visual -i flowtrace.json --open
    turn the trace into one HTML page, and open it
flowtrace-show flowtrace.json
    look at it in the terminal`,
  "group.files": "What is traced:",
  "group.values": "Values:",
  "group.memory": "Memory:",
  "group.secrets": "Secrets:",
  "group.limits": "Limits (0 is none):",
  "group.flushing": "What a kill loses:",
  "group.outside": "Processes and Node's own API:",
  "group.afterwards": "After the run:",
  "group.telling": "What it tells:",
  "option.script": "the program to trace; what FlowTrace does not know is passed on to it",
  "option.output": "where the trace goes; .gz compresses",
  "option.include": "trace these files too, node_modules included (repeatable)",
  "option.exclude": "leave these files out (repeatable)",
  "option.trace-any": "trace every file but Node's own",
  "option.skip-inputs": "do not record what calls are given",
  "option.skip-outputs": "do not record what calls return",
  "option.max-depth": "levels of a value that are opened",
  "option.max-items": "elements, entries or keys kept of a container",
  "option.max-values": "values kept of one call's inputs, or of its output, in all, at first",
  "option.max-string": "characters kept of a string",
  "option.with-memory": "memory before and after each call, and a CPU/RSS timeline",
  "option.no-memory": "no memory figures (the default); wins over --with-memory",
  "option.no-heap": "with --with-memory: the process's figures only, not the heap's",
  "option.redact": "one more key whose value is secret (repeatable)",
  "option.safe-key": "a key that is not secret, whatever its name (repeatable)",
  "option.no-redact": "keep secrets as they are",
  "option.max-calls": "record at most so many calls of a thread, count the rest; 0 sets no limit",
  "option.max-size": "journal at most so much, count the rest",
  "option.max-call-depth": "record calls nested up to so deep",
  "option.fold-after":
    "of more calls under one parent, record those that stand out, and count and time the rest",
  "option.max-overhead":
    "when recording takes more of the program's own time, only count the busiest functions",
  "option.flush-interval": "a kill loses at most so much; 0 is off",
  "option.flush-call-threshold": "flush after so many calls",
  "option.flush-every-call": "flush after each call: slow, loses nothing",
  "option.log-flushes": "a line on stderr for every flush",
  "option.no-children": "do not trace processes and threads that the program starts",
  "option.builtins": "record calls into Node's own API from packages too, by patching it",
  "option.no-builtins": "do not record calls into Node's own API (files, HTTP, …)",
  "option.html": "make the page of the trace too (default: beside the trace)",
  "option.open": "make the page and open it",
  "option.export-otlp-endpoint":
    "send the calls as OpenTelemetry spans after the run, to where flowtrace-export --endpoint would",
  "option.export-otlp-service": "the spans' service.name",
  "option.export-otlp-header": "a header of the requests that send them (repeatable)",
  "option.keep-journal": "keep the folder <output>.run with the raw journals",
  "option.verbose": "a line a second on stderr: calls, bytes, time since the last flush",
  "option.print-config": "print the options in force and where each comes from, and stop",

  // flowtrace-visual
  "visual.usage": "flowtrace-visual [-i] <trace.json[.gz]> [options]",
  "visual.about":
    "Turns a trace into one HTML page that opens from disk, offline, in English and Spanish. PyTraceFlow's files can be opened too.",
  "visual.examples": `flowtrace-visual -i flowtrace.json --open
flowtrace-visual -i run.json.gz -o report.html --lang es --theme light`,
  "visual.input": "the trace",
  "visual.output": "the page (default: beside the trace, with .html)",
  "visual.lang": "first language shown",
  "visual.theme": "colours of the page",
  "visual.title": "title of the page",
  "visual.filter": "only calls that match, and those above them: fn:checkout dur>10ms error:*",
  "visual.no-sources": "leave the traced files' text out of the page",
  "visual.open": "open the page when it is written",

  // flowtrace-show
  "show.usage": "flowtrace-show [-i] <trace.json[.gz]> [options]",
  "show.about":
    "Shows a trace in the terminal: how it ended, the failing path with its values, the calls, the slowest functions.",
  "show.examples": `flowtrace-show flowtrace.json
flowtrace-show --filter "fn:checkout dur>10ms"
flowtrace-show --call 42`,
  "show.input": "the trace",
  "show.depth": "levels of the tree",
  "show.filter": "only calls that match, as in the page: fn:checkout dur>10ms error:*",
  "show.min-duration": "only calls that took at least so long",
  "show.errors": "only calls that failed",
  "show.call": "one call with all its values, by the # of the tree",
  "show.top": "so many of the slowest functions",
  "show.lang": "language (default: from LC_ALL, LC_MESSAGES, LANG)",
  "show.json": "the same facts for scripts, with the calls asked for in full",

  // flowtrace-export
  "export.usage": `flowtrace-export [-i] <trace.json[.gz]> --endpoint <url|name> [options]
flowtrace-export [-i] <trace.json[.gz]> --format <name> -o <file> [options]`,
  "export.about": "Replays a trace as OpenTelemetry spans, or writes it as another tool's file.",
  "export.examples": `flowtrace-export -i flowtrace.json --endpoint jaeger
flowtrace-export --format speedscope -o flowtrace.speedscope.json
flowtrace-export --format csv -o - | head`,
  "export.input": "the trace",
  "export.endpoint":
    "where spans go: {endpoints}, or a URL (default: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT)",
  "export.service": "service.name (default: OTEL_SERVICE_NAME, else the script's name)",
  "export.header": "a header of the requests (repeatable)",
  "export.protocol": "http/protobuf (default) or http/json",
  "export.compression": "none (default) or gzip",
  "export.format": "{formats}",
  "export.output": "the file of --format; - is the standard output",
  "export.min-duration": "only calls that took at least so long",
  "export.max-depth": "only calls nested up to so deep",
  "export.max-spans": "at most so many: the longest",
  "export.filter": "only calls that match, as in the page",

  // flowtrace-recover
  "recover.usage": "flowtrace-recover [options] [flowtrace.json | flowtrace.json.run]",
  "recover.about":
    "Rebuilds the trace of a run that was killed, its flowtrace process too, from the journals in <output>.run.",
  "recover.output": "where the trace goes (default: where the run would have put it)",
  "recover.keep-journal": "keep the journals afterwards",

  // Wrong use
  "usage.no-program":
    "no program given: flowtrace app.js records app.js, flowtrace -- npm test what a command runs. flowtrace --help lists the options.",
  "usage.no-command": "no command stands after --: flowtrace -- npm test",
  "usage.unknown": "unknown option {option}.",
  "usage.near": " Did you mean {option}?",
  "usage.after-script": " Options of the program go after -s <file>.",
  "usage.see-help": " {command} --help lists the options.",
  "usage.before-script": '"{argument}" stands before -s: what is the program\'s goes after it.',
  "usage.flag-value": '{option} is a switch and takes no value (got "{text}").',
  "usage.needs-value": "{option} needs a value: {option} <{value}>.",
  "usage.script-twice": "-s was given twice: {first} and {second}.",
  "usage.too-many": '"{argument}" is one argument too many.',
  "usage.value": "{option} is {text}, expected {expected}.",
  "usage.choices": "{first} or {last}",
  "usage.no-option": '{path}: "{key}" is no option of FlowTrace.',
  "usage.no-object": "{path}: expected an object of options.",
  "usage.unreadable": "{path} cannot be read: {reason}",
  "usage.filter": "--filter: {reason}, at character {position}.",
  "usage.nowhere": "nowhere to send to: give --endpoint <url|name> or --format <name> -o <file>.",
  "usage.both": "--endpoint and --format cannot go together: give one after the other.",
  "usage.format-file": "--format needs a file: -o <file>, or -o - for the standard output.",
  "usage.onto-trace": "-o {path} is the trace itself: name another file.",
  "usage.onto-file":
    "-o {path} is there already and is no trace: it is left alone. Name another file, or remove it.",
  "usage.no-call": "there is no call #{call}: they go from #0 to #{last}.",
  "usage.other-run":
    "{path} is the trace of another run, which would be lost: name another file with -o <file>.",
  "expected.number": "a number",
  "expected.not-negative": "a number from 0 up",
  "expected.flag": "true or false",
  "expected.list": "a list of texts",
  "expected.text": "a text",

  // What is said of a run
  "run.passed-on": "{argument} is passed to the script; if you meant {near}, that is FlowTrace's.",
  "run.unknown-variable": "{variable} is no variable of FlowTrace; did you mean {near}?",
  "run.killed-before": "A run before this one was killed; its calls are still in {run}: {command}",
  "run.writing": "The program has ended; its trace is being written",
  "run.finished": "Profiling finished in {time} (script={script})",
  "run.exit": "Ended with exit code {code}",
  "run.signal": "Ended by {signal}",
  "run.error": "{end}: {error}",
  "run.error-in": "{end}: {error}, in {place}",
  "run.failed-in": "Failed: {error}, in {place}",
  "run.handled-in": "{end}; the last error, which was handled: {error}, in {place}",
  "run.calls": "{count} calls",
  "run.call": "1 call",
  "run.files": "{count} files",
  "run.file": "1 file",
  "run.tests": "{count} tests",
  "run.test": "1 test",
  "run.failed": "{count} failed",
  "run.threads": "{count} processes and threads",
  "run.unhandled": "{count} unhandled errors",
  "run.one-unhandled": "1 unhandled error",
  "run.handled": "{count} errors that were handled",
  "run.one-handled": "1 error that was handled",
  "run.cost": "; tracing them cost about {time}",
  "run.note": "Note: {message}",
  "run.nothing":
    'No file in {root} was recorded. Others are with --include "**/node_modules/<package>/**", and what tests in jest and vitest call is with a line in their configuration: see the README.',
  "run.no-function": "No function was called in the files of {root}.",
  "run.is-command": "{name} is a command, not a script: flowtrace -- {command}",
  "run.trace": "Trace: {path} ({size})",
  "run.page": "Page: {path}",
  "run.page-in": "Page: {path} ({size}, {time})",
  "run.open": "Open it with: {visual}, or here: {show}",
  "run.open-yourself": "Open it yourself: {path}",
  "run.recovered": "Recovered {calls}",
  "run.recorded": "Recorded {calls}",
  "run.written": "Written: {path} ({size})",
  "run.written-remark": "Written: {path} ({size}): {remark}",
  "run.killed-process": "a process was killed before its trace was written. Recover it with: {command}",
  "run.killed-more": " (and {count} more in that folder)",

  // What is said of spans
  "spans.progress": "{bar} {done} of {total} spans",
  "spans.unreachable": "{reason} Is the receiver running, and is this its address for traces?",
  "spans.accepted": "{accepted} spans accepted by {url}, {refused} not, in {time}",
  "spans.one-accepted": "1 span accepted by {url}, {refused} not, in {time}",
  "spans.remark": "The receiver remarks: {reason}",
  "spans.refused": "{count} refused",
  "spans.undelivered": "{count} not delivered",
  "spans.unsent": "{count} not sent any more",
  "spans.not-accepted": "Not accepted: {fates}: {reason}.",
  "spans.no-reason": "no reason given",

  // Progress, on a terminal
  "progress.reading": "reading {percent} %",

  fault: "this is a fault of FlowTrace's own, please report it:",
} as const;

export type MessageKey = keyof typeof en;
export type Messages = Record<MessageKey, string>;

// Where the command line starts: runs the program and turns its end into an exit code. 0: done;
// 1: it failed, or found something wrong; 2: it was asked wrongly; 130: stopped by a signal.

import { setFlagsFromString } from 'node:v8';
import { CommanderError } from 'commander';
import { CommandFailure, UsageError } from './failure.ts';
import { buildProgram } from './program.ts';

// bin/holdfast sets it for this thread, whose heap is made. Standing on, it would win over the bound of
// each later thread (src/engines/sqlite/thread.ts), and they would take 80 MB more.
setFlagsFromString('--max-semi-space-size=0');

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  // What it has opened by then must not keep it: whoever supervises it waits for its end.
  process.exit(exitCodeOf(error));
}

function exitCodeOf(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    process.stderr.write(`holdfast: ${error.message}\n`);
    return 2;
  }
  if (error instanceof CommandFailure) {
    if (error.message !== '') process.stderr.write(`holdfast: ${error.message}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`holdfast: unexpected failure\n${text}\n`);
  return 1;
}

// The commands in the documentation that its test does not run as they stand, and what it does
// instead. Everything else is run.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/test-files.ts';
import { textOf } from '../tidy/project-files.ts';

/** Servers: started, asked whether they are ready, and stopped. */
export const SERVES = /^(npm start|npm run dev|(bin\/holdfast|npx holdfast) (serve|demo)\b.*)$/;

/** Installing needs the network and is what everything here stands on. */
const INSTALLS = /^(npm ci|npm install( .*)?|git clone .*|cd holdfast)$/;

/** A whole test run, or a line marked `# long`: hours, or this very test. */
const LONG = /^(npm test\b.*|npm run \w+|.*# long)$/;

export interface Command {
  /** The line as the page has it. */
  line: string;
  does: 'runs' | 'serves' | 'is looked at';
}

/** A line of a shell block, and what the test does with it. */
export function sorted(line: string): Command {
  const text = line.trim();
  if (SERVES.test(text)) return { line, does: 'serves' };
  if (INSTALLS.test(text) || LONG.test(text)) return { line, does: 'is looked at' };
  return { line, does: 'runs' };
}

/** What is wrong with a command that is not run: a script or a file that does not exist. */
export function wrongWith(line: string): string | undefined {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const script = /^npm (?:run )?(\w+)/.exec(line.trim())?.[1];
  if (script !== undefined && !['ci', 'install'].includes(script) && !(script in scripts)) {
    return `package.json has no script ${script}`;
  }
  for (const [path] of line.matchAll(/\b(src|test|bin|data|bench|load)\/[\w./-]+/g)) {
    if (!existsSync(join(ROOT, path))) return `there is no ${path}`;
  }
  return undefined;
}

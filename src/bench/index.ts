// The benchmarks by name. Each prints its figures with the yardstick measured in the same run.

import { benchCore } from './core.ts';
import { printFigure } from './figure.ts';

export interface BenchOptions {
  quick: boolean;
  json: boolean;
}

/** Runs benchmarks; 0 when every unit was conserved, 1 otherwise, 2 for an unknown name. */
export async function runBench(names: readonly string[], options: BenchOptions): Promise<number> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  let code = 0;
  for (const name of names) {
    const [group, ...rest] = name.split('.');
    if (group !== 'core') {
      say(
        `no benchmark is called "${name}"; there is: core, core.reserve, core.reserve.hot, core.cycle`,
      );
      return 2;
    }
    const only = rest.length > 0 ? name : undefined;
    for (const figure of await benchCore({ quick: options.quick, only }, say)) {
      printFigure(figure, options.json);
      if (!figure.conserved) code = 1;
    }
  }
  return code;
}

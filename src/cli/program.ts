// The program as a whole: its name, its commands in the order in which one meets them, and how it
// answers a wrong one. What each command does is in the file of its name.

import { Command } from 'commander';
import { archiveCommand } from './archive.ts';
import { backupCommand } from './backup.ts';
import { benchCommand } from './bench.ts';
import { demoCommand } from './demo.ts';
import { eventsCommand } from './events.ts';
import { exportCommand } from './export.ts';
import { keysCommand } from './keys.ts';
import { nodeCommand } from './node.ts';
import { packageVersion } from './package-root.ts';
import { paymentSimulatorCommand } from './payment-simulator.ts';
import { rebuildCommand } from './rebuild.ts';
import { reconcileCommand } from './reconcile.ts';
import { replayCommand } from './replay.ts';
import { restoreCommand } from './restore.ts';
import { serveCommand } from './serve.ts';
import { verifyCommand } from './verify.ts';
import { vouchersCommand } from './vouchers.ts';

const EXAMPLES = `
Examples:
  holdfast demo                        a page and a month of sample orders on port 8080
  holdfast serve --engine sqlite:shop.db
  holdfast replay orders.csv.gz --stock 60%
  holdfast verify --engine sqlite:shop.db

"holdfast help COMMAND" says more about each.`;

export function buildProgram(): Command {
  const program = new Command('holdfast')
    .description('Stock reservation: each unit sold exactly once, what is not paid for comes back.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .enablePositionalOptions()
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', EXAMPLES);
  const commands = [
    serveCommand(),
    demoCommand(),
    nodeCommand(),
    replayCommand(),
    verifyCommand(),
    exportCommand(),
    eventsCommand(),
    reconcileCommand(),
    vouchersCommand(),
    backupCommand(),
    restoreCommand(),
    rebuildCommand(),
    archiveCommand(),
    keysCommand(),
    paymentSimulatorCommand(),
    benchCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  for (const each of [program, ...commands, ...commands.flatMap(({ commands }) => commands)]) {
    each.exitOverride().helpOption('-h, --help', 'show help').configureHelp({ sortOptions: true });
    each.showHelpAfterError(`Try "${nameOf(each)} --help".`);
  }
  return program;
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

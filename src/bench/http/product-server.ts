// The product as a process of its own, started as its users start it: `holdfast serve` on a file or on the
// store that is named, any free port, loopback without keys. Stops it gently, so that the store can be read afterwards.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { servedAddress } from './served-address.ts';

export interface ProductServer {
  url: string;
  port: number;
  pid: number;
  /** The file, to be read once the server has stopped. */
  path: string;
  stop(): Promise<void>;
}

export interface StartProduct {
  /** The program `holdfast`. */
  program: string;
  directory: string;
  /** The address of its store, unless that is the file. */
  engine?: string;
  /** Of what remembers a store in Redis. */
  record?: string;
  /** Further words for `holdfast serve`. */
  more?: readonly string[];
  /** Further variables of its environment: secrets, which no command line should have. */
  env?: NodeJS.ProcessEnv;
}

/** With HOLDFAST_BENCH_PROFILE, the folder that the server's processor profiles go to. */
function environment(): NodeJS.ProcessEnv {
  const { HOLDFAST_BENCH_PROFILE: folder, HOLDFAST_KEYS: _, NODE_OPTIONS, ...rest } = process.env;
  const profile = folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  const options = [NODE_OPTIONS, ...profile].filter(Boolean).join(' ');
  return { ...rest, HOLDFAST_NODE: process.execPath, NODE_OPTIONS: options };
}

/** @throws Error when it ends before it serves. */
export async function startProduct(start: StartProduct): Promise<ProductServer> {
  const { program, directory } = start;
  const path = join(directory, 'stock.db');
  const { engine = `sqlite:${path}`, record, more = [], env = {} } = start;
  const options = ['--engine', engine, '--port', '0', '--log-level', 'error', '--json', ...more];
  if (record !== undefined) options.push('--record', record);
  const child = spawn(program, ['serve', ...options], {
    cwd: directory,
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit');
  const url = await Promise.race([
    servedAddress(child.stdout),
    exited.then(() => Promise.reject(new Error(`${program} serve ended before it served`))),
  ]);
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    process.removeListener('exit', kill);
  };
  return { url, port: Number(new URL(url).port), pid: child.pid!, path, stop };
}

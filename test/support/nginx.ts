// A real nginx with the configuration that is shipped, before a server of a test: the shipped files in a temporary
// folder, on a free port of the loopback, under a process of its own. Changes of them what an operator changes, and
// fails where that is not there to be changed.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastingPort } from './free-port.ts';
import { missing, programOf } from './needs.ts';
import { atProcessEnd } from './postgres/server.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { ROOT } from './test-files.ts';

const READY_MAX_MS = 60_000;
const POLL_MS = 20;
const STOP_MAX_MS = 60_000;
/** Part of every Debian; ends the server even where this process is killed. */
const SETPRIV = '/usr/bin/setpriv';
/** With it a test says from which address a request comes. */
export const ADDRESS_HEADER = 'X-Test-Address';

/** What an operator writes instead of what a file says, by the file's name. */
export type Changes = Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;

/** What everything else stands in. */
const MAIN = `daemon off;
pid nginx.pid;
worker_processes 2;
error_log error.log warn;
events { worker_connections 4096; }
http {
    access_log off;
    client_body_temp_path temporary-body;
    proxy_temp_path temporary-proxy;
    fastcgi_temp_path temporary-fastcgi;
    uwsgi_temp_path temporary-uwsgi;
    scgi_temp_path temporary-scgi;
    include conf.d/holdfast.conf;
}
`;

/** Why a test that needs it is skipped; undefined when it is there, or CI forbids skipping. */
export function nginxMissing(): string | undefined {
  return missing('nginx');
}

export class Nginx {
  readonly url: string;
  readonly port: number;
  readonly #folder = temporaryFolder('nginx');
  readonly #forget: () => void;
  #child: ChildProcess | undefined;

  private constructor(port: number, server: string, changes: Changes) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#forget = atProcessEnd(() => void this.#child?.kill('SIGTERM'));
    this.#layOut({
      'holdfast.conf': [],
      'holdfast/place.conf': [
        ['127.0.0.1:8080', new URL(server).host],
        ['/var/cache/holdfast', join(this.#folder, 'cache')],
      ],
      'holdfast/listen.conf': [
        ['listen 80;', `listen 127.0.0.1:${port};`],
        ['# set_real_ip_from 198.51.100.0/24;', 'set_real_ip_from 127.0.0.1;'],
        ['# real_ip_header X-Forwarded-For;', `real_ip_header ${ADDRESS_HEADER};`],
      ],
    });
    this.#layOut(changes);
  }

  /** Before the server at an address. Call `remove` when done. */
  static async start(server: string, changes: Changes = {}): Promise<Nginx> {
    const nginx = new Nginx(await lastingPort(), server, changes);
    try {
      await nginx.#start();
    } catch (error) {
      await nginx.remove();
      throw error;
    }
    return nginx;
  }

  /** What `nginx -t` says of its configuration. */
  check(): { status: number | null; said: string } {
    const { status, stderr } = spawnSync(programOf('nginx')!, [...this.#arguments, '-t'], {
      encoding: 'utf8',
    });
    return { status, said: stderr };
  }

  log(): string {
    const path = join(this.#folder, 'error.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  async remove(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      child.ref();
      const exited = once(child, 'exit', { signal: AbortSignal.timeout(STOP_MAX_MS) });
      child.kill('SIGTERM');
      await exited;
    }
    this.#forget();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #arguments(): string[] {
    return ['-p', this.#folder, '-c', 'nginx.conf', '-e', 'error.log'];
  }

  #layOut(changes: Changes): void {
    const conf = join(this.#folder, 'conf.d');
    if (!existsSync(conf)) {
      mkdirSync(conf);
      const shipped = join(ROOT, 'deploy/nginx');
      cpSync(join(shipped, 'holdfast.conf'), join(conf, 'holdfast.conf'));
      cpSync(join(shipped, 'holdfast'), join(this.#folder, 'holdfast'), { recursive: true });
      // Started by root its workers would be somebody else, who may not look into this folder.
      const user = process.getuid?.() === 0 ? 'user root;\n' : '';
      writeFileSync(join(this.#folder, 'nginx.conf'), user + MAIN);
    }
    for (const [name, replaced] of Object.entries(changes)) {
      const path = join(name.includes('/') ? this.#folder : conf, name);
      let text = readFileSync(path, 'utf8');
      for (const [from, to] of replaced) {
        if (!text.includes(from)) throw new Error(`${name} does not say ${from}`);
        text = text.replace(from, () => to);
      }
      writeFileSync(path, text);
    }
  }

  async #start(): Promise<void> {
    const command = [programOf('nginx')!, ...this.#arguments];
    if (existsSync(SETPRIV)) command.unshift(SETPRIV, '--pdeathsig', 'TERM');
    const [program, ...args] = command;
    const child = spawn(program!, args, { stdio: 'ignore', cwd: '/' });
    child.unref();
    this.#child = child;
    const startMs = performance.now();
    while (child.exitCode === null && performance.now() - startMs < READY_MAX_MS) {
      if (await this.#listens()) return;
      await delay(POLL_MS);
    }
    throw new Error(`nginx did not start:\n${this.log()}${this.check().said}`);
  }

  async #listens(): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1');
    const listens = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return listens;
  }
}

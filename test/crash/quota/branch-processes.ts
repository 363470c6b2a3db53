// A centre and two nodes as processes of their own, each node on a line that can be cut; and every way
// in which one of them goes away and comes back. Judges nothing.

import { join } from 'node:path';
import { fastFolder } from '../../support/fast-folder.ts';
import { SERVE, ServerProcess, verifyFiles } from '../server-process.ts';
import { Link } from './link.ts';

const READY_MAX_MS = 60_000;
export const NODES = 2;
export const POOLS = ['tea', 'cup'];
export const LEASE_MS = 1_500;
const SHARE = 15;
/** The second one keeps a file of its own. */
const WITH_STORE = 1;

export class BranchProcesses {
  centre!: ServerProcess;
  readonly nodes: (ServerProcess | undefined)[] = [];
  readonly links: Link[] = [];
  readonly #folder = fastFolder('quota');

  static async start(): Promise<BranchProcesses> {
    const all = new BranchProcesses();
    for (let index = 0; index < NODES; index += 1) all.links.push(await Link.open());
    await all.startCentre();
    return all;
  }

  async startCentre(): Promise<void> {
    const program = [...SERVE, '--shed-after-ms', '60000'];
    this.centre = await ServerProcess.start({ program, env: this.#environment() });
    await ready(this.centre, 'the centre');
    for (const link of this.links) link.targetPort = this.centre.port;
  }

  async startNode(index: number): Promise<void> {
    const store = index === WITH_STORE ? ['--store', join(this.#folder, 'node.db')] : [];
    const share = ['--pools', POOLS.join(), '--share', String(SHARE)];
    const program = [
      SERVE[0]!,
      'node',
      ...['--centre', `http://127.0.0.1:${this.links[index]!.port}`, '--name', `node-${index}`],
      ...[...share, '--lease-for', `${LEASE_MS}ms`, '--log-level', 'error', ...store],
    ];
    const node = await ServerProcess.start({ program, env: {} });
    this.nodes[index] = node;
    await ready(node, `node ${index}`);
  }

  /** `kill -9`; its file stays. */
  async killNode(index: number): Promise<void> {
    await this.nodes[index]?.kill();
    this.nodes[index] = undefined;
  }

  async stopNode(index: number): Promise<void> {
    await this.nodes[index]?.stop();
    this.nodes[index] = undefined;
  }

  /** Ends the centre and looks at its files. */
  async verify(): Promise<string | undefined> {
    await this.centre.stop();
    return verifyFiles(this.#environment());
  }

  async end(): Promise<void> {
    for (let index = 0; index < NODES; index += 1) await this.killNode(index);
    if (this.centre.running) await this.centre.kill();
    for (const link of this.links) link.close();
  }

  #environment(): Record<string, string> {
    return { HOLDFAST_ENGINE: `sqlite:${join(this.#folder, 'centre.db')}` };
  }
}

async function ready(server: ServerProcess, name: string): Promise<void> {
  if ((await server.ready(READY_MAX_MS)) !== undefined) return;
  throw new Error(`${name} did not become ready: ${server.stderr}`);
}

// A PostgreSQL server in a container of docker, on a port of the loopback. Its data is the
// container's own and goes with it.

import { lastingPort } from '../free-port.ts';
import { docker, dockerLogs } from './docker.ts';
import {
  addressOn,
  atProcessEnd,
  type PostgresServer,
  type Settings,
  settingArguments,
  untilReady,
} from './server.ts';

const STOP_MAX_MS = 60_000;
const RUN_MAX_MS = 120_000;

export class ContainerServer implements PostgresServer {
  readonly address: string;
  readonly #id: string;
  readonly #forget: () => void;

  private constructor(id: string, port: number) {
    this.#id = id;
    this.address = addressOn(port);
    this.#forget = atProcessEnd(() => docker(['rm', '--force', '--volumes', id]));
  }

  static async start(image: string, settings: Settings): Promise<ContainerServer> {
    const port = await lastingPort();
    const options = ['--publish', `127.0.0.1:${port}:5432`, '--label', 'holdfast-test'];
    const access = ['--env', 'POSTGRES_HOST_AUTH_METHOD=trust'];
    const command = [image, ...settingArguments(settings)];
    const id = docker(['run', '--detach', ...options, ...access, ...command], RUN_MAX_MS)?.trim();
    if (!id) throw new Error(`docker run ${image} failed`);
    const server = new ContainerServer(id, port);
    await server.#ready();
    return server;
  }

  /** The signals are the server's own: it is the container's first process. */
  async stop(how: 'fast' | 'immediate'): Promise<void> {
    this.#must(['kill', '--signal', how === 'fast' ? 'INT' : 'QUIT', this.#id]);
    this.#must(['wait', this.#id]);
  }

  async kill(): Promise<void> {
    this.#must(['kill', this.#id]);
    this.#must(['wait', this.#id]);
  }

  async restart(): Promise<void> {
    if (this.#running()) throw new Error('PostgreSQL runs already');
    this.#must(['start', this.#id]);
    await this.#ready();
  }

  log(): string {
    return dockerLogs(this.#id);
  }

  async remove(): Promise<void> {
    this.#forget();
    docker(['rm', '--force', '--volumes', this.#id]);
  }

  async #ready(): Promise<void> {
    if (await untilReady(this.address, () => !this.#running())) return;
    const log = this.log();
    await this.remove();
    throw new Error(`PostgreSQL in docker did not start:\n${log}`);
  }

  #running(): boolean {
    return docker(['inspect', '--format', '{{.State.Running}}', this.#id])?.trim() === 'true';
  }

  #must(args: readonly string[]): void {
    if (docker(args, STOP_MAX_MS) === undefined) throw new Error(`docker ${args[0]} failed`);
  }
}

// A Redis in a container of docker, on a port of the loopback. Its data is the container's own and goes with
// it.

import { lastingPort } from '../free-port.ts';
import { docker, dockerLogs } from '../postgres/docker.ts';
import { atProcessEnd } from '../postgres/server.ts';
import { type RedisServer, type RedisSettings, settingArguments, untilReady } from './server.ts';

const STOP_MAX_MS = 60_000;
const RUN_MAX_MS = 120_000;

export class RedisContainer implements RedisServer {
  readonly address: string;
  readonly #id: string;
  readonly #forget: () => void;

  private constructor(id: string, port: number) {
    this.#id = id;
    this.address = `redis://127.0.0.1:${port}`;
    this.#forget = atProcessEnd(() => docker(['rm', '--force', '--volumes', id]));
  }

  static async start(image: string, settings: RedisSettings): Promise<RedisContainer> {
    const port = await lastingPort();
    const options = ['--publish', `127.0.0.1:${port}:6379`, '--label', 'holdfast-test'];
    const command = [image, 'redis-server', ...settingArguments(settings)];
    const id = docker(['run', '--detach', ...options, ...command], RUN_MAX_MS)?.trim();
    if (!id) throw new Error(`docker run ${image} failed`);
    const server = new RedisContainer(id, port);
    await server.#ready();
    return server;
  }

  async stop(): Promise<void> {
    this.#must(['stop', this.#id]);
  }

  async kill(): Promise<void> {
    this.#must(['kill', this.#id]);
    this.#must(['wait', this.#id]);
  }

  pause(): void {
    this.#must(['pause', this.#id]);
  }

  resume(): void {
    this.#must(['unpause', this.#id]);
  }

  async restart(): Promise<void> {
    if (this.#running()) throw new Error('Redis runs already');
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
    throw new Error(`Redis in docker did not start:\n${log}`);
  }

  #running(): boolean {
    return docker(['inspect', '--format', '{{.State.Running}}', this.#id])?.trim() === 'true';
  }

  #must(args: readonly string[]): void {
    if (docker(args, STOP_MAX_MS) === undefined) throw new Error(`docker ${args[0]} failed`);
  }
}

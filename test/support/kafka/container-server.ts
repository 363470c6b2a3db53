// A Kafka broker in a container of docker, on a port of the loopback. Its data is the container's own and
// goes with it.

import { lastingPort } from '../free-port.ts';
import { docker, dockerLogs } from '../postgres/docker.ts';
import { atProcessEnd } from '../postgres/server.ts';
import { KAFKA_SETTINGS, type KafkaServer, untilKafkaReady } from './server.ts';

const STOP_MAX_MS = 60_000;
const RUN_MAX_MS = 120_000;

export class ContainerKafka implements KafkaServer {
  readonly address: string;
  readonly #id: string;
  readonly #forget: () => void;

  private constructor(id: string, port: number) {
    this.#id = id;
    this.address = `127.0.0.1:${port}`;
    this.#forget = atProcessEnd(() => docker(['rm', '--force', '--volumes', id]));
  }

  static async start(image: string): Promise<ContainerKafka> {
    const port = await lastingPort();
    const options = ['--publish', `127.0.0.1:${port}:9092`, '--label', 'holdfast-test'];
    const settings = {
      ...KAFKA_SETTINGS,
      listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
      'controller.quorum.voters': '1@localhost:9093',
    };
    const env = Object.entries(settings).flatMap(([name, value]) => [
      '--env',
      `KAFKA_${name.toUpperCase().replaceAll('.', '_')}=${value}`,
    ]);
    const heap = ['--env', 'KAFKA_HEAP_OPTS=-Xms64m -Xmx256m'];
    const id = docker(['run', '--detach', ...options, ...env, ...heap, image], RUN_MAX_MS)?.trim();
    if (!id) throw new Error(`docker run ${image} failed`);
    const server = new ContainerKafka(id, port);
    await server.#ready();
    return server;
  }

  /** The signals are the broker's own: it is the container's first process. */
  async stop(): Promise<void> {
    this.#must(['kill', '--signal', 'TERM', this.#id]);
    this.#must(['wait', this.#id]);
  }

  async kill(): Promise<void> {
    this.#must(['kill', this.#id]);
    this.#must(['wait', this.#id]);
  }

  pause(): void {
    this.#must(['pause', this.#id]);
  }

  goOn(): void {
    this.#must(['unpause', this.#id]);
  }

  async restart(): Promise<void> {
    if (this.#running()) throw new Error('Kafka runs already');
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
    if (await untilKafkaReady(this.address, () => !this.#running())) return;
    const log = this.log();
    await this.remove();
    throw new Error(`Kafka in docker did not start:\n${log}`);
  }

  #running(): boolean {
    return docker(['inspect', '--format', '{{.State.Running}}', this.#id])?.trim() === 'true';
  }

  #must(args: readonly string[]): void {
    if (docker(args, STOP_MAX_MS) === undefined) throw new Error(`docker ${args[0]} failed`);
  }
}

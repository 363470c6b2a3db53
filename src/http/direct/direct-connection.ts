// One connection on the direct way: takes plain requests for direct routes one after another, and gives
// itself up to Node's HTTP server, with the bytes that it could not take, at the first other one. Knows
// no route and no rule.

import type { Socket } from 'node:net';
import type { TrustedProxies } from '../../admission/trusted-proxies.ts';
import type { OpenConnection } from '../connections.ts';
import type { Answering } from '../exchange.ts';
import type { ReplyTo } from './direct-reply.ts';
import type { CameFrom } from './direct-request.ts';
import type { DirectWay } from './direct-way.ts';
import { readPlainMessage } from './plain-message.ts';

export class DirectConnection implements ReplyTo, CameFrom {
  readonly #socket: Socket;
  readonly #way: DirectWay;
  readonly #open: OpenConnection;
  #underWay = false;
  #hasEnded = false;
  /** Its reader is slower than its answers. */
  #isBlocked = false;
  /** When it came, or was last answered. */
  #idleSinceMs = performance.now();
  #hasAsked = false;

  constructor(way: DirectWay, open: OpenConnection) {
    this.#way = way;
    this.#open = open;
    this.#socket = open.socket;
    this.#socket.on('data', this.#onData).on('end', this.#onEnd);
    this.#socket.on('close', this.#onClose).on('error', ignore);
  }

  get keepAliveS(): number {
    return this.#way.keepAliveS;
  }

  /** For how long it has asked nothing, and whether it ever did. */
  idle(nowMs: number): { idleMs: number; hasAsked: boolean } {
    const idleMs = this.#underWay ? 0 : nowMs - this.#idleSinceMs;
    return { idleMs, hasAsked: this.#hasAsked };
  }

  get proxies(): TrustedProxies {
    return this.#way.proxies;
  }

  get socket(): Socket {
    return this.#socket;
  }

  write(text: string, encoding: BufferEncoding): void {
    // A connection that was cut has ended its request already.
    if (!this.#underWay) return;
    this.#underWay = false;
    this.#idleSinceMs = performance.now();
    const isTaken = this.#socket.write(text, encoding);
    this.#way.connections.ended(this.#open);
    if (!isTaken) {
      // Whoever asks without reading the answers waits.
      this.#isBlocked = true;
      this.#socket.pause().once('drain', this.#onDrain);
    } else if (this.#hasEnded || this.#socket.isPaused()) setImmediate(this.#goOn);
  }

  fail(error: unknown, reply: Answering): void {
    this.#way.fail(error, reply);
  }

  readonly #onData = (bytes: Buffer): void => {
    if (this.#underWay || this.#isBlocked) this.#keep(bytes);
    else this.#take(bytes);
  };

  /** For later: answers come in the order of their requests, and the end behind what is kept. */
  #keep(bytes: Buffer): void {
    this.#socket.pause().unshift(bytes);
  }

  readonly #onDrain = (): void => {
    this.#isBlocked = false;
    this.#goOn();
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    if (!this.#underWay) this.#socket.end();
  };

  readonly #onClose = (): void => {
    this.#way.forget(this);
    if (!this.#underWay) return;
    this.#underWay = false;
    this.#way.connections.ended(this.#open);
  };

  #take(bytes: Buffer): void {
    const { headMaxBytes, connections } = this.#way;
    const message = readPlainMessage(bytes, headMaxBytes);
    const route = message && this.#way.routeOf(message);
    if (route === undefined) {
      this.#giveUp(bytes);
      return;
    }
    this.#hasAsked = true;
    this.#underWay = true;
    connections.began(this.#open);
    if (this.#way.carry(route, message!, this)) {
      if (message!.rest === undefined) return;
      this.#keep(message!.rest);
      if (!this.#underWay) setImmediate(this.#goOn);
      return;
    }
    this.#underWay = false;
    connections.ended(this.#open);
    this.#giveUp(bytes);
  }

  /** Goes on with what came meanwhile. */
  readonly #goOn = (): void => {
    if (this.#underWay || this.#isBlocked || this.#socket.destroyed) return;
    if (this.#hasEnded) this.#socket.end();
    else if (this.#socket.isPaused()) this.#socket.resume();
  };

  #giveUp(bytes: Buffer): void {
    const socket = this.#socket;
    socket.off('data', this.#onData).off('end', this.#onEnd);
    socket.off('close', this.#onClose).off('error', ignore);
    this.#way.forget(this);
    socket.unshift(bytes);
    this.#way.giveToFramework(socket);
  }
}

function ignore(): void {}

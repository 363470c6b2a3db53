// Turns requests away while too many are in hand, the processor is late or memory is short, those that settle something later than those
// that begin something. Health stays answered. Must not look at what a request says beyond its address.

import { sendProblem } from './answer.ts';
import type { HeapRoom } from './heap-room.ts';
import type { LoopDelay } from './loop-delay.ts';
import { type RequestCheck, stopped } from './request-checks.ts';

/** They free units or finish a sale: turning them away would make the crowd last longer. */
const SETTLING =
  /^\/v1\/(reservations\/:reservation\/(confirm|cancel)|orders\/:order\/(cancel|paid|payments))$/;
const SETTLING_SHARE = 1.25;

export interface Overload {
  inFlightMax: number;
  /** Requests in hand, without live feeds. */
  inFlight(): number;
}

export function turnAwayOverload({ inFlightMax, inFlight }: Overload): RequestCheck {
  return (request, reply) => {
    const count = inFlight();
    if (count <= inFlightMax) return true;
    const { config, url = '' } = request.routeOptions;
    if (config.access === 'open') return true;
    if (SETTLING.test(url) && count <= inFlightMax * SETTLING_SHARE) return true;
    return stopped(sendProblem(reply, 'overloaded', { inFlightMax }));
  };
}

export interface LateLoop {
  /** Beyond it nothing is begun any more, and beyond twice of it nothing is taken at all. */
  loopDelayMaxMs: number;
  loop: LoopDelay;
}

/** Before whoever is let in waits longer for the processor than for anything else. */
export function turnAwayLate({ loopDelayMaxMs, loop }: LateLoop): RequestCheck {
  return (request, reply) => {
    const { ms } = loop;
    if (ms <= loopDelayMaxMs) return true;
    const { config, url = '' } = request.routeOptions;
    if (config.access === 'open') return true;
    if (SETTLING.test(url) && ms <= 2 * loopDelayMaxMs) return true;
    return stopped(sendProblem(reply, 'overloaded', { reason: 'processor' }));
  };
}

/** Shares of the heap's limit from which nothing is begun any more, and from which nothing is taken at all. */
const HEAP_BEGIN_MAX = 0.85;
const HEAP_SETTLE_MAX = 0.95;

export function isShortOfMemory({ usedShare }: HeapRoom): boolean {
  return usedShare >= HEAP_BEGIN_MAX;
}

/** Before V8 ends the process, and with it all that it has in hand. */
export function turnAwayShortOfMemory(heap: HeapRoom): RequestCheck {
  return (request, reply) => {
    if (!isShortOfMemory(heap)) return true;
    const { config, url = '' } = request.routeOptions;
    if (config.access === 'open') return true;
    const adds = request.method !== 'GET' && !SETTLING.test(url);
    if (!adds && heap.usedShare < HEAP_SETTLE_MAX) return true;
    return stopped(sendProblem(reply, 'overloaded', { reason: 'memory' }));
  };
}

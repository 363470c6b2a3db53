// Hears SIGINT and SIGTERM. The first asks for a graceful stop; a second one ends the process at
// once, for those who have waited long enough.

export interface StopSignals {
  /** Aborted by the first signal. */
  signal: AbortSignal;
  /** Resolves with the name of the first signal. */
  stopped: Promise<NodeJS.Signals>;
  /** Stop listening. */
  release(): void;
}

export const STOPPED_EXIT_CODE = 130;

export function hearStopSignals(): StopSignals {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  const hear = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(STOPPED_EXIT_CODE);
    controller.abort();
    resolve(name);
  };
  process.on('SIGINT', hear);
  process.on('SIGTERM', hear);
  return {
    signal: controller.signal,
    stopped: promise,
    release() {
      process.off('SIGINT', hear);
      process.off('SIGTERM', hear);
    },
  };
}

// A recorded history: what each client asked, when it asked and when it was answered, and what it was
// told. Plain data, so that it can be written to a file and looked at again. Knows no engine and no
// protocol; what recorded it does.

export interface Line {
  pool: string;
  quantity: number;
  /** As many as there are, at least this many. */
  quantityMin?: number;
}

/** `of` names a reservation by the operation that asked for it: see `nameOf`. */
export type Command =
  | { do: 'reserve'; lines: Line[]; holdForMs: number }
  | { do: 'confirm'; of: string; lines?: Line[] }
  | { do: 'cancel'; of: string }
  | { do: 'extend'; of: string; holdForMs: number }
  | { do: 'change'; of: string; lines: Line[] }
  | { do: 'return'; of: string; lines: Line[] }
  | { do: 'receive'; pool: string; quantity: number }
  | { do: 'adjust'; pool: string; quantity: number }
  | { do: 'read-pool'; pool: string }
  | { do: 'read-reservation'; of: string };

export interface SeenLine {
  pool: string;
  quantity: number;
  confirmed?: number;
  returned?: number;
}

export interface SeenReservation {
  id: string;
  status: string;
  version: number;
  lines: SeenLine[];
  expiresAtMs?: number;
  /** When it last changed, by the engine's clock. */
  updatedAtMs: number;
}

export interface SeenPool {
  available: number;
  held: number;
  sold: number;
  version: number;
}

export interface SeenMove {
  quantity: number;
  version: number;
}

/** What a client was told. `unknown`: no answer came, or one that leaves open what happened. */
export type Result =
  | { kind: 'reservation'; repeated: boolean; value: SeenReservation }
  | { kind: 'moved'; repeated: boolean; value: SeenMove }
  | { kind: 'pool'; value: SeenPool }
  | { kind: 'refused'; code: string }
  | { kind: 'unknown'; why: string };

export interface Operation {
  index: number;
  client: number;
  command: Command;
  /** The idempotency key: operations with the same one carry the same command. */
  key?: string;
  /** One shared counter numbers invocations and completions. */
  invoked: number;
  /** Missing while nobody knows: it may take effect at any time later, or never. */
  completed?: number;
  /** The engine's clock stood between these two while it was open. */
  fromMs: number;
  untilMs?: number;
  result: Result;
}

export interface History {
  /** Pools with their units and versions before the first operation; nothing is held or sold. */
  pools: Record<string, { available: number; version: number }>;
  operations: readonly Operation[];
  /**
   * Effects that share no pool may be seen in another order than that of their times: a commit of a
   * store that servers share bears the time of its decision and is seen a little later.
   */
  timesMayCross?: boolean;
}

/** What a reservation is called in a history: known before it is answered. */
export function nameOf({ key, index }: Pick<Operation, 'key' | 'index'>): string {
  return key ?? `operation ${index}`;
}

// The steps of one change over several slots: prepares its parts, lets home decide, ends the parts, answers; each step
// once the one before is recorded, so that no slot that is rebuilt lacks what another one has built on. What it cannot
// end, somebody else does (settling.ts). Home's commit is the decision.

import { newId } from '../../ids.ts';
import type {
  AccountId,
  Decided,
  Document,
  DocumentId,
  Outcome,
  Transaction,
} from '../contract.ts';
import { crashPoint } from '../crash-point.ts';
import type { DocumentPlaces } from './document-places.ts';
import type { FixedTransaction } from './fixed.ts';
import { deciding, type Part, type PartOf, partIn, partOf, preparing } from './forms.ts';
import { isMadeHere } from './placement.ts';
import type { Settling } from './settling.ts';
import type { Share } from './shares.ts';
import type { SlotCommits } from './slot-commits.ts';
import type { Traces } from './traces.ts';
import { answerOf, decisionIn, wholeOf } from './whole.ts';

/** Something has moved: it is to be tried again. */
export const AGAIN = 'again';

export interface Settled {
  slot: number;
  traces: Traces;
  /** Of home's own transaction. */
  decision?: DocumentId;
  /** Documents of a part that it changes, and what they were when they were read. */
  marks?: ReadonlySet<DocumentId>;
  before?: ReadonlyMap<DocumentId, Document>;
}

interface Prepared {
  part: Part;
  prepared: Decided;
}

interface Deciding extends PartOf {
  transaction: Transaction;
  fixed: FixedTransaction;
  shares: ReadonlyMap<number, Share>;
  before: ReadonlyMap<DocumentId, Document>;
  floorsBefore: ReadonlyMap<AccountId, number>;
  traces: Traces;
}

interface StepsOptions {
  commits: SlotCommits;
  places: DocumentPlaces;
  settling: Settling;
  /** A slot's answer as the caller's. */
  settled(outcome: Outcome, by: Settled): Promise<Outcome | typeof AGAIN>;
}

export class Steps {
  readonly #options: StepsOptions;

  constructor(options: StepsOptions) {
    this.#options = options;
  }

  async decide(asked: Deciding): Promise<Outcome | typeof AGAIN> {
    const { transaction, shares, before, floorsBefore, decision, home, traces } = asked;
    const { commits, places } = this.#options;
    const others = [...shares].filter(([slot]) => slot !== home);
    const parts = others.map(([slot, share]) =>
      partOf({ decision, home }, { slot, id: newId(), share, before, floorsBefore }),
    );
    crashPoint('slots-preparing');
    const held = await this.#prepare(parts, traces);
    if ('refused' in held) return held.refused;
    crashPoint('slots-prepared');
    const answer = answerOf(transaction, asked.fixed, held.all);
    const { request, events } = transaction;
    const share = shares.get(home)!;
    let outcome: Outcome;
    try {
      const own = deciding({ decision, home, share, parts, request, events, answer });
      outcome = await commits.commitRecorded(home, own);
    } catch (error) {
      // Nobody knows: whoever decides first is right, and the parts follow.
      await this.#follow({ decision, home }, held.all).catch(() => {});
      throw error;
    }
    if (!outcome.ok || outcome.repeated) {
      await this.#takeBack(held.all);
      return this.#options.settled(named(outcome, share.moves), { slot: home, traces, decision });
    }
    crashPoint('slots-decided');
    const { entry } = outcome;
    for (const { id } of entry.documents) if (isMadeHere(id)) places.remember(id, home);
    const ended = await this.#end(held.all, decisionIn(entry)!);
    crashPoint('slots-ended');
    return { ok: true, repeated: false, entry: wholeOf(entry, ended) };
  }

  /** All of them, or none: what was taken goes back. */
  async #prepare(parts: readonly Part[], traces: Traces) {
    const { commits } = this.#options;
    const answers = await Promise.allSettled(
      parts.map(async (part) => {
        const outcome = await commits.commitRecorded(part.slot, preparing(part));
        crashPoint('slots-part-prepared');
        return outcome;
      }),
    );
    const all: Prepared[] = [];
    let refused: { part: Part; outcome: Outcome } | undefined;
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 'rejected') continue;
      const part = parts[index]!;
      if (answer.value.ok) all.push({ part, prepared: answer.value.entry });
      else refused ??= { part, outcome: answer.value };
    }
    if (all.length === parts.length) return { all };
    await this.#takeBack(all);
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
    const { part, outcome } = refused!;
    const marks = new Set(part.share.writes.map(({ id }) => id));
    const known = { slot: part.slot, traces, marks, before: part.before };
    return { refused: await this.#options.settled(named(outcome, part.aside.taken), known) };
  }

  async #takeBack(held: readonly Prepared[]): Promise<void> {
    const { settling } = this.#options;
    // What fails is taken back by whoever finds it.
    await Promise.allSettled(
      held.map(({ part, prepared }) => settling.takeBack(part.slot, partIn(prepared))),
    );
  }

  async #end(held: readonly Prepared[], decided: Document): Promise<Document[]> {
    const { settling } = this.#options;
    const ended = await Promise.allSettled(
      held.map(async ({ part }) => {
        const outcome = await settling.follow(part.slot, part, decided);
        crashPoint('slots-part-ended');
        return outcome;
      }),
    );
    return ended.flatMap((each) =>
      each.status === 'fulfilled' && each.value?.ok ? each.value.entry.documents : [],
    );
  }

  async #follow({ decision, home }: PartOf, held: readonly Prepared[]): Promise<void> {
    const decided = await this.#options.settling.decided(home, decision);
    if (decided === undefined) await this.#takeBack(held);
    else await this.#end(held, decided);
  }
}

/** With the move of the transaction that a share's own move is of. */
function named(outcome: Outcome, moves: readonly { move: number }[]): Outcome {
  if (outcome.ok || outcome.refusal.code !== 'insufficient') return outcome;
  const { refusal } = outcome;
  const move = moves[refusal.move]?.move ?? refusal.move;
  return { ok: false, refusal: { ...refusal, move } };
}

// How an account is short of units, over all slots: a cart has one document, and what it frees may lie elsewhere. What
// is due is looked for after the refusal and the account once more after that: whoever expired a cart in between has
// prepared its part on the account before, so that its units are undecided there now or have come in. Changes nothing.

import { accountOf, BALANCE_MAX, nameOf, ownerOf } from '../../kernel/accounts.ts';
import { DUE_LIMIT } from '../../kernel/apply.ts';
import type { AccountId, CommitRefusal, DocumentId } from '../contract.ts';
import type { Placement } from './placement.ts';
import { SharedLooks } from './shared-looks.ts';
import { undecided } from './shares.ts';
import type { Due, Slot } from './slot.ts';
import type { SlotCommits } from './slot-commits.ts';

export type Shortage = Extract<CommitRefusal, { code: 'insufficient' }>;

interface ShortagesOptions {
  slots: readonly Slot[];
  placement: Placement;
  commits: SlotCommits;
  dueMs(): number;
}

interface Look {
  due: DocumentId[];
  /** What its slot said of the account afterwards; missing: something is due. */
  after?: Shortage;
}

export class Shortages {
  readonly #options: ShortagesOptions;
  readonly #looks = new SharedLooks((account) => this.#look(account));

  constructor(options: ShortagesOptions) {
    this.#options = options;
  }

  /** If the account has less than that now. */
  async on(account: AccountId, quantity: number): Promise<Shortage | undefined> {
    const said = await this.#saidBySlot(account, quantity);
    return said === undefined ? undefined : this.inAllSlots(said);
  }

  /**
   * The refusal with what is due on its account in all slots. Where nothing is: whether anything is undecided, and
   * the inflow, as of after that was looked for. With another inflow, units have come in since it was refused.
   */
  async inAllSlots(refusal: Shortage): Promise<Shortage> {
    const { due, after } = await this.#looks.at(refusal.account);
    const all = [...new Set([...due, ...refusal.due])].slice(0, DUE_LIMIT);
    if (after === undefined) return { ...refusal, due: all };
    const tentative = refusal.tentative || after.tentative;
    return { ...refusal, due: all, tentative, inflow: after.inflow };
  }

  async #look(account: AccountId): Promise<Look> {
    const due = await this.#dueOn(account);
    if (due.length > 0) return { due: due.map(({ id }) => id) };
    const after = await this.#saidBySlot(account, BALANCE_MAX);
    return after === undefined ? { due: [] } : { due: after.due, after };
  }

  async #saidBySlot(account: AccountId, quantity: number): Promise<Shortage | undefined> {
    const { commits, placement } = this.#options;
    const legs = [{ from: account, to: undecided(account) }];
    // The second move can never be made, so that the first is not either.
    const never = { legs: [{ from: 'none/none', to: 'none/nothing' }], quantity: 1 };
    const moves = [{ legs, quantity }, never];
    const outcome = await commits.commit(placement.ofAccount(account), { moves, events: [] });
    if (outcome.ok || outcome.refusal.code !== 'insufficient') return undefined;
    return outcome.refusal.move === 0 ? outcome.refusal : undefined;
  }

  /** In all slots, past its deadline; what another server has made due a moment ago is among it. */
  async #dueOn(account: AccountId): Promise<Due[]> {
    const { slots, dueMs } = this.#options;
    const untilMs = dueMs();
    const reaching = await this.#accountsReaching(account);
    const found = await Promise.all(
      slots.flatMap((slot) => reaching.map((each) => slot.dueOn(each, untilMs, DUE_LIMIT))),
    );
    return found.flat().sort(byDeadline);
  }

  /** It, and those of pools that pass on to its pool, two steps: such pools lie in one slot. */
  async #accountsReaching(account: AccountId): Promise<AccountId[]> {
    const name = nameOf(account);
    if (account.startsWith('!') || (name !== 'available' && name !== 'offered')) return [account];
    const pool = ownerOf(account);
    const { slots, placement } = this.#options;
    const slot = slots[placement.ofOwner(pool)]!;
    const children = await slot.passingOnTo(pool);
    const grandchildren = await Promise.all(children.map((child) => slot.passingOnTo(child)));
    const pools = [...(name === 'offered' ? [pool] : []), ...children, ...grandchildren.flat()];
    return [account, ...pools.map((each) => accountOf(each, 'available'))];
  }
}

export function byDeadline(one: Due, other: Due): number {
  const [first, second] = [one.deadlineMs!, other.deadlineMs!];
  return first === second ? (one.id < other.id ? -1 : 1) : first - second;
}

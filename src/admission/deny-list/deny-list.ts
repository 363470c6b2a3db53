// The deny list: its verbs as methods, and the question whether somebody is on it. In effect at once in the server
// that took a command, in others as soon as the journal tells them. The rules are in the kernel.

import type { Decided } from '../../engines/contract.ts';
import {
  checkDenial,
  type Denial,
  type DenialCommand,
  type Denied,
  denialId,
  denialOf,
  isDenied,
  liftDenial,
  putDenial,
  readDenied,
} from '../../kernel/denial.ts';
import type { Plan } from '../../kernel/plan.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import type { StockParts } from '../../stock/parts.ts';
import type { Answer, CallOptions } from '../../stock.ts';
import { DenialDirectory, type WhoTries } from './denial-directory.ts';

export class DenyList {
  readonly #parts: StockParts;
  readonly #directory: DenialDirectory;

  private constructor(parts: StockParts, directory: DenialDirectory) {
    this.#parts = parts;
    this.#directory = directory;
  }

  static async open(parts: StockParts): Promise<DenyList> {
    return new DenyList(parts, await DenialDirectory.open(parts.engine));
  }

  close(): void {
    this.#directory.close();
  }

  /** Denies somebody, or says anew until when and why. */
  async put(command: DenialCommand, options: CallOptions = {}): Promise<Answer<Denial>> {
    const read = readDenied(command);
    const wrong = read.ok ? checkDenial(command) : read;
    if (wrong !== undefined || !read.ok) return wrong as Refused;
    const asked = { ...command, ...read.denied };
    return this.#run(['put-denial', asked], options, async () =>
      putDenial(await this.#parts.latest(denialId(asked)), asked),
    );
  }

  /** Ends it before its time. */
  async lift(who: Denied, options: CallOptions = {}): Promise<Answer<Denial>> {
    const read = readDenied(who);
    if (!read.ok) return read;
    const { denied } = read;
    return this.#run(['lift-denial', denied], options, async () =>
      liftDenial(await this.#parts.latest(denialId(denied)), denied),
    );
  }

  /** What is against whoever tries, at once; undefined where nothing is. */
  against(who: WhoTries): Denial | undefined {
    return this.#directory.against(who);
  }

  /** Whether somebody of that very name is on it now. */
  has(who: Denied): boolean {
    const read = readDenied(who);
    return read.ok && this.#directory.has(read.denied);
  }

  /** All that count now. */
  all(): Denial[] {
    return this.#directory.all();
  }

  async denial(who: Denied): Promise<Denial | Refused> {
    const read = readDenied(who);
    if (!read.ok) return read;
    const [document] = await this.#parts.engine.documents([denialId(read.denied)]);
    const denial = document && denialOf(document);
    return denial !== undefined && isDenied(denial, this.#parts.engine.clock().nowMs)
      ? denial
      : refuse('unknown-denial', { ...read.denied });
  }

  async #run(
    asked: readonly [string, object],
    options: CallOptions,
    plan: () => Promise<Plan>,
  ): Promise<Answer<Denial>> {
    const value = ({ documents }: Decided) => documents[0]!;
    const answer = await this.#parts.run('finish', options, asked, { plan, value });
    if (!answer.ok) return answer;
    this.#directory.take(answer.value);
    return { ...answer, value: denialOf(answer.value) };
  }
}

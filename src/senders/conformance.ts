// The suite that every sender passes. Whoever writes one says how to open it with the other side that takes
// its messages, and which faults that side can show. Must not be bent to one way of sending.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Message, type Sender, SenderError, type SenderFailure } from './sender.ts';

/** A message as the other side has it. */
export interface TakenMessage {
  /** The message's id, wherever this way of sending puts it. */
  id: string;
  to: string;
  subject?: string;
  text: string;
}

/** `refuses`: every message, for good. `hangs`: takes connections, says nothing. `away`: takes none. */
export type Fault = 'refuses' | 'hangs' | 'away';

export interface SenderUnderTest {
  sender: Sender;
  /** An address that the other side takes. */
  to: string;
  /** What the other side has taken, oldest first. */
  taken(): readonly TakenMessage[] | Promise<readonly TakenMessage[]>;
  /** From now on the other side behaves like that; without a fault as it should. */
  behaves?(fault?: Fault): Promise<void>;
  /** What may stand in no error. */
  secrets?: readonly string[];
  close(): Promise<void>;
}

export interface SenderSuite {
  name: string;
  /** Called by each case; what one leaves behind, none finds. */
  open(): Promise<SenderUnderTest>;
  /** Which faults `behaves` knows. */
  faults?: readonly Fault[];
}

/** A send that nobody answers must end so soon after its signal. */
const ENDS_WITHIN_MS = 5_000;

/**
 * Declares the suite with `node:test`.
 *
 * @example
 * runSenderConformance({
 *   name: 'pigeon',
 *   open: async () => {
 *     const loft = new Loft();
 *     const taken = () => loft.letters;
 *     return { sender: new PigeonSender(loft), to: 'loft 7', taken, close: async () => {} };
 *   },
 * });
 */
export function runSenderConformance({ name, open, faults = [] }: SenderSuite): void {
  const cases = Object.entries({ ...CASES, ...Object.fromEntries(faults.flatMap(casesOf)) });
  describe(`conformance of the sender ${name}`, () => {
    for (const [sentence, holds] of cases) {
      it(sentence, async () => {
        const under = await open();
        try {
          await holds(under);
        } finally {
          await under.close();
        }
      });
    }
  });
}

type Case = (under: SenderUnderTest) => Promise<void>;

const TEXT = 'Grüße, Ann 🍵\n\n.A line with a dot\nFrom here on\n= 2 × 4,50 €\n';

const CASES: Record<string, Case> = {
  'a message arrives as it is': async (under) => {
    const message = messageTo(under, { subject: 'Dein Tee ist da – 2 Stück', text: TEXT });
    await send(under, message);
    const [taken] = await under.taken();
    assert.equal(taken?.id, message.id);
    assert.equal(taken.to, under.to);
    assert.equal(taken.subject, message.subject);
    assert.equal(plain(taken.text), plain(TEXT));
  },

  'a long line arrives whole': async (under) => {
    const text = 'ä'.repeat(3_000);
    await send(under, messageTo(under, { text }));
    assert.equal(plain((await under.taken())[0]?.text), text);
  },

  'a message needs no subject': async (under) => {
    const { subject: _, ...message } = messageTo(under);
    await send(under, message);
    assert.equal((await under.taken())[0]?.text.trim(), message.text);
  },

  'a repeat can be seen: it has the same id': async (under) => {
    const message = messageTo(under);
    await send(under, message);
    await send(under, message);
    const ids = new Set((await under.taken()).map(({ id }) => id));
    assert.deepEqual([...ids], [message.id]);
  },

  'of many at once each arrives once': async (under) => {
    const messages = Array.from({ length: 20 }, (_, index) =>
      messageTo(under, { text: `number ${index}` }),
    );
    await Promise.all(messages.map((message) => send(under, message)));
    const texts = (await under.taken()).map(({ text }) => text.trim());
    assert.deepEqual(texts.sort(), messages.map(({ text }) => text).sort());
  },

  'what is aborted before it begins is not sent, or sent whole': async (under) => {
    const signal = AbortSignal.abort();
    const outcome = await under.sender.send(messageTo(under), { signal }).catch((error) => error);
    const taken = (await under.taken()).length;
    if (outcome instanceof Error) assertFailure(under, outcome, 'unreachable');
    else assert.equal(taken, 1);
  },
};

const AFTERWARDS: Record<Fault, SenderFailure> = {
  refuses: 'refused',
  hangs: 'unreachable',
  away: 'unreachable',
};

function casesOf(fault: Fault): [string, Case][] {
  const kind = AFTERWARDS[fault];
  return [
    [
      `where the other side ${SAID[fault]}, it says ${kind}, and no secret`,
      async (under) => {
        await under.behaves!(fault);
        assertFailure(under, await failed(under, fault), kind);
      },
    ],
    [
      `once the other side no longer ${SAID[fault]}, messages arrive again`,
      async (under) => {
        await under.behaves!(fault);
        await failed(under, fault);
        await under.behaves!();
        const before = (await under.taken()).length;
        await send(under, messageTo(under));
        assert.equal((await under.taken()).length, before + 1);
      },
    ],
  ];
}

const SAID: Record<Fault, string> = {
  refuses: 'refuses messages',
  hangs: 'hangs',
  away: 'is away',
};

async function failed(under: SenderUnderTest, fault: Fault): Promise<unknown> {
  const startMs = performance.now();
  // A refusal comes in its own time, and must be told as one.
  const signal = fault === 'hangs' ? AbortSignal.timeout(1_000) : new AbortController().signal;
  const error = await under.sender.send(messageTo(under), { signal }).then(
    (sent) => assert.fail(`it was sent: ${JSON.stringify(sent)}`),
    (thrown: unknown) => thrown,
  );
  const isLate = fault === 'hangs' && performance.now() - startMs > ENDS_WITHIN_MS;
  assert.ok(!isLate, 'it does not listen to its signal');
  return error;
}

function assertFailure({ secrets = [] }: SenderUnderTest, error: unknown, kind: SenderFailure) {
  assert.ok(error instanceof SenderError, `it throws something else: ${String(error)}`);
  assert.equal(error.kind, kind, error.message);
  assert.match(error.word, /^[\x20-\x7e]{1,64}$/);
  for (const secret of secrets) assert.ok(!`${error.message}${error.word}`.includes(secret));
}

function send({ sender }: SenderUnderTest, message: Message) {
  return sender.send(message, { signal: new AbortController().signal });
}

let made = 0;

function messageTo({ to }: SenderUnderTest, more: Partial<Message> = {}): Message {
  made += 1;
  const id = `01a1f888-cf04-73e4-a464-${String(made).padStart(12, '0')}`;
  const about = {
    notice: 'offered',
    event: 'waiter.offered',
    buyer: 'ann',
    atMs: 1_763_631_000_000,
  };
  return { id, ...about, to, subject: 'It is your turn', text: 'Two cups of tea.', ...more };
}

/** Ways of sending end lines and texts in ways of their own. */
function plain(text: string | undefined): string | undefined {
  return text?.replaceAll('\r\n', '\n').trimEnd();
}

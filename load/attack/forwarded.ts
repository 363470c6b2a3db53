// Attacks on where somebody comes from: headers that say something else, written past the proxy and through it. However
// they are written, all of one group come from one address and get together what one address gets.

import { type From, OUTSIDER, PROXY } from './door.ts';
import { type Field, PER_ADDRESS, times } from './field.ts';
import { honestAddress } from './honest.ts';

const CHAINED = '203.0.113.70';
const DENIED = '203.0.113.80';
const HOUSEHOLD = '2001:db8:1:2';

interface Group {
  how: string;
  /** Where all of them really come from. */
  address: string;
  froms: From[];
}

export async function forgeAddresses(field: Field): Promise<void> {
  const denied = `/v1/deny-list/address/${DENIED}`;
  await field.door.ask({ method: 'PUT', path: denied, body: { for: '1h', reason: 'attacks' } });
  await field.knownToAll(DENIED);
  await Promise.all([...groups().map((group) => comeAs(field, group)), comeDenied(field)]);
}

async function comeAs(field: Field, { how, address, froms }: Group): Promise<void> {
  const note = field.tally.row('forged header', how, {
    admits: { exactly: PER_ADDRESS },
    mayAnswer: ['limit-exceeded:address'],
  });
  await Promise.all(
    froms.map(async (from, index) => {
      const visitor = field.visitor(`${how}-${index}`.replaceAll(/\W+/g, '-'), { address, from });
      const solution = await visitor.solution();
      note(await visitor.buyInTheEnd({ pass: await visitor.enter(), solution }));
    }),
  );
}

/** Whoever is denied stays it, whatever they write before the address that the proxy adds: they get no place, and buy
 * nothing with the pass that they got elsewhere. */
async function comeDenied(field: Field): Promise<void> {
  const row = (how: string) => field.tally.row('forged header', how, { mayAnswer: ['denied'] });
  const notePlace = row('a place for a denied address behind others');
  const note = row('a denied address behind others');
  await Promise.all(
    written(DENIED).map(async (from, index) => {
      const there = field.visitor(`denied-place-${index}`, { address: DENIED, from });
      notePlace(await there.askForPlace());
      const visitor = field.visitor(`denied-${index}`);
      const solution = await visitor.solution();
      const pass = await visitor.enter();
      field.addresses.set(visitor.buyer, DENIED);
      note(await visitor.buy({ pass, solution, from }));
    }),
  );
}

function groups(): Group[] {
  const claims = times(6, (index) => honestAddress(index));
  const past = [
    ...claims.map((forwardedFor): From => ({ forwardedFor })),
    { forwardedFor: PROXY },
    { forwardedFor: [claims[0]!, claims[1]!] },
    { forwardedFor: `${claims[0]}, ${PROXY}` },
    ...['Forwarded', 'X-Real-IP', 'CF-Connecting-IP', 'True-Client-IP', 'X-Client-IP'].map(
      (name) => ({ headers: { [name]: name === 'Forwarded' ? 'for=10.2.0.1' : '10.2.0.1' } }),
    ),
    {},
  ];
  return [
    {
      how: 'past the proxy',
      address: OUTSIDER,
      froms: past.map((from) => ({ ...from, peer: OUTSIDER })),
    },
    { how: 'before the address that the proxy adds', address: CHAINED, froms: written(CHAINED) },
    {
      how: 'no address at its end',
      address: PROXY,
      froms: malformed().map((forwardedFor) => ({ forwardedFor })),
    },
    {
      how: 'many addresses of one household',
      address: `${HOUSEHOLD}::/64`,
      froms: [
        ...times(5, (index) => `${HOUSEHOLD}::${index + 1}`),
        ...[`[${HOUSEHOLD}::9]:443`, `${HOUSEHOLD}:AAAA:bbbb:CCCC:dddd`, `${HOUSEHOLD}:0:0:0:7`],
      ].map((forwardedFor) => ({ forwardedFor })),
    },
  ];
}

/** What somebody at an address writes, and what the proxy makes of it. */
function written(address: string): From[] {
  const claims = times(4, (index) => honestAddress(index));
  const lines: (string | string[])[] = [
    ...claims.map((claim) => `${claim}, ${address}`),
    ...[`${PROXY}, ${address}`, `${claims.join(', ')}, ${address}`, `garbage,, ${address}`],
    ...[
      `${address}:4711`,
      `::ffff:${address}`,
      `  ${address}  `,
      `${claims[0]}, ${address}, ${PROXY}`,
    ],
    ...[`${'9.9.9.9, '.repeat(200)}${address}`, `"${claims[0]}",${address}`],
    [claims[0]!, address],
    [`${claims[0]}, ${claims[1]}`, claims[2]!, `${claims[3]},${address}`],
  ];
  return lines.map((forwardedFor) => ({ forwardedFor }));
}

/** Nothing that can be read stands where the proxy writes: it counts as the proxy's own. */
function malformed(): string[] {
  const claim = honestAddress(0);
  return [
    ...['', ' ', ',', 'unknown', '_hidden', 'garbage', '203.0.113.999', '0x7f.0.0.1'],
    ...['010.0.0.1', '1.2.3', '1.2.3.4.5', '::g', '1::2::3', '-1.0.0.0', 'null'],
    ...[`${claim},`, `${claim}, unknown`, `${claim} ${claim}`, `for=${claim}`, `${claim}/32`],
  ];
}

// What others read of pools, and of what moved in them.

import { Type } from 'typebox';
import { Balance, Instant, PoolId, Quantity, Segments, Version } from './parts.ts';

const { Optional } = Type;

const balances = {
  available: Balance,
  held: Balance,
  sold: Balance,
  safety: Balance,
  returning: Balance,
  inspecting: Balance,
  quarantined: Balance,
  offered: Balance,
  leased: Balance,
  inTransit: Balance,
  supply: Type.Integer({ description: 'Minus what came in from outside.' }),
  writtenOff: Balance,
};
export const ShownState = Type.Union([
  Type.Literal('OPEN'),
  Type.Literal('IN_SALE'),
  Type.Literal('CLOSED'),
]);
const info = {
  id: PoolId,
  product: Type.String(),
  place: Type.String(),
  home: Optional(PoolId),
  sale: Optional(Type.String({ description: 'The sale that alone sells it.' })),
  segments: Optional(Segments),
  state: ShownState,
  version: Version,
};

export const PoolInfo = Type.Object(info);
export const Pool = Type.Object({ ...info, ...balances });
export const PoolBalances = Type.Object({ id: PoolId, at: Instant, ...balances });
export const Moved = Type.Object({
  pool: PoolId,
  quantity: Type.Integer({ minimum: 0 }),
  version: Version,
});
export const Transferred = Type.Object({
  from: PoolId,
  to: PoolId,
  quantity: Quantity,
  version: Version,
});

// What a shop says of the device that a buyer uses, in the header `Holdfast-Device`: a text that its page or its
// app keeps. It is a hint, never a proof: whoever wants to sends another.

import type { Asked } from '../exchange.ts';

const DEVICE_MAX = 256;

export function deviceOf({ headers }: Asked): string | undefined {
  const device = headers['holdfast-device'];
  return device === undefined || device === '' ? undefined : device.slice(0, DEVICE_MAX);
}

// A place in the stream of a store: its epoch, and the batch in it, counted from 1. As a text it is the id of
// the entry. Pure.

export interface Place {
  epoch: number;
  number: number;
}

export function placeText({ epoch, number }: Place): string {
  return `${epoch}-${number}`;
}

export function readPlace(text: string): Place {
  const [epoch, number] = text.split('-').map(Number) as [number, number];
  return { epoch, number };
}

/** Whether one place is as far as another. */
export function reaches(one: Place, other: Place): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.number >= other.number);
}

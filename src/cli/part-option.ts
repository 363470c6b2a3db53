// The option that names a database in which some pools of a store live; given once for each. The variable
// HOLDFAST_PARTS stands in for it, with all of them and spaces between.

import { InvalidArgumentError, Option } from 'commander';
import { type PartAddress, parsePart } from '../engines/coordinator/part-address.ts';

export interface PartOptions {
  part?: PartAddress[];
}

export function partOption(): Option {
  return new Option(
    '--part <name=address>',
    'a database of its own for pools called name:..., beside --engine postgres://...; repeatable',
  )
    .env('HOLDFAST_PARTS')
    .argParser(parts);
}

function parts(text: string, before: PartAddress[] = []): PartAddress[] {
  try {
    return [...before, ...text.split(/\s+/).filter(Boolean).map(parsePart)];
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

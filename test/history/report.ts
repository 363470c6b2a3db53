// Turns a history that no order explains into something to look at: made smaller, as text, and as an
// SVG file beside its JSON.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkHistory, type Violation } from '../../src/history/check-history.ts';
import { minimise } from '../../src/history/minimise.ts';
import type { History } from '../../src/history/operation.ts';
import { drawSvg } from '../../src/history/picture.ts';
import { drawText, layOut } from '../../src/history/timeline.ts';

const MINIMISE_MAX_MS = 15_000;
const STEPS_MAX = 40_000;

export interface Smaller {
  history: History;
  text: string;
  svg: string;
}

export function makeSmaller({ history, what }: Violation, title: string): Smaller {
  const isWrong = (each: History) => !checkHistory(each, { stepsMax: STEPS_MAX }).ok;
  const untilMs = performance.now() + MINIMISE_MAX_MS;
  const { shown, checked } = minimise(history, { isWrong, untilMs });
  const order = checkHistory(checked).violations[0]?.order ?? [];
  const timeline = layOut(shown, order);
  const text = `${what}\n\n${drawText(timeline)}`;
  return { history: shown, text, svg: drawSvg(timeline, title) };
}

/** Writes the picture; the text says where. */
export function report(violation: Violation, title: string): string {
  const smaller = makeSmaller(violation, title);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-history-'));
  const picture = join(folder, 'history.svg');
  writeFileSync(picture, smaller.svg);
  writeFileSync(join(folder, 'history.json'), JSON.stringify(violation.history, undefined, 1));
  return `${title}: ${smaller.text}\n\nthe picture: ${picture}`;
}

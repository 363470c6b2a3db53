// What `holdfast/history` gives to those who check an engine or a server of their own: record what
// clients saw, check it, and look at what is wrong.

export {
  type CheckOptions,
  checkHistory,
  groupsOf,
  type Verdict,
  type Violation,
} from './check-history.ts';
export { linearize, type Model, type Search, type Timed } from './linearize.ts';
export { type Minimised, type MinimiseOptions, minimise } from './minimise.ts';
export type * from './operation.ts';
export { overlapping } from './overlap.ts';
export { drawSvg } from './picture.ts';
export { type Ask, Recorder, type RecorderOptions } from './recorder.ts';
export { drawText, layOut, type Timeline } from './timeline.ts';

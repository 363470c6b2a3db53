// `holdfast/server`: the HTTP server for a program that starts it itself, and what it can be given.

export type {
  ChallengeAsked,
  ChallengeKind,
  Checked,
} from '../admission/challenge/challenge-kind.ts';
export { type SiteverifyOptions, siteverifyChallenge } from '../admission/challenge/siteverify.ts';
export { type RunningServer, type ServerOptions, startServer } from './server.ts';

// A place as its buyer sees it. Types only.

import type { PlaceEnd } from './rooms.ts';

export interface PlaceView {
  /** Signed; it may be another than the one that was shown, and is the one to show from now on. */
  place: string;
  state: 'WAITING' | 'ADMITTED' | 'OVER';
  ahead: number;
  heartbeatEveryMs: number;
  /** Of one that is let in. */
  pass?: string;
  passExpiresAtMs?: number;
  /** Of one that is over. */
  reason?: PlaceEnd | 'sale-closed';
}

// Cases of the conformance suite that no engine over the shared live state passes yet, with the reason.
// Each is reported as "todo" with every run; one that passes is to be taken off the list.

export const KNOWN: Record<string, string> = {
  'a claim that names its account is found under it':
    'claims that go to `offered` outright are filed where nobody looks (claims-index.ts)',
  'once decided, with the deadline it had, it falls due':
    'a deadline that is kept is not filed again once the document is decided (live-state.ts)',
  'after a jump back, however often it is read':
    'each reading drops the fraction of a millisecond, so time runs slow (clock.ts)',
};

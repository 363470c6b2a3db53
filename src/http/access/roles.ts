// The roles that API keys have, lowest first. Each may do all that those before it may; which route
// asks for which is in route-roles.ts.

export const ROLES = ['viewer', 'seller', 'operator', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** Whether a role may do what `needed` may. */
export function covers(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

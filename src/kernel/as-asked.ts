// A command as its caller sees it, for telling whether the same one is asked again.

/** Where it comes from is no part of what was asked: a phone that asks again may have changed networks. */
export function asAsked<Command extends { addressKey?: string }>(
  command: Command,
): Omit<Command, 'addressKey'> {
  if (command.addressKey === undefined) return command;
  const { addressKey: _, ...asked } = command;
  return asked;
}

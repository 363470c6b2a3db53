// The two ways in which a command ends badly and says so in one sentence. Anything else that is
// thrown is a defect, and is shown with its stack.

/** The command was asked wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command could not do its work, or found something wrong. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

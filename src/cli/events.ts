// `holdfast events`: what can be said of events without a store. `schema` prints their JSON Schemas.

import { Argument, Command } from 'commander';
import { UsageError } from './failure.ts';

const EXAMPLES = `
Examples:
  holdfast events schema                     one schema for all, with every type in it
  holdfast events schema order.paid          that of one type`;

export function eventsCommand(): Command {
  return new Command('events')
    .description('what is told of events')
    .addCommand(
      new Command('schema')
        .description('print the JSON Schema of events as they are relayed')
        .addArgument(new Argument('[type]', 'a type of event: order.paid'))
        .addHelpText('after', EXAMPLES)
        .action(printSchema),
    );
}

async function printSchema(type: string | undefined): Promise<void> {
  // A tenth of a second of loading that no other command needs.
  const { EVENT_TYPES, eventSchema, eventSchemas } = await import('../http/event-schemas/index.ts');
  const known = EVENT_TYPES.find((each) => each === type);
  if (type !== undefined && known === undefined) {
    throw new UsageError(`no type of event is called "${type}"; docs/events.md lists them`);
  }
  const schema = known === undefined ? eventSchemas() : eventSchema(known);
  process.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
}

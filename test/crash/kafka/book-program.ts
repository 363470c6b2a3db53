// A program of its own: a member of a consumer group that keeps an order book, as somebody would run it
// beside a shop. Ends in good order on SIGTERM; killed, it leaves what it had in hand to others.

import { EventGroup } from '../../../src/kafka/event-group.ts';
import { OrderBook } from '../../../src/kafka/order-book/order-book.ts';

const { BOOK_DATABASE = '', BOOK_SCHEMA = '', BOOK_EVENTS = '', BOOK_GROUP = '' } = process.env;

const book = await OrderBook.open({ address: BOOK_DATABASE, schema: BOOK_SCHEMA });
const group = EventGroup.open({
  address: BOOK_EVENTS,
  group: BOOK_GROUP,
  take: book.take,
  sessionMs: 6_000,
  onError: (error) => process.stderr.write(`${String(error)}\n`),
});
process.stdout.write('open\n');
process.once('SIGTERM', async () => {
  await group.close();
  await book.close();
  process.exit(0);
});

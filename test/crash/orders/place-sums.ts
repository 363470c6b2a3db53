// Adds up the line: whoever was offered units has taken, left or lost them, those who wait are counted, and no
// unit lies where somebody waits for it or nobody does.

import { sumOf } from './entry-look.ts';
import type { OrderBooks } from './order-books.ts';
import { LINE_POOL } from './order-goods.ts';

export function placeProblems(books: OrderBooks): string[] {
  const { line, units } = books;
  const wrong: string[] = [];
  const waiting = line.count('JOINED');
  const offered = line.count('OFFERED');
  if (offered > 0) wrong.push(`${offered} offers stand for ever`);
  for (const [id, place] of line.all) {
    const held = sumOf(place.units, ['held']);
    if (held !== 0) wrong.push(`place ${id} ${place.status} has ${held} units`);
  }
  const between = units.get(`${LINE_POOL}/offered`) ?? 0;
  if (between !== 0) wrong.push(`${between} units are offered to nobody, ${waiting} wait`);
  const free = units.get(`${LINE_POOL}/available`) ?? 0;
  if (waiting > 0 && free > 0) wrong.push(`${free} units on sale, and ${waiting} wait`);
  const counted = units.get(`!+line!!${LINE_POOL}/granted`) ?? 0;
  if (counted !== waiting) wrong.push(`${counted} are counted in line, ${waiting} wait`);
  let places = 0;
  for (const [account, balance] of units) {
    if (account.startsWith('!+place!') && account.endsWith('/granted')) places += balance;
  }
  if (places !== waiting + offered) wrong.push(`${places} places, ${waiting + offered} in line`);
  return wrong;
}

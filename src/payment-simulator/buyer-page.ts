// The page on which a person pays: what is asked for, how it stands, and buttons for what a buyer can do.
// Text alone; works without scripts.

import type { KeptPayment, Told } from './payments.ts';
import type { WireTruth } from './wire.ts';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem;
  color: #1c1c1c; background: #fff; }
h1 { font-size: 1.25rem; } .sum { font-size: 2rem; margin: 0.5rem 0; }
form { margin: 1rem 0; } label { display: block; margin: 0.5rem 0; }
button { font: inherit; padding: 0.5rem 1.25rem; margin: 0 0.5rem 0.5rem 0; cursor: pointer; }
input { font: inherit; padding: 0.25rem; } .note { color: #555; }
@media (prefers-color-scheme: dark) {
  body { color: #eee; background: #161616; } .note { color: #aaa; } a { color: #8ab4f8; } }`;

export function buyerPage(told: Told): string {
  if (!told.ok) return page('<h1>There is no such payment</h1>');
  const { payment, truth } = told;
  const { description, returnUrl, order } = payment;
  return page(`
<h1>${escaped(description ?? `Order ${order}`)}</h1>
<p class="sum">${escaped(money(payment.amount, payment.currency))}</p>
<p>${escaped(standing(truth))}</p>
${truth.authorised > 0 || truth.voided ? '' : BUTTONS}
${transferForm(payment)}
${returnUrl === null ? '' : `<p><a href="${escaped(returnUrl)}">Back to the shop</a></p>`}
<p class="note">This is a simulator. No real money moves.</p>`);
}

const BUTTONS = `<form method="post">
<button name="outcome" value="approve">Pay</button>
<button name="outcome" value="decline">Decline</button>
</form>`;

function transferForm({ amount, currency }: KeptPayment): string {
  return `<details><summary>Send a bank transfer</summary>
<form method="post">
<p class="note">A transfer brings what you send, even a wrong sum, and even too late.</p>
<label>Amount in the smallest unit <input name="amount" inputmode="numeric" value="${amount}"></label>
<label>Currency <input name="currency" size="3" value="${escaped(currency)}"></label>
<button name="outcome" value="approve">Send</button>
</form></details>`;
}

function standing(truth: WireTruth): string {
  const { captured, refunded, authorised, voided, failed, currency } = truth;
  if (refunded > 0)
    return `Paid ${money(captured, currency)}, ${money(refunded, currency)} came back.`;
  if (captured > 0) return `Paid ${money(captured, currency)}.`;
  if (voided) return 'The shop has ended this payment.';
  if (authorised > 0) return `Approved: ${money(authorised, currency)}.`;
  return failed === undefined ? 'Waiting for you.' : 'Declined. You can try again.';
}

/** `€12.50`: how many digits a currency has is known to the system. */
function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Pay</title><style>${STYLE}</style>
<main>${body}</main></html>`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

// Texts with placeholders: what each becomes, what cannot be read, and that nothing a buyer writes is ever
// read as a template.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../src/engines/contract.ts';
import { FILLED_MAX, fillTemplate } from '../../../src/kernel/fill-template.ts';
import { readTemplate, type Template } from '../../../src/kernel/template.ts';
import { wrongPlaceholders } from '../../../src/kernel/wrong-placeholders.ts';

const VIEW: JsonObject = {
  buyer: 'ann',
  count: 3,
  none: 0,
  yes: true,
  no: false,
  nothing: null,
  order: {
    total: { amount: 900, currency: 'EUR', text: '9,00 €' },
    lines: [
      { pool: 'tea', quantity: 2 },
      { pool: 'cup', quantity: 1 },
    ],
    metadata: { email: 'ann@example.com', 'first-name': 'Ann' },
    empty: [],
  },
};

function read(text: string): Template {
  const result = readTemplate(text);
  assert.ok(result.ok, JSON.stringify(result));
  return result.template;
}

const WRITERS = { loud: (text: string) => text.toUpperCase() };
const filled = (text: string, view: JsonObject = VIEW) => fillTemplate(read(text), view, WRITERS);

/** A template and what it becomes. */
const CASES: [template: string, text: string][] = [
  ['plain', 'plain'],
  ['Dear {{buyer}},', 'Dear ann,'],
  ['{{ buyer }}{{{buyer}}}{{&buyer}}{{& buyer }}', 'annannannann'],
  ['{{order.metadata.email}} {{order.metadata.first-name}}', 'ann@example.com Ann'],
  ['{{count}} {{none}} {{yes}} {{no}} [{{nothing}}] [{{missing}}]', '3 0 true false [] []'],
  ['{{order.total}} {{order.total.text}} {{order.total.amount}}', '9,00 € 9,00 € 900'],
  ['[{{order}}] [{{order.lines}}]', '[] []'],
  ['{{order.lines.1.pool}} {{order.lines.length}}', 'cup 2'],
  ['{{#order.lines}}{{quantity}} {{pool}}, {{/order.lines}}', '2 tea, 1 cup, '],
  ['{{#order}}{{#lines}}{{buyer}}{{pool}} {{/lines}}{{/order}}', 'anntea anncup '],
  ['{{#order.metadata}}{{email}}{{/order.metadata}}', 'ann@example.com'],
  ['{{#yes}}a{{/yes}}{{#no}}b{{/no}}{{#none}}c{{/none}}{{#missing}}d{{/missing}}', 'a'],
  [
    '{{^yes}}a{{/yes}}{{^no}}b{{/no}}{{^order.empty}}c{{/order.empty}}{{^missing}}d{{/missing}}',
    'bcd',
  ],
  ['{{#buyer}}for {{.}}{{/buyer}}', 'for ann'],
  ['{{#loud}}dear {{buyer}}{{/loud}}', 'DEAR ANN'],
  ['a{{! a remark,\nof two lines }}b', 'ab'],
  ['{{#yes}}\nshown\n{{/yes}}\nend', 'shown\nend'],
  ['  {{#yes}}  \n shown\n\t{{/yes}}', ' shown\n'],
  ['a\r\n{{#yes}}\r\nb\r\n{{/yes}}\r\nc', 'a\r\nb\r\nc'],
  ['a\n{{! nothing }}\nb', 'a\nb'],
  ['a\n{{#yes}} b {{/yes}}\nc', 'a\n b \nc'],
  ['{{buyer}}\n{{buyer}}', 'ann\nann'],
  ['{ {buyer} } {{buyer}}}', '{ {buyer} } ann}'],
  ['{{#order.lines}}\n- {{pool}}\n{{/order.lines}}\n', '- tea\n- cup\n'],
];

describe('a template', () => {
  for (const [template, text] of CASES) {
    test(JSON.stringify(template), () => assert.equal(filled(template)?.text, text));
  }

  test('names what stood for nothing', () => {
    const { empty } = filled('{{buyer}} {{a.b}} {{order}} {{#no}}{{c}}{{/no}} {{a.b}}')!;
    assert.deepEqual(empty, ['a.b', 'order']);
  });

  test('finds what an object has of its own alone', () => {
    const names = [
      'constructor',
      'toString',
      '__proto__',
      'order.constructor.name',
      'buyer.length',
    ];
    for (const name of names) assert.equal(filled(`[{{${name}}}]`)?.text, '[]', name);
    assert.equal(filled('{{#constructor}}x{{/constructor}}{{#toString}}y{{/toString}}')?.text, '');
  });
});

/** What cannot be read, and how it is said. */
const WRONG: [template: string, said: RegExp][] = [
  ['{{buyer', /^line 1: a placeholder is never closed$/],
  ['a\n\n{{#order}}\n', /^line 3: \{\{#order\}\} is never closed$/],
  ['{{/order}}', /^line 1: \{\{\/order\}\} closes nothing$/],
  ['{{#a}}{{#b}}{{/a}}{{/b}}', /\{\{\/a\}\} where \{\{\/b\}\} is expected$/],
  ['{{}}', /"" is no name$/],
  ['{{a b}}', /"a b" is no name$/],
  ['{{a..b}}', /"a..b" is no name$/],
  ['{{order.total | text}}', /is no name$/],
  ['{{> partial}}', /\{\{>\}\} is not known here$/],
  ['{{=<% %>=}}', /\{\{=\}\} is not known here$/],
  ['{{#a}}'.repeat(9) + '{{/a}}'.repeat(9), /more than 8 sections/],
];

describe('a text that is no template', () => {
  for (const [template, said] of WRONG) {
    test(JSON.stringify(template.slice(0, 40)), () => {
      const result = readTemplate(template);
      assert.ok(!result.ok);
      assert.match(result.wrong, said);
    });
  }
});

describe('whatever a buyer writes', () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('{{buyer}}', '{{#a}}', '{{/a}}', '}}', '{{', '{{{', '$&', "$'", '{{=<% %>=}}'),
  );

  test('stands in the text as he wrote it', () => {
    fc.assert(
      fc.property(value, value, (first, second) => {
        const view = { first, list: [first, second], nested: { second } };
        const text = filled('<{{first}}>{{#list}}({{.}}){{/list}}<{{nested.second}}>', view)?.text;
        assert.equal(text, `<${first}>(${first})(${second})<${second}>`);
      }),
    );
  });

  test('any text is read or refused, never thrown at', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{{{',
      '}}}',
      '#',
      '/',
      '^',
      '!',
      'a',
      '.',
      ' ',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const result = readTemplate(pieces.join(''));
        if (result.ok) assert.ok(fillTemplate(result.template, VIEW) !== undefined);
        else assert.match(result.wrong, /^line \d+: /);
      }),
    );
  });
});

describe('the work of filling', () => {
  const many = (count: number): Json[] => Array.from({ length: count }, (_, index) => ({ index }));

  test('is bounded where sections multiply', () => {
    const began = process.cpuUsage();
    const open = '{{#list}}'.repeat(4);
    const close = '{{/list}}'.repeat(4);
    assert.equal(filled(`${open}{{index}}${close}`, { list: many(5_000) }), undefined);
    assert.equal(filled(`${open}${close}`, { list: many(5_000) }), undefined);
    assert.ok(process.cpuUsage(began).user < 4_000_000);
  });

  test('ends where the text becomes too long', () => {
    const list = Array.from({ length: FILLED_MAX / 10 }, () => 'x'.repeat(10));
    assert.equal(filled('{{#list}}{{.}}{{/list}}', { list })?.text.length, FILLED_MAX);
    assert.equal(filled('.{{#list}}{{.}}{{/list}}', { list }), undefined);
  });

  test('an order of five thousand lines is listed', () => {
    const text = filled('{{#list}}{{index}} {{/list}}', { list: many(5_000) })?.text;
    assert.ok(text?.endsWith(' 4999 '));
  });
});

describe('wrong placeholders', () => {
  const wrong = (text: string) => wrongPlaceholders(read(text), VIEW, ['loud']);

  test('are those that the example does not have, in sections too', () => {
    const text =
      '{{buyer}} {{byer}} {{order.totl.text}} {{#order.lines}}{{pool}}{{poool}}{{/order.lines}}' +
      '{{^order.nil}}{{x}}{{/order.nil}}{{#order.lnes}}{{pool}}{{/order.lnes}}{{#loud}}{{y}}{{/loud}}';
    const names = ['byer', 'order.totl.text', 'poool', 'order.nil', 'x', 'order.lnes', 'y'];
    assert.deepEqual(wrong(text), names);
  });

  test('are objects that have no text', () => {
    assert.deepEqual(wrong('{{order.total}} {{order}} {{order.lines}}'), ['order', 'order.lines']);
  });

  test('are not what callers make up', () => {
    const text =
      '{{order.metadata.any}} {{#order.metadata}}{{any}}{{/order.metadata}} {{data.any}} ' +
      '{{#data}}{{any}}{{#deep}}{{er}}{{/deep}}{{/data}}';
    assert.deepEqual(wrong(text), []);
  });
});

// Texts and tables of the reference.

import { h } from '/console/dom.js';
import { nameOf, properties, resolve, rules, typeWords } from '/console/schema.js';

/** A text in which what stands in backticks is code. */
export const prose = (text = '') => text.split('`').map((part, index) => (index % 2 ? h('code', {}, part) : part));

/** The anchor of a named schema, and a link to it where a type has such a name. */
const anchor = (prefix, name) => `${prefix}-schema-${name}`;

function typeCell(document, prefix, node) {
  const words = typeWords(document, node);
  const inner = resolve(document, node).items;
  const name = nameOf(node) ?? nameOf(inner);
  if (!name || !words.includes(name)) return h('span', { class: 'type-words' }, words);
  return h('span', { class: 'type-words' }, words.replace(name, ''), h('a', { href: `#${anchor(prefix, name)}` }, name));
}

/** The fields of an object as a table; what is no object is a line. */
export function fieldsTable(document, prefix, node) {
  const fields = properties(document, node);
  if (fields.length === 0) return h('p', {}, typeCell(document, prefix, node), ' ', h('span', { class: 'muted' }, rules(document, node).join('; ')));
  return table(fields.map(([name, property, required]) => row(document, prefix, name, property, required, resolve(document, property).description)));
}

/** One line of such a table. */
export const row = (document, prefix, name, node, required, description) => h('tr', {},
  h('th', { scope: 'row' }, h('code', {}, name), required && h('span', { class: 'required' }, 'required')),
  h('td', {}, typeCell(document, prefix, node), h('div', { class: 'muted rules' }, rules(document, node).join('; '))),
  h('td', {}, prose(description)));

/** A table of such lines. */
export const table = (rows) => h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Fields' }, h('table', { class: 'fields' },
  h('thead', {}, h('tr', {}, ['Name', 'Type', 'Meaning'].map((one) => h('th', { scope: 'col' }, one)))), h('tbody', {}, rows)));

/** A named schema with its place to jump to. */
export const schemaSection = (document, prefix, name, node) => h('section', { class: 'schema', id: anchor(prefix, name) },
  h('h3', {}, name), h('p', {}, prose(resolve(document, node).description)), fieldsTable(document, prefix, node));

/** A block of JSON. */
export const json = (value) => h('pre', { tabindex: '0' }, typeof value === 'string' ? value : JSON.stringify(value, null, 2));

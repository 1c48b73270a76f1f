// One call in the reference: what it takes, what it answers, and trying it.

import { h } from '/console/dom.js';
import { fieldsTable, prose, row, table } from '/console/prose.js';
import { nameOf, resolve, typeWords } from '/console/schema.js';
import { tryIt } from '/console/try.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const jsonOf = (content) => Object.entries(content ?? {})[0] ?? [null, null];

/** The calls of an OpenAPI document, in its order. */
export function operations(document) {
  return Object.entries(document.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => {
    const json = item[method];
    const parameters = [...(item.parameters ?? []), ...(json.parameters ?? [])].map((one) => resolve(document, one));
    const security = (json.security ?? document.security ?? []).map((one) => Object.keys(one)[0]);
    return {
      id: json.operationId, method: method.toUpperCase(), path, summary: json.summary, description: json.description, tag: json.tags?.[0], parameters,
      body: jsonOf(resolve(document, json.requestBody).content)[1]?.schema ?? null, responses: json.responses,
      isOpen: security.length === 0, isForOperators: security.includes('opsToken'),
    };
  }));
}

const responseRow = (document, prefix, [status, node]) => {
  const response = resolve(document, node);
  const [media, content] = jsonOf(response.content);
  const name = nameOf(content?.schema);
  return h('tr', {}, h('th', { scope: 'row' }, h('code', { class: `status s${status[0]}` }, status)),
    h('td', {}, prose(response.description)),
    h('td', {}, name ? h('a', { href: `#${prefix}-schema-${name}` }, name) : content?.schema?.anyOf ? typeWords(document, content.schema) : (media ?? ''), h('div', { class: 'muted rules' }, Object.keys(response.headers ?? {}).join(', '))));
};

/** The section of an operation. */
export function operationSection(document, prefix, operation, account) {
  const place = h('div', {});
  const trying = h('details', { class: 'try', ontoggle: () => { if (trying.open && !place.firstChild) place.append(tryIt(document, operation, account)); } },
    h('summary', {}, 'Try it'), place);
  const parameters = operation.parameters.map((one) => row(document, prefix, one.name, one.schema, one.required, [one.in === 'query' ? '' : `In the ${one.in}.`, one.description].filter(Boolean).join(' ')));
  return h('section', { class: 'operation card', id: operation.id },
    h('h3', {}, h('span', { class: `method ${operation.method.toLowerCase()}` }, operation.method), h('code', {}, operation.path)),
    h('p', { class: 'operation-summary' }, operation.summary, operation.isOpen && h('span', { class: 'note' }, 'open to everybody'), operation.isForOperators && h('span', { class: 'note' }, 'operators')),
    operation.description && h('p', {}, prose(operation.description)),
    parameters.length > 0 && [h('h4', {}, 'Parameters'), table(parameters)],
    operation.body && [h('h4', {}, 'Body'), body(document, prefix, operation.body)],
    h('h4', {}, 'Answers'),
    h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Answers' }, h('table', { class: 'fields answers' }, h('tbody', {}, Object.entries(operation.responses).map((one) => responseRow(document, prefix, one))))),
    trying);
}

const body = (document, prefix, node) => (nameOf(node)
  ? h('p', {}, h('a', { href: `#${prefix}-schema-${nameOf(node)}` }, nameOf(node)), '. ', prose(resolve(document, node).description))
  : fieldsTable(document, prefix, node));

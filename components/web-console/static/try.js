// "Try it": the form of a call, its answer, and the same call for a shell.

import { field, h, select } from '/console/dom.js';
import { example, resolve } from '/console/schema.js';
import { query } from '/console/api.js';

const SIGN = { 'Content-Type': 'application/json' };

/** The path with its parameters filled in. */
export const fillPath = (path, values) => path.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ''));

/** The same call by curl, for a POSIX shell. */
export function curl(origin, method, path, headers, body) {
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = [`curl -i${method === 'GET' ? '' : ` -X ${method}`} ${quote(origin + path)}`];
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body !== undefined) parts.push(`-d ${quote(body)}`);
  return parts.join(' \\\n  ');
}

/** What a form's controls ask for: `{path, headers, body}`. `read(name, place)` is the text of a control. */
export function request(operation, read, token) {
  const of = (place) => operation.parameters.filter((one) => one.in === place).map((one) => [one.name, read(one.name, place)]);
  const lists = operation.parameters.filter((one) => resolve({}, one.schema).type === 'array').map((one) => one.name);
  const split = ([name, text]) => [name, lists.includes(name) ? text.split(',').map((part) => part.trim()) : text];
  const headers = Object.fromEntries(of('header').filter(([, text]) => text !== ''));
  if (token) headers.Authorization = `Bearer ${token}`;
  const body = operation.body ? read('body', 'body') : '';
  if (body) Object.assign(headers, SIGN);
  const path = fillPath(operation.path, Object.fromEntries(of('path'))) + query(Object.fromEntries(of('query').map(split)));
  return { path, headers, body: body || undefined };
}

function control(document, one, user) {
  const schema = resolve(document, one.schema);
  const name = `${one.in}:${one.name}`;
  if (schema.type === 'boolean') return select(name, [['', ''], ['true', 'true'], ['false', 'false']], '');
  if (schema.enum) return select(name, [['', ''], ...schema.enum.map((value) => [String(value), String(value)])], '');
  const start = one.in === 'path' && one.name === 'user_id' ? user : '';
  return h('input', { name, type: 'text', value: start, autocomplete: 'off', spellcheck: 'false', placeholder: one.required ? 'required' : '' });
}

/** Reads a body as it comes, so that a stream is shown while it lasts. */
async function show(response, place) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
    place.textContent = text;
  }
  try {
    place.textContent = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    place.textContent = text || '(no body)';
  }
}

/** The form of an operation. `account` has the user and the tokens of this tab. */
export function tryIt(document, operation, account) {
  const answer = h('div', { class: 'answer', role: 'status' });
  const token = h('input', { name: 'token', type: 'password', autocomplete: 'off', value: operation.isForOperators ? account.operator() : account.token() });
  const controls = operation.parameters.map((one) => {
    const made = control(document, one, account.user());
    made.id = `${operation.id}-${made.name}`;
    return field(one.name, made, one.in);
  });
  const start = operation.body && JSON.stringify(example(document, operation.body), null, 2);
  const body = operation.body && h('textarea', { name: 'body:body', rows: Math.min(start.split('\n').length + 1, 16), class: 'mono', spellcheck: 'false', id: `${operation.id}-body`, value: start });
  token.id = `${operation.id}-token`;
  let running = null;
  const send = h('button', { class: 'button primary' }, 'Send');

  async function submit(event) {
    event.preventDefault();
    if (running) return running.abort();
    running = new AbortController();
    const asked = request(operation, (name, place) => form.elements[`${place}:${name}`].value.trim(), operation.isOpen ? '' : token.value.trim());
    const text = h('pre', { tabindex: '0' });
    const line = h('p', { class: 'answer-line' }, '…');
    const headers = h('pre', { tabindex: '0' });
    answer.replaceChildren(line, text,
      h('details', { class: 'raw' }, h('summary', {}, 'Headers of the answer'), headers),
      h('details', { class: 'raw' }, h('summary', {}, 'The same with curl'), h('pre', { tabindex: '0' }, curl(location.origin, operation.method, asked.path, asked.headers, asked.body))));
    send.textContent = 'Stop';
    const begun = performance.now();
    try {
      const response = await fetch(asked.path, { method: operation.method, headers: asked.headers, body: asked.body, signal: running.signal, credentials: 'omit', cache: 'no-store' });
      line.textContent = `${response.status} ${response.statusText} after ${Math.round(performance.now() - begun)} ms`;
      line.dataset.ok = String(response.ok);
      headers.textContent = [...response.headers].map((pair) => pair.join(': ')).join('\n');
      await show(response, text);
    } catch (error) {
      line.append(error.name === 'AbortError' ? ' stopped' : ` no answer: ${error.message}`);
    } finally {
      running = null;
      send.textContent = 'Send';
    }
  }
  const form = h('form', { class: 'try-form', onsubmit: submit },
    h('div', { class: 'field-row' }, controls, operation.isOpen ? null : field(operation.isForOperators ? 'Operator token' : 'Bearer token', token, operation.isForOperators ? '' : 'empty where no token is needed')),
    body && field('Body', body), h('div', {}, send), answer);
  return form;
}

// The reference of the API: openapi.json and asyncapi.json, as they are served, to be read and tried out.

import { call } from '/console/api.js';
import { eventSchemas, messages, messageSection } from '/console/events.js';
import { failure, h } from '/console/dom.js';
import { operations, operationSection } from '/console/operation.js';
import { prose, schemaSection } from '/console/prose.js';
import { restore } from '/console/session.js';

const main = document.getElementById('main');
const menu = document.getElementById('menu');

/** Who is signed in in this tab, if anybody is. */
const account = {
  user: () => restore()?.user ?? 'alice',
  token: () => restore()?.token ?? '',
  operator: () => sessionStorage.getItem('todo-operator') ?? '',
};

const entry = (id, text, method) => h('li', { 'data-words': `${method ?? ''} ${text}`.toLowerCase() },
  h('a', { href: `#${id}` }, method && h('span', { class: `method small ${method.toLowerCase()}` }, method), h('span', {}, text)));

const group = (title, entries) => h('div', { class: 'menu-group' }, h('h2', {}, title), h('ul', {}, entries));

function build(openapi, asyncapi) {
  const all = operations(openapi);
  const events = messages(asyncapi);
  const search = h('input', { type: 'search', placeholder: 'Search', 'aria-label': 'Search in the reference', oninput: () => filter(search.value) });
  menu.replaceChildren(search,
    ...openapi.tags.map((tag) => group(tag.name, all.filter((one) => one.tag === tag.name).map((one) => entry(one.id, one.path.replace('/api/{user_id}', '…'), one.method)))),
    group('events', events.map((one) => entry(one.id, one.name))),
    group('schemas', Object.keys(openapi.components.schemas).map((name) => entry(`api-schema-${name}`, name))));
  main.replaceChildren(
    h('header', { class: 'docs-head' }, h('h1', {}, 'API reference'), h('p', { class: 'muted' }, `Version ${openapi.info.version}. `,
      h('a', { href: '/openapi.json' }, 'openapi.json'), ' and ', h('a', { href: '/asyncapi.json' }, 'asyncapi.json'), ' are the same for programs.'),
    h('p', {}, prose(openapi.info.description))),
    ...openapi.tags.flatMap((tag) => [h('h2', {}, tag.name), h('p', { class: 'muted' }, tag.description), ...all.filter((one) => one.tag === tag.name).map((one) => operationSection(openapi, 'api', one, account))]),
    h('h2', {}, 'events'), h('p', { class: 'muted' }, prose(asyncapi.info.description)), ...events.map((one) => messageSection(asyncapi, one)),
    h('h2', {}, 'schemas of the calls'), ...Object.entries(openapi.components.schemas).map(([name, node]) => schemaSection(openapi, 'api', name, node)),
    h('h2', {}, 'schemas of the events'), ...eventSchemas(asyncapi));
  // What an address names was not there when the browser looked for it.
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function filter(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of menu.querySelectorAll('li')) item.hidden = !words.every((word) => item.dataset.words.includes(word));
  for (const one of menu.querySelectorAll('.menu-group')) one.hidden = !one.querySelector('li:not([hidden])');
}

async function load() {
  try {
    build(await call('GET', '/openapi.json'), await call('GET', '/asyncapi.json'));
  } catch (error) {
    main.replaceChildren(failure(error, load));
  }
}

document.getElementById('menu-toggle').addEventListener('click', (event) => {
  const open = menu.classList.toggle('open');
  event.currentTarget.setAttribute('aria-expanded', String(open));
});
menu.addEventListener('click', (event) => event.target.closest('a') && menu.classList.remove('open'));
load();

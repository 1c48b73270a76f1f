// The events in the reference, from asyncapi.json.

import { h } from '/console/dom.js';
import { json, prose, schemaSection } from '/console/prose.js';
import { example, nameOf, resolve } from '/console/schema.js';

/** The messages of an AsyncAPI document: `{id, name, summary, topic, payload}`. */
export function messages(document) {
  return Object.values(document.channels).flatMap((channel) => Object.values(channel.messages).map((node) => {
    const message = resolve(document, node);
    return { id: `event-${message.name}`, name: message.name, summary: message.summary, topic: channel.address, payload: message.payload };
  }));
}

/** The section of a message. */
export const messageSection = (document, message) => h('section', { class: 'operation card', id: message.id },
  h('h3', {}, h('span', { class: 'method event' }, 'event'), h('code', {}, message.name)),
  h('p', { class: 'operation-summary' }, prose(message.summary), h('span', { class: 'note' }, `topic ${message.topic}`)),
  nameOf(message.payload) && h('p', {}, h('a', { href: `#events-schema-${nameOf(message.payload)}` }, nameOf(message.payload))),
  h('details', { class: 'raw' }, h('summary', {}, 'An example'), json(example(document, message.payload))));

export const eventSchemas = (document) => Object.entries(document.components.schemas).map(([name, node]) => schemaSection(document, 'events', name, node));

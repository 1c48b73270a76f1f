// How far the outbox is behind: what waits to be published, and since when.

import { count, lengthWords } from '/console/words.js';
import { h } from '/console/dom.js';

/** What the numbers mean: `[level, words]`. */
export function verdict({ pending, oldest_seconds: oldest, waiting_users: waiting }) {
  if (pending === 0) return ['good', 'Everything is published.'];
  const behind = `${count(pending, 'event')} ${pending === 1 ? 'waits' : 'wait'}, the oldest for ${lengthWords(oldest)}`;
  const users = waiting ? `; ${count(waiting, 'user')} ${waiting === 1 ? 'waits' : 'wait'} for the bus` : '';
  return [oldest > 60 ? 'bad' : oldest > 5 ? 'slow' : 'good', `${behind}${users}.`];
}

/** A card of it; `read` asks the server. */
export function lagCard(read) {
  const words = h('p', { class: 'lag-words' });
  const number = (name) => h('dd', { 'data-number': name }, '–');
  const pending = number('pending');
  const oldest = number('oldest');
  const waiting = number('waiting');
  const of = (term, value) => h('div', {}, h('dt', {}, term), value);
  const element = h('section', { class: 'card lag', 'aria-labelledby': 'lag-title' }, h('h2', { id: 'lag-title' }, 'Outbox'), words,
    h('dl', { class: 'counts' }, of('pending events', pending), of('oldest', oldest), of('waiting users', waiting)));
  async function refresh() {
    try {
      const lag = await read();
      const [level, text] = verdict(lag);
      element.dataset.level = level;
      words.textContent = text;
      pending.textContent = String(lag.pending);
      oldest.textContent = lag.oldest_seconds === null ? '–' : lengthWords(lag.oldest_seconds);
      waiting.textContent = String(lag.waiting_users);
    } catch (error) {
      words.textContent = error.message;
    }
  }
  return { element, refresh };
}

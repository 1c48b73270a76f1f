// The view of notifications, and how many are unread.

import { ago, whenWords } from '/console/words.js';
import { empty, failure, h, icon, reconcile } from '/console/dom.js';

const PAGE = 50;

/** How many are unread, as a badge shows it. */
export async function unread(api) {
  const page = await api.get('/notifications', { unread: true, limit: PAGE });
  return page.items.length ? `${page.items.length}${page.next_cursor ? '+' : ''}` : '';
}

/** `app` has the API and what all views share. */
export function notificationsView(app) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  let items = [];
  const list = h('ul', { class: 'rows', 'aria-label': 'Notifications' });
  const state = h('div', { class: 'state' });
  const all = h('button', { type: 'button', class: 'button', hidden: true, onclick: () => mark('/notifications/read') }, 'Mark all as read');

  async function refresh() {
    try {
      items = (await app.api.get('/notifications', { limit: PAGE })).items;
      draw();
    } catch (error) {
      if (items.length === 0) state.replaceChildren(failure(error, refresh));
      throw error;
    }
  }

  function draw() {
    const now = new Date().toISOString();
    const sign = (one) => [one.read, ago(one.created_at, zone, now)].join();
    reconcile(list, items, (one) => one.id, sign, (one) => line(one, now));
    all.hidden = items.every((one) => one.read);
    state.replaceChildren(items.length ? '' : empty('No notifications', 'When a task comes due, its reminder appears here.'));
  }

  async function mark(path) {
    try {
      await app.api.change('POST', path);
      await refresh();
      app.countUnread();
    } catch (error) {
      app.toast(error.message);
    }
  }

  const line = (one, now) => h('li', { class: `row${one.read ? ' done' : ''}`, tabindex: '-1' }, icon('bell'),
    h('div', { class: 'row-main' }, h('p', { class: 'title' }, one.task_title),
      h('p', { class: 'muted' }, `due ${whenWords(one.due_date, zone, now)}; reminded ${ago(one.created_at, zone, now)}`)),
    h('div', { class: 'row-actions' }, one.read ? h('span', { class: 'muted' }, 'read')
      : h('button', { type: 'button', class: 'button', 'data-action': 'read', 'aria-label': `Mark ${one.task_title} as read`, onclick: () => mark(`/notifications/${one.id}/read`) }, 'Mark as read')));

  const element = h('section', { class: 'view', 'aria-labelledby': 'view-title' },
    h('div', { class: 'view-head' }, h('h1', { id: 'view-title', tabindex: '-1' }, 'Notifications'), all), state, list);
  return { element, refresh };
}

// The view of the event history: a timeline of journeys, one for each trace.

import { ago } from '/console/words.js';
import { empty, failure, h, reconcile, select } from '/console/dom.js';
import { headline, journeys, stations } from '/console/timeline.js';

const PAGE = 50;
const MOST = 200;
const TYPES = ['task.created', 'task.updated', 'task.completed', 'task.deleted', 'reminder.scheduled', 'reminder.triggered'];

/** `app` has the API and what all views share; `trace` is the one to show alone, if there is one. */
export function historyView(app, trace) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = { events: [], limit: PAGE, round: 0 };
  const open = new Set(trace ? [trace] : []);
  const list = h('ol', { class: 'journeys', 'aria-label': 'What happened, newest first' });
  const state = h('div', { class: 'state' });
  const counts = h('dl', { class: 'counts' });
  const type = select('event_type', [['', 'All events'], ...TYPES.map((one) => [one, one])], '', { 'aria-label': 'Type of event', onchange: () => refresh() });
  const more = h('button', { type: 'button', class: 'button wide', hidden: true, onclick: () => { known.limit = Math.min(known.limit + PAGE, MOST); refresh(); } }, 'Show more');

  async function refresh() {
    const mine = (known.round += 1);
    try {
      // The events of one trace have several types.
      const [page, stats] = await Promise.all([
        app.api.get('/events', { limit: trace ? MOST : known.limit, type: trace ? '' : type.value }),
        app.api.get('/stats'),
      ]);
      if (mine !== known.round) return;
      known.events = page.items;
      more.hidden = Boolean(trace) || !page.next_cursor || known.limit >= MOST;
      counts.replaceChildren(...TYPES.filter((one) => stats.by_type[one]).map((one) => h('div', {}, h('dt', {}, one), h('dd', {}, String(stats.by_type[one])))));
      draw();
    } catch (error) {
      if (known.events.length === 0) state.replaceChildren(failure(error, refresh));
      throw error;
    }
  }

  function draw() {
    const now = new Date().toISOString();
    const all = journeys(known.events).filter((journey) => !trace || journey.trace === trace);
    const sign = (journey) => [open.has(journey.trace), ago(journey.events[0].time, zone, now), ...journey.events.map((one) => one.id)].join();
    reconcile(list, all, (journey) => journey.trace, sign, (journey) => card(journey, now));
    state.replaceChildren(all.length > 0 ? '' : trace
      ? empty('No event of this trace yet', 'Its events appear here as they are committed.')
      : empty('Nothing has happened yet', 'Every change of a task is an event. They are shown here with what came of them.'));
  }

  function card(journey, now) {
    const [first] = journey.events;
    const details = h('details', { class: 'journey', open: open.has(journey.trace), ontoggle: (event) => { open[event.target.open ? 'add' : 'delete'](journey.trace); } },
      h('summary', { 'data-action': 'open' },
        h('span', { class: `dot ${first.type.replace('.', '-')}` }),
        h('span', { class: 'journey-title' }, headline(first), ' ', journey.title && h('span', { class: 'journey-task' }, journey.title)),
        h('span', { class: 'muted' }, journey.events.length > 1 ? `${journey.events.length} events` : '1 event'),
        h('time', { datetime: first.time, class: 'muted', title: first.time }, ago(first.time, zone, now))),
      journey.events.map((event, index) => travel(event, journey.events.slice(index + 1), now)),
      h('p', { class: 'trace' }, 'Trace ', h('code', {}, journey.trace)));
    return h('li', {}, details);
  }

  const travel = (event, followers, now) => h('div', { class: 'travel' },
    h('p', { class: 'travel-head' }, h('code', { class: 'type' }, event.type), h('span', { class: 'muted' }, `${event.time.slice(11, 23)} UTC, source ${event.source}, version ${event.data.version}`)),
    h('ol', { class: 'stations' }, stations(event, followers, now).map((one) =>
      h('li', {}, h('span', { class: 'station' }, one.name), h('span', { class: 'station-text' }, one.text)))),
    h('details', { class: 'raw' }, h('summary', {}, 'The event as it was published'), h('pre', {}, JSON.stringify(event, null, 2))));

  const head = trace
    ? h('div', { class: 'view-head' }, h('h1', { id: 'view-title', tabindex: '-1' }, 'One journey'), h('a', { class: 'button', href: '#/history' }, 'All events'))
    : h('div', { class: 'view-head' }, h('h1', { id: 'view-title', tabindex: '-1' }, 'History'), type);
  return { element: h('section', { class: 'view', 'aria-labelledby': 'view-title' }, head, trace ? null : counts, state, list, more), refresh };
}

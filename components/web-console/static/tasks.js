// The view of tasks: adding, and a list that keeps itself up to date.

import { openEditor } from '/console/editor.js';
import { empty, failure, h, reconcile } from '/console/dom.js';
import { newTrace } from '/console/api.js';
import { filterBar } from '/console/filters.js';
import { quickAdd } from '/console/quick_add.js';
import { row, signature } from '/console/row.js';
import { hidesItsDay, whenWords } from '/console/words.js';

const PAGE = 50;
const MOST = 200;
/** After a change its effects are some milliseconds away, or a second or two through a broker. */
const SOON = [150, 400, 800, 1500, 3000];

/** `app` has the API and what all views share. */
export function tasksView(app) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = { tasks: [], cursor: null, limit: PAGE, seen: null };
  const dates = new Map();
  const list = h('ul', { class: 'rows', 'aria-label': 'Tasks' });
  const state = h('div', { class: 'state' });
  const summary = h('p', { class: 'summary', role: 'status' });
  const more = h('button', { type: 'button', class: 'button wide', hidden: true, onclick: () => { known.limit = Math.min(known.limit + PAGE, MOST); refresh(); } }, 'Show more');
  const bar = filterBar(() => { known.limit = PAGE; known.seen = null; refresh(); });
  const add = quickAdd(zone, create, (start) => openEditor({ task: null, start, zone, save: create }));
  let timers = [];
  let round = 0;

  const act = { toggle, patch, edit, remove };

  async function refresh() {
    const mine = (round += 1);
    try {
      const page = await app.api.get('/tasks', { ...bar.values(), limit: known.limit });
      if (mine !== round) return;
      Object.assign(known, { tasks: page.items, cursor: page.next_cursor });
      draw();
      nextDates();
    } catch (error) {
      if (mine === round && known.tasks.length === 0) state.replaceChildren(failure(error, refresh));
      throw error;
    }
  }

  function draw() {
    const now = new Date().toISOString();
    const seen = known.seen;
    const isFresh = (task) => seen !== null && !seen.has(task.id);
    const arrived = known.tasks.filter((task) => isFresh(task) && task.occurrence > 1 && !task.completed);
    const next = (task) => dates.get(`${task.id}:${task.version}`);
    reconcile(list, known.tasks, (task) => task.id, (task) => signature(task, next(task), now), (task, isNew) => row(task, next(task), now, act, isNew && isFresh(task)));
    known.seen = new Set([...(seen ?? []), ...known.tasks.map((task) => task.id)]);
    const [none, filtered] = [known.tasks.length === 0, bar.isFiltered()];
    state.replaceChildren(none ? nothing(filtered) : '');
    summary.textContent = none ? '' : `${known.tasks.length}${known.cursor ? '+' : ''} ${known.tasks.length === 1 ? 'task' : 'tasks'}`;
    more.hidden = !known.cursor || known.limit >= MOST;
    for (const task of arrived) app.announce(`Next occurrence of ${task.title}, due ${whenWords(task.due_date, task.time_zone, now)}`);
  }

  const nothing = (filtered) => filtered
    ? empty('Nothing fits', 'No task passes these filters.', h('button', { type: 'button', class: 'button', onclick: bar.clear }, 'Clear the filters'))
    : empty('Nothing to do', 'Add a task above. Let it repeat, complete it, and watch the next one arrive.');

  /** The next due dates of the recurring tasks in the list, one call each, once per version. */
  async function nextDates() {
    for (const task of known.tasks) {
      const key = `${task.id}:${task.version}`;
      if (!task.is_recurring || task.completed || dates.has(key)) continue;
      dates.set(key, []);
      try {
        const { items } = await app.api.get(`/tasks/${task.id}/occurrences`, { limit: hidesItsDay(task) ? 8 : 1 });
        dates.set(key, items);
      } catch {
        dates.delete(key);
        return;
      }
    }
    draw();
  }

  /** Looks again a few times: the effects of a change come by events, after its answer. */
  function soon() {
    timers.forEach(clearTimeout);
    timers = SOON.map((pause) => setTimeout(() => refresh().catch(() => {}), pause));
  }

  async function changed(work) {
    try {
      const result = await work();
      await refresh().catch(() => {});
      soon();
      return result;
    } catch (error) {
      if (error.status === 404) {
        app.toast('That task is gone.');
        refresh().catch(() => {});
      } else if (error.status !== 412 && error.status !== 422) {
        app.toast(error.message);
      }
      throw error;
    }
  }

  function create(fields) {
    const { trace, traceparent } = newTrace();
    const body = { time_zone: zone, ...fields };
    return changed(async () => {
      const task = await app.api.change('POST', '/tasks', body, { traceparent, key: crypto.randomUUID() });
      app.toast(`Added “${task.title}”.`, ['See its events', () => app.showTrace(trace)]);
      return task;
    });
  }

  function toggle(task) {
    const { trace, traceparent } = newTrace();
    const completed = !task.completed;
    return changed(async () => {
      const after = await app.api.change('POST', `/tasks/${task.id}/complete`, { completed }, { traceparent });
      const undo = ['Undo', () => toggle(after)];
      app.toast(`${completed ? 'Completed' : 'Reopened'} “${task.title}”.`, undo, ['See its events', () => app.showTrace(trace)]);
    }).catch(() => {});
  }

  async function patch(task, fields) {
    try {
      await changed(() => app.api.change('PATCH', `/tasks/${task.id}`, fields, { ifMatch: task.version }));
    } catch (error) {
      if (error.status === 412) edit(task, fields);
      else if (error.status === 422) app.toast(error.errors.map((one) => `${one.field} ${one.message}`).join('. '));
    }
  }

  function edit(task, mine) {
    openEditor({
      task, zone, mine,
      save: (fields, version) => changed(() => app.api.change('PATCH', `/tasks/${task.id}`, fields, { ifMatch: version })),
      reread: () => app.api.get(`/tasks/${task.id}`),
    });
  }

  function remove(task) {
    changed(async () => {
      await app.api.change('DELETE', `/tasks/${task.id}`);
      const restore = () => changed(() => app.api.change('POST', `/tasks/${task.id}/restore`)).catch(() => {});
      app.toast(`Deleted “${task.title}”.`, ['Undo', restore]);
    }).catch(() => {});
  }

  const element = h('section', { class: 'view', 'aria-labelledby': 'view-title' },
    h('h1', { id: 'view-title', class: 'visually-hidden', tabindex: '-1' }, 'Tasks'), add.element, bar.element, summary, state, list, more);
  return {
    element, refresh,
    close: () => timers.forEach(clearTimeout),
    shortcuts: {
      n: () => add.focus(),
      '/': () => bar.focus(),
      j: () => list.firstElementChild?.focus(),
    },
  };
}

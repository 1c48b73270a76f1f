// The travel of an event: what called for it, where it went, what came of it. Pure.

import { whenWords } from '/console/words.js';

/** What each type of event does: its topic, its component, and what called for it. */
const TYPES = {
  'task.created': ['tasks', 'task-created', 'A task was created'],
  'task.updated': ['tasks', 'task-updated', 'A task was changed'],
  'task.completed': ['tasks', 'task-completed', 'A task was completed'],
  'task.deleted': ['tasks', 'task-deleted', 'A task was deleted'],
  'reminder.scheduled': ['reminders', 'reminder-events', 'A reminder was set'],
  'reminder.triggered': ['reminders', 'reminder-triggered', 'A reminder came due'],
};

const unknown = (type) => ['?', '?', type];
const isByHandler = (event) => event.source === 'handler';
const isReopened = (event) => event.type === 'task.completed' && event.data.completed === false;

/** The trace of an event (W3C Trace Context), or its id when it has none. */
export const traceOf = (event) => event.traceparent?.split('-')[1] ?? event.id;

/** What an event tells of, in words. */
export const headline = (event) => (isReopened(event) ? 'A task was reopened' : (TYPES[event.type] ?? unknown(event.type))[2]);

/** The task's title, as far as the events of a journey say it. */
export function titleOf(events) {
  for (const { data } of events) {
    const title = data.title ?? data.task_title;
    if (title) return title;
  }
  return null;
}

/**
 * The events of a list, newest first, as journeys: those of one trace belong to one, in the order in which they happened. `titles` knows
 * the titles of tasks whose events do not say them.
 */
export function journeys(events, titles = new Map()) {
  const known = new Map(titles);
  const traces = new Map();
  for (const event of [...events].reverse()) {
    const title = event.data.title ?? event.data.task_title;
    if (title) known.set(event.subject, title);
    const trace = traceOf(event);
    if (!traces.has(trace)) traces.set(trace, []);
    traces.get(trace).push(event);
  }
  return [...traces]
    .map(([trace, all]) => ({ trace, events: all, title: titleOf(all) ?? known.get(all[0].subject) ?? null }))
    .sort((one, other) => (one.events.at(-1).time < other.events.at(-1).time ? 1 : -1));
}

/** What became of an event, told from the ones that followed it in its trace. */
export function effect(event, followers, now) {
  const { data } = event;
  const zone = data.time_zone ?? 'UTC';
  const reminder = followers.find((one) => one.type === 'reminder.scheduled');
  switch (event.type) {
    case 'task.created':
    case 'task.updated':
      if (reminder) return `Reminder set for ${whenWords(reminder.data.remind_at, zone, now)}`;
      return event.type === 'task.updated' ? 'The reminder stays as it is, or is cancelled' : 'No reminder to set';
    case 'task.completed': {
      const next = followers.find((one) => one.type === (isReopened(event) ? 'task.deleted' : 'task.created') && isByHandler(one));
      if (isReopened(event)) return next ? 'The next occurrence was taken back' : 'No next occurrence to take back';
      if (next) return `Occurrence ${next.data.occurrence} was made, due ${whenWords(next.data.due_date, next.data.time_zone, now)}`;
      return data.is_recurring ? 'No next occurrence: the series has ended, or it is on its way' : 'No next occurrence: the task does not repeat';
    }
    case 'task.deleted': return 'Its reminder is cancelled';
    case 'reminder.scheduled': return 'Acknowledged: it fires when its time comes';
    case 'reminder.triggered': return 'A notification was made';
    default: return 'Acknowledged';
  }
}

function cause(event, byHandler) {
  if (event.type === 'reminder.triggered') return { name: 'Timer', text: 'its time has come' };
  return byHandler ? { name: 'Component', text: 'an effect of the event before' } : { name: 'Call', text: `by ${event.partitionkey}` };
}

/** The stations of an event: `{name, text}`. Task components skip what a component did: its maker has done the rest. */
export function stations(event, followers, now) {
  const [topic, component] = TYPES[event.type] ?? unknown(event.type);
  const byHandler = isByHandler(event);
  const skips = byHandler && event.type.startsWith('task.');
  return [
    cause(event, byHandler),
    { name: 'Outbox', text: 'committed with the change, in one statement' },
    { name: 'Topic', text: `${topic}, key ${event.partitionkey}` },
    { name: 'Component', text: skips ? `${component} skips it` : component },
    { name: 'Effect', text: skips ? 'none: its maker has done what follows' : effect(event, followers, now) },
  ];
}

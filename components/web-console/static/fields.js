// The fields of a task in a form, and back: what differs from the task is what a change sends. Pure but for `read`.

import { remindWords, wallTime } from '/console/words.js';

export const REPEATS = [['', 'Does not repeat'], ['daily', 'Every day'], ['weekly', 'Every week'], ['monthly', 'Every month'], ['yearly', 'Every year']];
export const PRIORITIES = [['low', 'Low'], ['medium', 'Medium'], ['high', 'High']];
export const POLICIES = [['each', 'After this due date'], ['skip_missed', 'The first one after now'], ['from_completion', 'An interval after it is done']];
export const NAMES = {
  title: 'Title', description: 'Description', priority: 'Priority', tags: 'Tags', due_date: 'Due', time_zone: 'Time zone', is_recurring: 'Repeats',
  recurring_interval: 'Repeats', recurring_every: 'Every', recurrence_policy: 'The next one', recurring_until: 'Ends on', recurring_count: 'Ends after',
  remind_before_minutes: 'Reminder',
};

/** The choices of a reminder; one that is not among them is added. */
export function reminders(current) {
  const minutes = [null, 0, 10, 60, 1440, 10_080];
  if (!minutes.includes(current)) minutes.push(current);
  return minutes.map((one) => [one === null ? '' : String(one), remindWords(one)]);
}

/** What a form shows of a task: texts, as its controls have them. */
export function shown(task) {
  const wall = (time) => (time ? wallTime(time, task.time_zone) : '');
  return {
    title: task.title,
    description: task.description ?? '',
    priority: task.priority,
    tags: task.tags.join(', '),
    due_date: wall(task.due_date),
    time_zone: task.time_zone,
    recurring_interval: task.is_recurring ? task.recurring_interval : '',
    recurring_every: String(task.recurring_every),
    recurrence_policy: task.recurrence_policy,
    recurring_until: wall(task.recurring_until),
    recurring_count: task.recurring_count === null ? '' : String(task.recurring_count),
    remind_before_minutes: task.remind_before_minutes === null ? '' : String(task.remind_before_minutes),
  };
}

/** A new task before anybody has typed. */
export const blank = (zone) => ({
  title: '', description: '', priority: 'medium', tags: '', due_date: '', time_zone: zone, recurring_interval: '', recurring_every: '1',
  recurrence_policy: 'each', recurring_until: '', recurring_count: '', remind_before_minutes: '1440',
});

const number = (text) => (text === '' ? null : Number(text));

/** One control's text as the API has it. */
const VALUES = {
  description: (text) => (text.trim() === '' ? null : text),
  tags: (text) => text.split(',').map((tag) => tag.trim()).filter(Boolean),
  due_date: (text) => text || null,
  recurring_until: (text) => text || null,
  recurring_every: (text) => number(text) ?? 1,
  recurring_count: number,
  remind_before_minutes: number,
};

/** The body for the API: what `after` has that `before` has not. A recurrence is two fields of it. */
export function body(before, after) {
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  const fields = changed.map((name) => [name, (VALUES[name] ?? ((text) => text))(after[name])]);
  const result = Object.fromEntries(fields);
  if ('recurring_interval' in result) {
    result.is_recurring = result.recurring_interval !== '';
    result.recurring_interval ||= null;
  }
  // A wall-clock time means another moment in another zone, so both go together.
  if ('time_zone' in result && after.due_date) result.due_date = after.due_date;
  if ('time_zone' in result && after.recurring_until) result.recurring_until = after.recurring_until;
  return result;
}

/** What two people have made of the same task: `[field, theirs, yours]` where they differ from what you began with. */
export function conflicts(base, theirs, yours) {
  return Object.keys(yours)
    .filter((name) => theirs[name] !== base[name] || yours[name] !== base[name])
    .filter((name) => theirs[name] !== yours[name])
    .map((name) => [name, theirs[name], yours[name]]);
}

/** The texts of a form's controls. */
export const read = (form, names) => Object.fromEntries(names.map((name) => [name, form.elements[name].value]));

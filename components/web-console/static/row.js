// One task in the list: complete or reopen, rename in place, edit, delete.

import { h, icon, iconButton } from '/console/dom.js';
import { dateWords, remindWords, repeatWords, whenWords } from '/console/words.js';

/** What a row shows depends on this, and on nothing else. */
export const signature = (task, dates, now) =>
  [task.id, task.version, task.overdue, task.due_date && whenWords(task.due_date, task.time_zone, now), dates?.join()].join('|');

/** The row of a task. `act` has what it can do; `dates` are its next due dates if they are known. */
export function row(task, dates, now, act, fresh) {
  const done = task.completed;
  const check = h('button', {
    type: 'button', class: 'check', role: 'checkbox', 'aria-checked': String(done), 'data-action': 'check',
    'aria-label': `${done ? 'Reopen' : 'Complete'} ${task.title}`, title: done ? 'Reopen' : 'Complete', onclick: () => act.toggle(task),
  }, icon('check'));
  const title = h('button', {
    type: 'button', class: 'title', 'data-action': 'rename', title: 'Rename', onclick: (event) => rename(event.currentTarget, task, act),
  }, task.title);
  const element = h('li', { class: `row${done ? ' done' : ''}${fresh ? ' fresh' : ''}`, tabindex: '-1' }, check,
    h('div', { class: 'row-main' }, title, task.description && h('p', { class: 'row-text' }, task.description), facts(task, dates, now)),
    h('div', { class: 'row-actions' },
      iconButton('pencil', `Edit ${task.title}`, () => act.edit(task), { 'data-action': 'edit' }),
      iconButton('trash', `Delete ${task.title}`, () => act.remove(task), { 'data-action': 'delete' })));
  element.addEventListener('keydown', (event) => keys(event, element));
  return element;
}

function facts(task, dates, now) {
  const list = h('ul', { class: 'facts' });
  const add = (name, drawing, ...text) => list.append(h('li', { class: name }, drawing && icon(drawing), h('span', {}, ...text)));
  if (task.completed) add('muted', 'check', `done ${whenWords(task.completed_at, task.time_zone, now)}`);
  if (task.due_date) {
    const when = whenWords(task.due_date, task.time_zone, now);
    const zone = task.time_zone === ownZone() ? '' : ` (${task.time_zone})`;
    add(task.overdue ? 'due overdue' : 'due', 'clock', task.overdue ? 'overdue: ' : '', h('time', { datetime: task.due_date }, when + zone));
  }
  if (task.is_recurring) {
    const next = !task.completed && dates?.[0] ? `, next: ${dateWords(dates[0], task.time_zone)}` : '';
    add('repeat', 'repeat', repeatWords(task, dates) + next);
  }
  if (task.priority !== 'medium') add(`priority ${task.priority}`, 'flag', `${task.priority} priority`);
  if (task.remind_at && !task.completed) add('muted', 'bell', remindWords(task.remind_before_minutes));
  for (const tag of task.tags) add('tag', null, tag);
  return list;
}

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The title becomes a field: Enter or leaving it saves, Escape does not. */
function rename(button, task, act) {
  const input = h('input', { class: 'title-field', value: task.title, maxlength: 200, 'aria-label': `New title of ${task.title}` });
  let open = true;
  const close = (save) => {
    if (!open) return;
    open = false;
    const title = input.value.trim();
    input.replaceWith(button);
    if (save && title && title !== task.title) act.patch(task, { title });
    else button.focus();
  };
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close(event.key === 'Enter');
    }
  });
  input.addEventListener('blur', () => close(true));
  button.replaceWith(input);
  input.focus();
  input.select();
}

/** On a row: x completes, e edits, Delete deletes, j and k or the arrows go on. */
function keys(event, element) {
  if (event.target.matches('input, textarea, select') || event.ctrlKey || event.metaKey || event.altKey) return;
  const press = (action) => element.querySelector(`[data-action="${action}"]`)?.click();
  const go = (other) => other?.focus();
  const known = {
    x: () => press('check'), e: () => press('edit'), Delete: () => press('delete'),
    j: () => go(element.nextElementSibling), ArrowDown: () => go(element.nextElementSibling),
    k: () => go(element.previousElementSibling), ArrowUp: () => go(element.previousElementSibling),
  }[event.key];
  if (!known) return;
  event.preventDefault();
  event.stopPropagation();
  known();
}

// The dialog with all fields of a task: a new one, or a change under the condition that nobody else has made one.

import { blank, body, conflicts, NAMES, POLICIES, PRIORITIES, read, reminders, REPEATS, shown } from '/console/fields.js';
import { field, h, iconButton, select } from '/console/dom.js';

const zones = () => h('datalist', { id: 'zones' }, Intl.supportedValuesOf('timeZone').map((zone) => h('option', { value: zone })));

function controls(values) {
  const input = (name, type, more = {}) => h('input', { name, type, value: values[name], ...more });
  const recurring = h('div', { class: 'field-row', id: 'recurring' },
    field('Every', input('recurring_every', 'number', { min: 1, max: 999 }), 'so many intervals'),
    field('The next one comes', select('recurrence_policy', POLICIES, values.recurrence_policy)),
    field('Ends on', input('recurring_until', 'datetime-local'), 'empty: never'),
    field('Ends after', input('recurring_count', 'number', { min: 1, max: 100_000 }), 'so many occurrences'));
  const repeat = select('recurring_interval', REPEATS, values.recurring_interval, { onchange: () => { recurring.hidden = repeat.value === ''; } });
  recurring.hidden = values.recurring_interval === '';
  const reminder = values.remind_before_minutes === '' ? null : Number(values.remind_before_minutes);
  return [
    field('Title', input('title', 'text', { required: true, maxlength: 200, autocomplete: 'off' })),
    field('Description', h('textarea', { name: 'description', rows: 3, maxlength: 4000, value: values.description })),
    h('div', { class: 'field-row' },
      field('Due', input('due_date', 'datetime-local')),
      field('Time zone', input('time_zone', 'text', { list: 'zones', autocomplete: 'off' })),
      field('Repeats', repeat)),
    recurring,
    h('div', { class: 'field-row' },
      field('Priority', select('priority', PRIORITIES, values.priority)),
      field('Reminder', select('remind_before_minutes', reminders(reminder), values.remind_before_minutes)),
      field('Tags', input('tags', 'text', { autocomplete: 'off' }), 'separated by commas')),
    zones(),
  ];
}

/**
 * Opens it. `task` is the task to change, or null for a new one that begins with `start`. `save(body, version)` makes the change and
 * returns the task; `reread()` gets the task as it is now, after somebody else has changed it.
 */
export function openEditor({ task, start = {}, zone, save, reread, mine }) {
  let base = task ? shown(task) : { ...blank(zone) };
  let version = task?.version;
  const names = Object.keys(base);
  const notice = h('div', { class: 'notice', role: 'alert' });
  const error = h('p', { class: 'form-error', role: 'alert' });
  const submit = h('button', { class: 'button primary' }, task ? 'Save' : 'Add task');
  const fields = h('div', { class: 'dialog-body' }, notice, controls({ ...base, ...start, ...mine }));
  const form = h('form', { method: 'dialog', novalidate: true }, h('header', { class: 'dialog-head' },
    h('h2', { id: 'editor-title' }, task ? 'Edit task' : 'New task'), iconButton('close', 'Close', () => dialog.close())),
  fields, h('footer', { class: 'dialog-foot' }, error, h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Cancel'), submit));
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': 'editor-title' }, form);

  const tell = (refused) => {
    let first;
    for (const place of form.querySelectorAll('[data-field]')) {
      const wrong = refused?.errors.find((one) => one.field === place.dataset.field);
      place.classList.toggle('wrong', Boolean(wrong));
      const control = place.querySelector('input, select, textarea');
      control.toggleAttribute('aria-invalid', Boolean(wrong));
      const note = place.querySelector('.field-note');
      note.dataset.hint ??= note.textContent;
      note.textContent = wrong?.message ?? note.dataset.hint;
      if (wrong) first ??= control;
    }
    const elsewhere = refused?.errors.filter((one) => !names.includes(one.field)) ?? [];
    const summary = first ? 'Some fields are not as they must be' : refused?.message;
    error.textContent = refused ? [summary, ...elsewhere.map((one) => `${one.field} ${one.message}`)].join('. ') : '';
    first?.focus();
  };

  const fill = (values) => fields.replaceChildren(notice, ...controls(values));

  /** Somebody else was faster: both versions side by side, and a choice. */
  const conflict = async () => {
    const now = await reread();
    const [theirs, yours] = [shown(now), read(form, names)];
    const differing = conflicts(base, theirs, yours);
    const cell = (text) => h('td', {}, text || '—');
    const own = (name, text) => (text === base[name] ? h('td', { class: 'muted' }, 'not changed') : cell(text));
    const choose = (values) => () => {
      [base, version] = [theirs, now.version];
      notice.replaceChildren();
      fill(values);
      form.elements.title.focus();
    };
    notice.replaceChildren(h('p', { class: 'notice-title' }, 'This task was changed in the meantime'),
      h('table', {}, h('thead', {}, h('tr', {}, h('th', {}, 'Field'), h('th', {}, 'Now'), h('th', {}, 'Yours'))),
        h('tbody', {}, differing.map(([name, their, your]) => h('tr', {}, h('th', {}, NAMES[name]), cell(their), own(name, your))))),
      h('div', { class: 'notice-actions' },
        h('button', { type: 'button', class: 'button', onclick: choose(theirs) }, 'Take what is there'),
        h('button', { type: 'button', class: 'button primary', onclick: choose(merged(base, theirs, yours)) }, 'Keep mine')));
    notice.querySelector('button').focus();
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const changes = body(base, read(form, names));
    if (task && Object.keys(changes).length === 0) return dialog.close();
    submit.disabled = true;
    try {
      await save(changes, version);
      dialog.close();
    } catch (refused) {
      tell(refused.status === 412 ? null : refused);
      if (refused.status === 412) await conflict().catch(tell);
    } finally {
      submit.disabled = false;
    }
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  form.elements.title.focus();
  if (mine) conflict().catch(tell);
}

/** My changes on top of theirs: what I have not touched is as they left it. */
const merged = (base, theirs, yours) =>
  Object.fromEntries(Object.keys(yours).map((name) => [name, yours[name] === base[name] ? theirs[name] : yours[name]]));

// The form above the list: a title is enough; when it is due and whether it repeats are one step away.

import { field, h, icon, select } from '/console/dom.js';
import { PRIORITIES, REPEATS } from '/console/fields.js';

/** Tomorrow morning, as `datetime-local` has it: what a repeating task without a date begins with. */
export function tomorrow(now) {
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 9);
  const two = (number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T09:00`;
}

/** `add(fields)` makes the task; `details(start)` opens the whole form with what is here already. */
export function quickAdd(zone, add, details) {
  const title = h('input', { name: 'title', class: 'add-title', placeholder: 'Add a task', 'aria-label': 'Title of a new task', maxlength: 200, autocomplete: 'off' });
  const due = h('input', { name: 'due_date', type: 'datetime-local', id: 'add-due' });
  const repeat = select('recurring_interval', REPEATS, '', { id: 'add-repeat', onchange: () => { if (repeat.value && !due.value) due.value = tomorrow(new Date()); } });
  const priority = select('priority', PRIORITIES, 'medium', { id: 'add-priority' });
  const error = h('p', { class: 'form-error', role: 'alert' });
  const button = h('button', { class: 'button primary' }, 'Add');
  const values = () => ({ title: title.value.trim(), due_date: due.value, recurring_interval: repeat.value, priority: priority.value });
  const clear = () => {
    form.reset();
    priority.value = 'medium';
    error.textContent = '';
  };
  const open = () => {
    const start = values();
    details(start);
    clear();
  };
  const more = h('div', { class: 'add-more' }, field('Due', due), field('Repeats', repeat), field('Priority', priority),
    h('button', { type: 'button', class: 'button quiet', onclick: open }, 'All fields…'));

  const submit = async (event) => {
    event.preventDefault();
    const { title: text, due_date, recurring_interval, priority: level } = values();
    if (!text) return title.focus();
    button.disabled = true;
    try {
      await add({
        title: text, priority: level, due_date: due_date || null,
        ...(recurring_interval && { is_recurring: true, recurring_interval }),
      });
      clear();
      title.focus();
    } catch (refused) {
      error.textContent = refused.errors?.map((one) => `${one.field} ${one.message}`).join('. ') || refused.message;
    } finally {
      button.disabled = false;
    }
  };
  // Once open it stays: what is below must not move under a pointer that has left the form for it.
  const opened = (isOpen) => form.classList.toggle('open', isOpen);
  const keydown = (event) => {
    if (event.key !== 'Escape') return;
    clear();
    opened(false);
    title.blur();
  };
  const form = h('form', { class: 'card add', onsubmit: submit, onfocusin: () => opened(true), onkeydown: keydown }, h('div', { class: 'add-line' }, icon('plus'), title, button), more, error);
  return { element: form, focus: () => title.focus() };
}

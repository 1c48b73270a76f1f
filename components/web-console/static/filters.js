// Which tasks are shown, and in which order.

import { field, h, icon, iconButton, select } from '/console/dom.js';
import { PRIORITIES } from '/console/fields.js';

const STATUS = [['pending', 'Open'], ['completed', 'Completed'], ['all', 'All']];
const DUE = [['', 'Any time'], ['overdue', 'Overdue'], ['today', 'Until tonight'], ['week', 'In the next 7 days']];
const SORTS = [['due_date', 'Due date'], ['created_at', 'Created'], ['updated_at', 'Changed'], ['priority', 'Priority'], ['title', 'Title']];
/** While somebody types a search, the list waits for the end of it. */
const TYPING = 250;

/** What the choice of a due date means for the API. */
export function dueQuery(choice, now) {
  if (choice === 'overdue') return { overdue: true };
  if (choice !== 'today' && choice !== 'week') return {};
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + (choice === 'today' ? 1 : 8));
  return { due_before: midnight.toISOString() };
}

/** The bar of filters; `changed` hears of every change. */
export function filterBar(changed) {
  let typing;
  const later = () => {
    clearTimeout(typing);
    typing = setTimeout(changed, TYPING);
  };
  const search = h('input', { name: 'q', type: 'search', placeholder: 'Search', 'aria-label': 'Search in titles and descriptions', maxlength: 200, oninput: later });
  const status = h('div', { class: 'segments', role: 'group', 'aria-label': 'Status' }, STATUS.map(([value, text]) =>
    h('button', { type: 'button', 'data-status': value, 'aria-pressed': String(value === 'pending'), onclick: () => setStatus(value) }, text)));
  const priority = select('filter_priority', [['', 'Any'], ...PRIORITIES], '', { onchange: changed });
  const due = select('filter_due', DUE, '', { onchange: changed });
  const tag = h('input', { name: 'filter_tag', type: 'text', autocomplete: 'off', oninput: later });
  const sort = select('sort', SORTS, 'due_date', { 'aria-label': 'Sort by', title: 'Sort by', onchange: changed });
  let order = 'asc';
  const direction = h('button', { type: 'button', class: 'icon-button', onclick: () => { order = order === 'asc' ? 'desc' : 'asc'; showOrder(); changed(); } });
  const more = h('div', { class: 'filter-more', id: 'filter-more', hidden: true },
    field('Priority', priority), field('Due', due), field('Tags', tag, 'any of them, separated by commas'));
  const toggle = iconButton('filter', 'More filters', () => {
    more.hidden = !more.hidden;
    toggle.setAttribute('aria-expanded', String(!more.hidden));
  }, { 'aria-expanded': 'false', 'aria-controls': 'filter-more' });

  function showOrder() {
    const label = order === 'asc' ? 'Ascending; turn around' : 'Descending; turn around';
    direction.replaceChildren(icon(order === 'asc' ? 'up' : 'down'));
    direction.title = label;
    direction.setAttribute('aria-label', label);
  }
  function setStatus(value) {
    for (const button of status.children) button.setAttribute('aria-pressed', String(button.dataset.status === value));
    changed();
  }
  const chosen = () => status.querySelector('[aria-pressed="true"]').dataset.status;
  const tags = () => tag.value.split(',').map((one) => one.trim()).filter(Boolean);

  showOrder();
  return {
    element: h('div', { class: 'filters' },
      h('div', { class: 'filter-line' }, status, h('div', { class: 'search' }, icon('search'), search), h('div', { class: 'sorting' }, sort, direction, toggle)), more),
    values: () => ({
      status: chosen(), q: search.value.trim(), priority: priority.value, tag: tags(), sort: sort.value, order, ...dueQuery(due.value, new Date()),
    }),
    isFiltered: () => chosen() === 'completed' || Boolean(search.value.trim() || priority.value || due.value || tags().length),
    clear: () => {
      [search, priority, due, tag].forEach((control) => { control.value = ''; });
      setStatus('pending');
    },
    focus: () => search.focus(),
  };
}

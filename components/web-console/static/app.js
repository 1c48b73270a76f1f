// The frame: who is signed in, which view is shown, what is asked again and when, and what is told in passing.

import { forget, keep, needsToken, restore, signInForm } from '/console/session.js';
import { calendarDialog } from '/console/calendar.js';
import { failure, h, icon } from '/console/dom.js';
import { historyView } from '/console/history.js';
import { listen } from '/console/live.js';
import { notificationsView, unread } from '/console/notifications.js';
import { operatorsView } from '/console/operators.js';
import { tasksView } from '/console/tasks.js';
import { toaster } from '/console/toast.js';
import { userApi } from '/console/api.js';

/** Between two looks at what is shown: while events are heard of, they say when to look. While nothing answers, longer and longer. */
const PAUSE = 4000;
const PAUSE_LIVE = 30_000;
const LONGEST = 30_000;

const VIEWS = [['tasks', 'Tasks'], ['notifications', 'Notifications'], ['history', 'History'], ['operators', 'Operators']];

const main = document.getElementById('main');
const [top, account, status, keys, calendar] = ['top', 'account', 'connection', 'keys', 'calendar'].map((id) => document.getElementById(id));
const announcer = document.getElementById('announcer');
const { toast, dismiss } = toaster(document.getElementById('toasts'));

const app = {
  api: null,
  toast,
  announce: (text) => { announcer.textContent = text; },
  showTrace: (trace) => { location.hash = `#/history/${trace}`; },
  countUnread,
};
let view = null;
let live = null;
let isLive = false;
let failures = 0;
let timer;

async function countUnread() {
  const number = await unread(app.api);
  const badge = document.getElementById('unread');
  badge.textContent = number;
  badge.hidden = !number;
  badge.setAttribute('aria-label', `${number} unread`);
}

function show() {
  const [, name = 'tasks', detail] = location.hash.split('/');
  const made = {
    notifications: () => notificationsView(app), history: () => historyView(app, detail), operators: () => operatorsView(app),
  }[name] ?? (() => tasksView(app));
  const moved = view !== null;
  view?.close?.();
  view = made();
  main.replaceChildren(view.element);
  for (const link of top.querySelectorAll('nav a[data-view]')) {
    const current = link.dataset.view === name || (link.dataset.view === 'tasks' && !VIEWS.some(([known]) => known === name));
    if (current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
    if (current) document.title = `${link.dataset.title} · todo`;
  }
  if (moved) view.element.querySelector('#view-title')?.focus();
  look();
}

/** Asks again for what is shown, now and then from time to time, unless nobody looks. */
async function look() {
  clearTimeout(timer);
  if (!app.api) return;
  let pause = PAUSE;
  if (!document.hidden) {
    try {
      await Promise.all([view.refresh(), countUnread()]);
      failures = 0;
      if (isLive) pause = PAUSE_LIVE;
      tell('online', isLive ? 'Up to date, live' : 'Up to date');
    } catch (error) {
      if (!app.api) return;
      failures += 1;
      pause = Math.min(PAUSE * 2 ** failures, LONGEST);
      tell('offline', error.status ? 'The server has trouble' : 'No connection');
    }
  }
  clearTimeout(timer);
  timer = setTimeout(look, pause);
}

/** Listens to events, while somebody looks. */
function hear() {
  live?.close();
  live = null;
  isLive = false;
  if (!app.api || document.hidden) return;
  live = listen(app.api, look, (now) => {
    if (now === isLive) return;
    isLive = now;
    if (!now) look();
  });
}

function tell(state, text) {
  status.dataset.state = state;
  status.title = text;
  if (status.textContent !== text) status.textContent = text;
}

function enter(session) {
  keep(session);
  app.api = userApi(session.user, session.token, (error) => leave(error.message));
  account.replaceChildren(h('span', { class: 'user', title: session.user }, session.user),
    h('button', { type: 'button', class: 'button quiet', onclick: () => leave() }, 'Sign out'));
  top.hidden = keys.hidden = calendar.hidden = false;
  hear();
  show();
}

function leave(reason) {
  forget();
  clearTimeout(timer);
  view?.close?.();
  live?.close();
  [app.api, view, live] = [null, null, null];
  top.hidden = keys.hidden = calendar.hidden = true;
  dismiss();
  welcome(reason);
}

async function welcome(reason) {
  try {
    const form = signInForm(await needsToken(), reason, enter);
    main.replaceChildren(form);
    form.querySelector('input, textarea').focus();
  } catch (error) {
    main.replaceChildren(failure(error, () => welcome(reason)));
  }
}

function help() {
  const known = [['n', 'New task'], ['/', 'Search'], ['j k', 'Next and previous task'], ['x', 'Complete or reopen'], ['e', 'Edit'], ['Delete', 'Delete'], ['g t', 'Tasks'], ['g n', 'Notifications'], ['g h', 'History'], ['?', 'This list']];
  const dialog = h('dialog', { class: 'dialog narrow', 'aria-labelledby': 'help-title', onclose: () => dialog.remove() },
    h('form', { method: 'dialog' }, h('header', { class: 'dialog-head' }, h('h2', { id: 'help-title' }, 'Keys'), h('button', { class: 'icon-button', 'aria-label': 'Close' }, icon('close'))),
      h('dl', { class: 'dialog-body keys' }, known.map(([key, text]) => h('div', {}, h('dt', {}, key.split(' ').map((one) => h('kbd', {}, one))), h('dd', {}, text))))));
  document.body.append(dialog);
  dialog.showModal();
}

let before = '';
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, select, dialog');
  if (!app.api || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = before === 'g' ? { t: 'tasks', n: 'notifications', h: 'history', o: 'operators' }[event.key] : null;
  before = event.key;
  const action = target ? () => { location.hash = `#/${target}`; } : event.key === '?' ? help : view.shortcuts?.[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
keys.addEventListener('click', help);
calendar.addEventListener('click', () => calendarDialog(app));
// Addresses behind # are the views here, so the jump to the content is made by hand.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.querySelector('#view-title, input, textarea')?.focus();
});
window.addEventListener('hashchange', () => app.api && show());
document.addEventListener('visibilitychange', () => {
  hear();
  if (!document.hidden) look();
});
window.addEventListener('online', () => {
  hear();
  look();
});

const session = restore();
if (session?.user) enter(session);
else welcome();

// The view of operators: dead letters, and publishing them again. It has a token of its own.

import { ago, count } from '/console/words.js';
import { call, query } from '/console/api.js';
import { empty, failure, field, h, reconcile, select } from '/console/dom.js';
import { lagCard } from '/console/lag.js';

const STORE = 'todo-operator';
const PAGE = 50;

/** `app` has what all views share. */
export function operatorsView(app) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  let token = sessionStorage.getItem(STORE) ?? '';
  let letters = [];
  const element = h('section', { class: 'view', 'aria-labelledby': 'view-title' });
  const list = h('ul', { class: 'rows', 'aria-label': 'Dead letters' });
  const state = h('div', { class: 'state' });
  const which = select('letter_state', [['open', 'Open'], ['replayed', 'Replayed'], ['all', 'All']], 'open', { 'aria-label': 'State', onchange: () => refresh() });
  const ops = (method, path, body) => call(method, `/ops${path}`, { token, body });
  const lag = lagCard(() => ops('GET', '/outbox'));

  async function refresh() {
    if (!token) return ask('');
    try {
      letters = (await ops('GET', `/dead-letters${query({ state: which.value, limit: PAGE })}`)).items;
      draw();
      await lag.refresh();
    } catch (error) {
      if (error.status === 401 || error.status === 403) return ask(error.message);
      if (letters.length === 0) state.replaceChildren(failure(error, refresh));
      throw error;
    }
  }

  function ask(reason) {
    token = '';
    sessionStorage.removeItem(STORE);
    if (element.querySelector('form')) {
      element.querySelector('.form-error').textContent = reason;
      return;
    }
    const input = h('input', { name: 'operator', type: 'password', required: true, autocomplete: 'off' });
    const submit = (event) => {
      event.preventDefault();
      token = input.value.trim();
      sessionStorage.setItem(STORE, token);
      show();
      refresh().catch(() => {});
    };
    element.replaceChildren(h('form', { class: 'card sign-in', onsubmit: submit }, h('h1', { id: 'view-title', tabindex: '-1' }, 'Operators'),
      field('Operator token', input, 'The token that this server was configured with. It stays in this tab.'),
      h('p', { class: 'form-error', role: 'alert' }, reason), h('button', { class: 'button primary wide' }, 'Open')));
  }

  function show() {
    element.replaceChildren(
      h('div', { class: 'view-head' }, h('h1', { id: 'view-title', tabindex: '-1' }, 'Operators'), h('button', { type: 'button', class: 'button quiet', onclick: () => ask('') }, 'Forget the token')),
      lag.element,
      h('div', { class: 'view-head' }, h('h2', {}, 'Dead letters'), h('div', { class: 'sorting' }, which, h('button', { type: 'button', class: 'button', onclick: replayAll }, 'Replay all open ones…'))),
      state, list);
  }

  function draw() {
    const now = new Date().toISOString();
    reconcile(list, letters, (one) => one.id, (one) => [one.state, one.failed_again, ago(one.received_at, zone, now)].join(), (one) => line(one, now));
    state.replaceChildren(letters.length ? '' : empty('No dead letters', which.value === 'open' ? 'Every event was handled, or was replayed.' : 'There are none of this kind.'));
  }

  function line(one, now) {
    const whole = h('pre', {}, 'reading…');
    const read = async (event) => {
      if (!event.target.open) return;
      const letter = await ops('GET', `/dead-letters/${encodeURIComponent(one.id)}`).catch((error) => ({ event: error.message }));
      whole.textContent = typeof letter.event === 'string' ? letter.event : JSON.stringify(letter.event, null, 2);
    };
    return h('li', { class: `row${one.state === 'open' ? '' : ' done'}`, tabindex: '-1' },
      h('div', { class: 'row-main' }, h('p', { class: 'title' }, h('code', {}, one.type || 'unknown type')), h('p', {}, one.reason),
        h('p', { class: 'muted' }, [`user ${one.user_id || 'unknown'}`, `topic ${one.topic || 'unknown'}`, `received ${ago(one.received_at, zone, now)}`,
          one.failed_again && `failed again ${count(one.failed_again, 'time')}`, one.replayed_at && `replayed ${ago(one.replayed_at, zone, now)}`].filter(Boolean).join(', ')),
        h('details', { class: 'raw', ontoggle: read }, h('summary', {}, 'The event'), whole)),
      h('div', { class: 'row-actions' }, one.state === 'open' && h('button', { type: 'button', class: 'button', 'data-action': 'replay', 'aria-label': `Replay ${one.type} ${one.id}`, onclick: () => replay(one) }, 'Replay')));
  }

  async function replay(one) {
    await ops('POST', `/dead-letters/${encodeURIComponent(one.id)}/replay`).then(() => app.toast('Published again.'), (error) => app.toast(error.message));
    refresh().catch(() => {});
  }

  /** Counts first; what is replayed is what was shown. */
  async function replayAll() {
    try {
      const { remaining, failed_too_often, unpublishable } = await ops('POST', '/dead-letters/replay', { dry_run: true });
      const left = [failed_too_often && `${failed_too_often} failed too often`, unpublishable && `${unpublishable} cannot be published`].filter(Boolean);
      if (!remaining) return app.toast(['Nothing to replay.', ...left].join(' '));
      app.toast(`${count(remaining, 'event')} would be published again, oldest first. ${left.join(', ')}`, ['Replay them', replayThem]);
    } catch (error) {
      app.toast(error.message);
    }
  }

  async function replayThem() {
    try {
      const { replayed, remaining } = await ops('POST', '/dead-letters/replay', {});
      app.toast(`Published ${replayed} again${remaining ? `, ${remaining} wait for the next call` : ''}.`);
    } catch (error) {
      app.toast(error.message);
    }
    refresh().catch(() => {});
  }

  if (token) show();
  else ask('');
  return { element, refresh };
}

// The address for calendar programs: made, copied and revoked in a dialog. It is shown only once, when it is made.

import { ago } from '/console/words.js';
import { field, h, iconButton } from '/console/dom.js';

/** Opens it; `app` has the API and what all views share. */
export async function calendarDialog(app) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const state = h('p', {}, 'Asking…');
  const address = h('input', { name: 'calendar_address', readonly: true, class: 'mono', onfocus: () => address.select() });
  const shown = h('div', { hidden: true }, field('Address', address, 'It is shown only now. Whoever has it can read your tasks.'));
  const error = h('p', { class: 'form-error', role: 'alert' });
  const copy = h('button', { type: 'button', class: 'button primary', hidden: true, onclick: () => copied() }, 'Copy');
  const make = h('button', { type: 'button', class: 'button primary', onclick: () => change(made) }, 'Make an address');
  const revoke = h('button', { type: 'button', class: 'button', hidden: true, onclick: () => change(revoked) }, 'Revoke');

  /** `calendar` is what the API says of it, null when there is none. */
  function draw(calendar, words) {
    state.textContent = words ?? (calendar ? `There is an address, made ${ago(calendar.created_at, zone, new Date().toISOString())}.` : 'There is no address yet.');
    make.textContent = calendar ? 'Replace it' : 'Make an address';
    // What is wanted next.
    make.classList.toggle('primary', !calendar);
    revoke.hidden = !calendar;
    shown.hidden = copy.hidden = !calendar?.url;
    address.value = calendar?.url ? new URL(calendar.url, location.href).href : '';
  }

  /** `work` returns what gets the focus. */
  async function change(work) {
    let next = null;
    error.textContent = '';
    make.disabled = revoke.disabled = true;
    try {
      next = await work();
    } catch (refused) {
      error.textContent = refused.message;
    } finally {
      make.disabled = revoke.disabled = false;
    }
    next?.focus();
  }

  async function made() {
    draw(await app.api.change('POST', '/calendar'), 'Subscribe to this address in your calendar program. An earlier one does not work any more.');
    return address;
  }

  async function revoked() {
    await app.api.change('DELETE', '/calendar');
    draw(null, 'The address was revoked.');
    return make;
  }

  async function copied() {
    try {
      await navigator.clipboard.writeText(address.value);
      app.announce('Copied.');
      copy.textContent = 'Copied';
    } catch {
      // Browsers permit it on https and on this machine only.
      address.focus();
      error.textContent = 'The browser does not let a page copy here: copy it by hand.';
    }
  }

  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': 'calendar-title', onclose: () => dialog.remove() },
    h('header', { class: 'dialog-head' }, h('h2', { id: 'calendar-title' }, 'Calendar'), iconButton('close', 'Close', () => dialog.close())),
    h('div', { class: 'dialog-body' }, h('p', { class: 'muted' }, 'Calendar programs show your tasks when they subscribe to an address of yours.'),
      h('div', { role: 'status' }, state), shown),
    h('footer', { class: 'dialog-foot' }, error, revoke, copy, make));
  document.body.append(dialog);
  dialog.showModal();
  await change(async () => {
    draw(await app.api.get('/calendar').catch((refused) => {
      if (refused.status === 404) return null;
      throw refused;
    }));
  });
}

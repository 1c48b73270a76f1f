// What is told in passing, with what can be done about it. It stays while somebody is at it.

import { h, iconButton } from '/console/dom.js';

const STAYS = 8000;

/** Messages in `place`, one at a time: `toast('Deleted.', ['Undo', f])`. */
export function toaster(place) {
  let timer;
  const dismiss = () => {
    clearTimeout(timer);
    place.replaceChildren();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(dismiss, STAYS);
  };
  const toast = (text, ...actions) => {
    const buttons = actions.map(([label, run]) => h('button', { type: 'button', class: 'button', onclick: () => { dismiss(); run(); } }, label));
    place.replaceChildren(h('div', {
      class: 'toast', onmouseenter: () => clearTimeout(timer), onmouseleave: later, onfocusin: () => clearTimeout(timer), onfocusout: later,
    }, h('p', {}, text), buttons, iconButton('close', 'Dismiss', dismiss)));
    later();
  };
  return { toast, dismiss };
}

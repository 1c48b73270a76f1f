// Elements, icons, and lists that keep what has not changed. Text is always set as text, never parsed as markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element: `h('button', {class: 'quiet', onclick: f, 'aria-label': 'Edit'}, icon('pencil'), 'Edit')`. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  return element;
}

const PATHS = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  pencil: 'M4 20h4L19 9l-4-4L4 16v4zM13.5 6.5l4 4',
  trash: 'M5 7h14M10 7V5h4v2M7 7l1 13h8l1-13',
  plus: 'M12 5v14M5 12h14',
  repeat: 'M17 3l3 3-3 3M4 11V9a3 3 0 0 1 3-3h13M7 21l-3-3 3-3M20 13v2a3 3 0 0 1-3 3H4',
  clock: 'M12 7v5l3.5 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  bell: 'M6 16V11a6 6 0 1 1 12 0v5l1.5 2h-15L6 16zM10 20.5a2 2 0 0 0 4 0',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4',
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  filter: 'M4 6h16M7 12h10M10 18h4',
  close: 'M6 6l12 12M18 6L6 18',
  warning: 'M12 4L2.5 20h19L12 4zM12 10v4M12 17v.5',
  flag: 'M6 21V4M6 5h11l-2 4 2 4H6',
};

/** A drawing of the set above. It says nothing to a screen reader: what it is about stands beside it, or in a label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = { viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false', class: 'icon' };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that is only a drawing; `label` is its name and its hint. */
export const iconButton = (name, label, onclick, more = {}) =>
  h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...more }, icon(name));

/**
 * Makes the children of `parent` those of `items`, in order. A child stays, with its focus and its state, while the `signature` of
 * its item does; one that is made anew gets the focus back that the old one had.
 */
export function reconcile(parent, items, key, signature, make) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const home = focused?.closest('[data-key]')?.dataset.key;
  const again = focused?.dataset.action;
  let place = parent.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    const sign = signature(item);
    let child = old.get(id);
    old.delete(id);
    if (!child || child.dataset.signature !== sign) {
      const made = make(item, !child);
      made.dataset.key = id;
      made.dataset.signature = sign;
      if (child) {
        if (place === child) place = made;
        child.replaceWith(made);
      }
      child = made;
      if (home === id) (made.querySelector(`[data-action="${again}"]`) ?? made).focus();
    }
    if (place === child) place = child.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of old.values()) child.remove();
}

/** A view without content: what that means, and what can be done. */
export const empty = (title, text, ...actions) =>
  h('div', { class: 'empty' }, h('p', { class: 'empty-title' }, title), h('p', {}, text), ...actions);

/** An error in the place of what could not be shown. */
export const failure = (error, retry) =>
  h('div', { class: 'empty failure', role: 'alert' }, icon('warning'), h('p', { class: 'empty-title' }, error.title ?? 'Something went wrong'),
    h('p', {}, error.message), retry && h('button', { type: 'button', class: 'button', onclick: retry }, 'Try again'));

/** A labelled control of a form. */
export function field(label, control, hint) {
  const id = (control.id ||= `field-${control.name}`);
  const note = h('p', { class: 'field-note', id: `${id}-note` }, hint ?? '');
  control.setAttribute('aria-describedby', note.id);
  return h('div', { class: 'field', 'data-field': control.name }, h('label', { for: id }, label), control, note);
}

/** A select of `[value, text]` pairs. */
export const select = (name, options, value, more = {}) => {
  const element = h('select', { name, ...more }, options.map(([key, text]) => h('option', { value: key }, text)));
  element.value = value ?? '';
  return element;
};

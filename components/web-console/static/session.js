// Who is signed in, and how one signs in. Tokens stay in this tab: they are gone when it is closed.

import { call, query, userPath } from '/console/api.js';
import { field, h } from '/console/dom.js';

const STORE = 'todo-session';

/** What is kept of this tab: `{user, token}`, or null. */
export function restore() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE));
  } catch {
    return null;
  }
}

export const keep = (session) => sessionStorage.setItem(STORE, JSON.stringify(session));
export const forget = () => sessionStorage.removeItem(STORE);

/** The subject of a JWT, which is its user. The server judges the token; here it only says whose it is. Null for what is none. */
export function subjectOf(token) {
  try {
    const payload = token.trim().split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof sub === 'string' && sub ? sub : null;
  } catch {
    return null;
  }
}

/** Whether users need a token: asked of the API itself, with a call that has none. */
export async function needsToken() {
  try {
    await call('GET', userPath('-', '/tasks') + query({ limit: 1 }));
    return false;
  } catch (error) {
    if (error.status === 401) return true;
    throw error;
  }
}

/** The form to sign in with; `done` gets `{user, token}` once the API has accepted it. */
export function signInForm(withToken, reason, done) {
  const input = withToken
    ? h('textarea', { name: 'token', rows: 4, required: true, spellcheck: 'false', autocomplete: 'off', class: 'mono' })
    : h('input', { name: 'user', required: true, maxlength: 128, autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', value: 'alice' });
  const label = withToken ? 'Bearer token' : 'Your name';
  const hint = withToken
    ? 'A JWT whose subject is your user. It stays in this tab and is sent to this server only.'
    : 'This server asks for no token. Any name is a user of its own.';
  const error = h('p', { class: 'form-error', role: 'alert' }, reason ?? '');
  const button = h('button', { class: 'button primary wide' }, 'Sign in');
  const submit = async (event) => {
    event.preventDefault();
    const token = withToken ? input.value.trim().replace(/^bearer\s+/i, '') : '';
    const user = withToken ? subjectOf(token) : input.value.trim();
    error.textContent = '';
    if (!user) {
      error.textContent = withToken ? 'That is no token with a subject.' : 'A name is needed.';
      return input.focus();
    }
    button.disabled = true;
    try {
      await call('GET', userPath(user, '/tasks') + query({ limit: 1 }), { token });
      done({ user, token });
    } catch (refused) {
      error.textContent = refused.errors?.[0] ? `${label} ${refused.errors[0].message}` : refused.message;
      input.focus();
    } finally {
      button.disabled = false;
    }
  };
  return h('form', { class: 'card sign-in', onsubmit: submit },
    h('p', { class: 'brand' }, h('img', { src: '/console/icon.svg', alt: '', width: 24, height: 24 }), 'todo'), h('h1', {}, 'Sign in'), field(label, input, hint), error, button);
}

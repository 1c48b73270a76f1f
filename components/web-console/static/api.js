// Calls of the API: the token, the trace and the errors of a call.

/** An answer that is an error (RFC 9457), or no answer at all: then the status is 0. */
export class Refused extends Error {
  constructor(status, title, detail, errors = []) {
    super(detail);
    this.status = status;
    this.title = title;
    this.errors = errors;
  }
}

const hex = (bytes) => [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** A trace of its own (W3C Trace Context): everything that a call causes can be found by it. */
export function newTrace() {
  const trace = hex(16);
  return { trace, traceparent: `00-${trace}-${hex(8)}-01` };
}

/** `?a=1&b=2&b=3`, without what is empty. */
export function query(values) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of [value].flat()) if (one !== '' && one !== null && one !== undefined) search.append(name, one);
  }
  const text = search.toString();
  return text && `?${text}`;
}

/** A user's name in a path. */
export const userPath = (user, tail) => `/api/${encodeURIComponent(user)}${tail}`;

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  const detail = body.detail ?? 'The server has answered something that this page does not understand.';
  return new Refused(response.status, body.title ?? `Status ${response.status}`, detail, body.errors ?? []);
}

/**
 * One call. `body` is sent as JSON, `ifMatch` is the version that the task must have, `key` makes a POST safe to repeat.
 * Throws `Refused` for every answer that is not 2xx.
 */
export async function call(method, path, { token, body, ifMatch, key, traceparent, signal } = {}) {
  const headers = new Headers({ accept: 'application/json' });
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (ifMatch !== undefined) headers.set('if-match', `"${ifMatch}"`);
  if (key) headers.set('idempotency-key', key);
  if (traceparent) headers.set('traceparent', traceparent);
  let response;
  try {
    response = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal, cache: 'no-store', credentials: 'omit' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refused(0, 'No connection', 'The server does not answer. Is it running?');
  }
  if (!response.ok) throw await problem(response);
  return response.status === 204 ? null : response.json();
}

/** The calls of one user. `onRefused` hears of a token that is not accepted any more. */
export function userApi(user, token, onRefused) {
  const of = async (method, tail, options = {}) => {
    try {
      return await call(method, userPath(user, tail), { token, ...options });
    } catch (error) {
      if (error.status === 401 || error.status === 403) onRefused(error);
      throw error;
    }
  };
  return {
    user,
    token,
    get: (tail, values = {}, options = {}) => of('GET', tail + query(values), options),
    change: (method, tail, body, options = {}) => of(method, tail, { body, ...options }),
  };
}

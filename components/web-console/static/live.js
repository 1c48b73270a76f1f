// Hears of a user's events as they are committed, and goes on where it was cut off.

import { follow } from '/console/sse.js';
import { userPath } from '/console/api.js';

const AGAIN = 1000;
const LONGEST = 30_000;
/** Three heartbeats: who has said nothing for so long has gone without a word. */
const SILENCE = 45_000;

/**
 * Listens until `close()`. `heard(events)` is told of those that have come, together when they come together, with none at all when
 * the stream has begun; `state(isLive)` of whether it listens.
 */
export function listen(api, heard, state) {
  let closed = false;
  let last = '';
  let pause = AGAIN;
  let waiting = [];
  let timer;
  let running;

  // What one change causes comes within some milliseconds: one look for all of it.
  const tell = (event) => {
    if (event) waiting.push(event);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const events = waiting;
      waiting = [];
      if (!closed) heard(events);
    }, 60);
  };

  async function once() {
    running = new AbortController();
    let alarm;
    const alive = () => {
      clearTimeout(alarm);
      alarm = setTimeout(() => running.abort(), SILENCE);
    };
    try {
      alive();
      const headers = { accept: 'text/event-stream', ...(api.token && { authorization: `Bearer ${api.token}` }), ...(last && { 'last-event-id': last }) };
      const response = await fetch(userPath(api.user, '/events/stream'), { headers, signal: running.signal, cache: 'no-store', credentials: 'omit' });
      if (!response.ok) throw new Error(`status ${response.status}`);
      await follow(response, (one) => {
        alive();
        if (!one) return;
        if (one.id) last = one.id;
        pause = AGAIN;
        state(true);
        tell(one.event === 'ready' ? null : JSON.parse(one.data));
      });
    } finally {
      clearTimeout(alarm);
    }
  }

  (async () => {
    while (!closed) {
      try {
        await once();
      } catch {
        pause = Math.min(pause * 2, LONGEST);
      }
      if (closed) break;
      state(false);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  })();

  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      running?.abort();
    },
  };
}

// Server-sent events read from the body of a fetch: an EventSource could not send a token.

/**
 * Takes text as it comes and gives out whole events (WHATWG HTML, section 9.2.6): `push(text)` returns `{id, event, data}` of those that
 * it completes. Comments are left out.
 */
export function parser() {
  let rest = '';
  let fields = {};
  return function push(text) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    const done = [];
    for (const raw of lines) {
      const line = raw.replace(/\r$/, '');
      if (line === '') {
        if (Object.keys(fields).length) done.push({ id: fields.id ?? '', event: fields.event ?? 'message', data: (fields.data ?? []).join('\n') });
        fields = {};
        continue;
      }
      const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
      if (name === 'data') fields.data = [...(fields.data ?? []), value];
      else if (name) fields[name] = value;
    }
    return done;
  };
}

/** Reads a response to its end; `heard` gets each event, and null for a sign of life without one. */
export async function follow(response, heard) {
  const push = parser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = push(value);
    if (events.length === 0) heard(null);
    events.forEach(heard);
  }
}

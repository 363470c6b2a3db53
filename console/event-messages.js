// Reads server-sent events (WHATWG HTML, section 9.2) from the body of a reply: EventSource cannot
// send a key. Knows the fields that this server writes, and one message at a time.

/** Yields `{ name, id, data }` per message; `heard` is called whenever anything came in. */
export async function* eventMessages(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) yield message(block);
  }
}

function message(block) {
  const fields = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    // What starts with a colon is a comment: the server is still there.
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
  }
  return { name: fields.event ?? 'message', id: fields.id, data: fields.data };
}

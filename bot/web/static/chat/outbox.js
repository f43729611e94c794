// What was written and is not yet with the server: kept over reloads and dead networks, sent in order, one at a time.
// The server recognises `client_id`, so sending twice stores once.

import { send } from './server.js';

const PREFIX = 'linli.out.';
const WAITS = [2, 5, 10, 20, 30];

function storage() {
  try {
    localStorage.setItem('linli.try', '1');
    localStorage.removeItem('linli.try');
    return localStorage;
  } catch (refused) {
    return null;
  }
}

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function read(kept, key) {
  try {
    return JSON.parse(kept.getItem(key));
  } catch (broken) {
    kept.removeItem(key);
    return null;
  }
}

function stored(kept) {
  if (!kept) return [];
  const keys = Object.keys(kept).filter((key) => key.startsWith(PREFIX));
  const items = keys.map((key) => read(kept, key)).filter((item) => item && item.client_id && item.text);
  return items.sort((one, other) => one.at - other.at);
}

// `hear`: {sending(item), sent(item), waiting(item), refused(item, why), stale()}.
export function createOutbox(hear) {
  const kept = storage();
  let queue = stored(kept);
  let busy = false;
  let failures = 0;
  let timer = 0;

  function forget(clientId) {
    queue = queue.filter((item) => item.client_id !== clientId);
    if (kept) kept.removeItem(PREFIX + clientId);
  }

  function settle(item, outcome) {
    if (outcome.kind === 'stale') {
      queue.forEach((one) => hear.waiting(one));
      hear.stale();
      return false;
    }
    if (outcome.kind === 'later') {
      queue.forEach((one) => hear.waiting(one));
      const wait = outcome.seconds || WAITS[Math.min(failures, WAITS.length - 1)];
      failures += 1;
      timer = setTimeout(flush, wait * 1000);
      return false;
    }
    failures = 0;
    forget(item.client_id);
    if (outcome.kind === 'sent') hear.sent(item);
    else hear.refused(item, outcome);
    return true;
  }

  function flush() {
    clearTimeout(timer);
    if (busy || !queue.length) return;
    busy = true;
    const item = queue[0];
    hear.sending(item);
    send(item).then((outcome) => {
      busy = false;
      if (settle(item, outcome)) flush();
    });
  }

  function add(text) {
    const item = { client_id: randomId(), text, at: Date.now() };
    queue.push(item);
    try {
      if (kept) kept.setItem(PREFIX + item.client_id, JSON.stringify(item));
    } catch (full) {
      // The page still holds it; only a reload would lose it.
    }
    hear.sending(item);
    flush();
  }

  return { add, flush, forget, waiting: () => queue.slice() };
}

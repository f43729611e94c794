// Everything the page asks of the server.

const TIMEOUT = 15000;
const csrf = document.querySelector('meta[name="csrf"]').content;

function ask(address, options) {
  const stop = typeof AbortController === 'undefined' ? null : new AbortController();
  const timer = setTimeout(() => stop && stop.abort(), TIMEOUT);
  const done = () => clearTimeout(timer);
  const request = fetch(address, Object.assign({
    credentials: 'same-origin',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
    signal: stop ? stop.signal : undefined,
  }, options));
  request.then(done, done);
  return request;
}

function words(response) {
  const plain = { error: '没有发出去', hint: '请稍后再试' };
  return response.json().then((found) => (found && found.error ? found : plain), () => plain);
}

// Resolves to {kind: 'sent', id}, {kind: 'refused', error, hint}, {kind: 'stale'} or {kind: 'later', seconds}.
export function send(item) {
  const body = JSON.stringify({ client_id: item.client_id, text: item.text });
  return ask('/chat/messages', { method: 'POST', body }).then((response) => {
    if (response.ok) return response.json().then((stored) => ({ kind: 'sent', id: stored.id }));
    if (response.status === 403) return { kind: 'stale' };
    if (response.status === 429) return { kind: 'later', seconds: Number(response.headers.get('Retry-After')) || 0 };
    if (response.status >= 500) return { kind: 'later', seconds: 0 };
    return words(response).then((found) => Object.assign({ kind: 'refused' }, found));
  }).catch(() => ({ kind: 'later', seconds: 0 }));
}

// Resolves to {messages, more}; rejects with the status (0 without network) as `status`.
export function history(query) {
  const failed = (status) => Object.assign(new Error('history'), { status });
  return ask('/chat/history' + query, {}).then(
    (response) => {
      if (!response.ok) throw failed(response.status);
      return response.json();
    },
    () => { throw failed(0); }
  );
}

export function tellType(large) {
  ask('/chat/type', { method: 'POST', body: JSON.stringify({ large }) }).catch(() => {});
}

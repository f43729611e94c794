// Listens to the conversation and connects again by itself, from the last message shown.

const WAITS = [1000, 2000, 5000, 10000, 20000];

// `hear`: {lastId(), message(shown), presence(who), open(), lost()}. Returns a function that connects afresh.
export function listen(hear) {
  let source = null;
  let failures = 0;
  let timer = 0;

  function connect() {
    clearTimeout(timer);
    if (source) source.close();
    source = new EventSource('/chat/events?after=' + hear.lastId());
    source.addEventListener('open', () => {
      failures = 0;
      hear.open();
    });
    source.addEventListener('message', (event) => hear.message(JSON.parse(event.data)));
    source.addEventListener('presence', (event) => hear.presence(JSON.parse(event.data)));
    source.addEventListener('error', lost);
  }

  // The browser retries a broken stream itself, but gives up for good on an error page.
  function lost() {
    hear.lost();
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(timer);
    timer = setTimeout(connect, WAITS[Math.min(failures, WAITS.length - 1)]);
    failures += 1;
  }

  connect();
  return connect;
}

// Keeps parts of a staff page current: a stream says that something is new, and the parts are fetched again.
//
// [data-live=STREAM] holds parts; [data-part=ADDRESS] is replaced by what the address gives; [data-grow=ADDRESS]
// is a list to which the address gives what comes after its last entry; [data-offline] shows while the stream is cut.

const NEAR_THE_END = 80;
const HTML = { headers: { Accept: 'text/html' } };

export function keepCurrent(changed = () => {}) {
  document.querySelectorAll('[data-live]').forEach((live) => listen(live, changed));
}

function listen(live, changed) {
  const parts = live.matches('[data-part]') ? [live] : [...live.querySelectorAll('[data-part]')];
  const refresh = oneAtATime(async () => {
    for (const list of live.querySelectorAll('[data-grow]')) await grow(list);
    for (const part of parts) await replace(part, refresh);
    changed(live);
  });
  const stream = new EventSource(live.dataset.live);
  stream.addEventListener('news', refresh);
  stream.addEventListener('open', () => offline(false));
  stream.addEventListener('error', () => offline(true));
  window.addEventListener('pagehide', () => stream.close());
}

function offline(isOffline) {
  document.querySelectorAll('[data-offline]').forEach((notice) => { notice.hidden = !isOffline; });
}

// While one refresh runs, any number of calls are worth one more.
function oneAtATime(work) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) { again = true; return; }
    running = true;
    do {
      again = false;
      try { await work(); } catch (unreachable) { offline(true); }
    } while (again);
    running = false;
  };
}

async function get(address) {
  const answer = await fetch(address, HTML);
  if (answer.redirected) location.reload();
  return answer.ok && !answer.redirected ? answer.text() : null;
}

async function replace(part, refresh) {
  if (isBeingFilledIn(part)) {
    part.addEventListener('focusout', () => setTimeout(refresh), { once: true });
    return;
  }
  const html = await get(part.dataset.part);
  if (html === null || html === part.shown) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : '';
  const open = [...part.querySelectorAll('details')].map((one) => one.open);
  part.innerHTML = html;
  part.shown = html;
  part.querySelectorAll('details').forEach((one, at) => { one.open = Boolean(open[at]); });
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function isBeingFilledIn(part) {
  const field = document.activeElement;
  return part.contains(field) && field.matches('input, select, textarea');
}

async function grow(list) {
  const last = list.lastElementChild?.dataset.id || 0;
  const html = await get(list.dataset.grow + '&after=' + last);
  if (!html) return;
  const stays = isAtEnd(list);
  const fresh = document.createElement('template');
  fresh.innerHTML = html;
  [...fresh.content.children].forEach((entry) => {
    if (!document.getElementById(entry.id)) list.append(entry);
  });
  if (stays) toEnd(list);
}

function scroller(list) { return list.closest('[tabindex]') || list; }

function isAtEnd(list) {
  const box = scroller(list);
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_THE_END;
}

export function toEnd(list) {
  const box = scroller(list);
  box.scrollTop = box.scrollHeight;
}

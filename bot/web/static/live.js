// Keeps parts of a staff page current: a stream says that something is new, and the parts are fetched again.
//
// [data-live=STREAM] holds parts; [data-part=ADDRESS] is replaced by what the address gives; [data-grow=ADDRESS]
// is a list to which the address gives what comes after its last entry; [data-offline] shows while the stream is cut.

const NEAR_THE_END = 80;
const AGAIN = 10;
const PAGE = { headers: { Accept: 'text/html' }, credentials: 'same-origin' };
const shown = new Map();

export function keepCurrent(changed) {
  document.querySelectorAll('[data-live]').forEach((live) => listen(live, changed));
}

function listen(live, changed) {
  const parts = live.matches('[data-part]') ? [live] : Array.from(live.querySelectorAll('[data-part]'));
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
  const answer = await fetch(address, PAGE);
  if (answer.redirected) location.reload();
  return answer.ok && !answer.redirected ? answer.text() : null;
}

// The service escapes what people wrote; the policy of the page keeps anything else from running.
function nodesOf(html) {
  return Array.from(new DOMParser().parseFromString(html, 'text/html').body.childNodes);
}

async function replace(part, refresh) {
  if (isBeingFilledIn(part)) {
    part.addEventListener('focusout', () => setTimeout(refresh), { once: true });
    return;
  }
  const html = await get(part.dataset.part);
  if (html === null || html === shown.get(part)) return;
  shown.set(part, html);
  const focused = part.contains(document.activeElement) ? document.activeElement.id : '';
  const open = Array.from(part.querySelectorAll('details'), (one) => one.open);
  while (part.firstChild) part.removeChild(part.firstChild);
  nodesOf(html).forEach((node) => part.appendChild(node));
  part.querySelectorAll('details').forEach((one, at) => { one.open = Boolean(open[at]); });
  const again = focused && document.getElementById(focused);
  if (again) again.focus({ preventScroll: true });
}

function isBeingFilledIn(part) {
  const field = document.activeElement;
  return part.contains(field) && field.matches('input, select, textarea');
}

// The last entries are asked for again: whether they have reached the resident may have changed.
async function grow(list) {
  const html = await get(list.dataset.grow + '&after=' + lastToKeep(list));
  if (!html) return;
  const stays = isAtEnd(list);
  nodesOf(html).filter((entry) => entry.id).forEach((entry) => {
    const old = document.getElementById(entry.id);
    if (!old) list.appendChild(entry);
    else if (old.textContent !== entry.textContent) exchange(old, entry);
  });
  if (stays) toEnd(list);
}

// What was open stays open, and whoever stood on the third button stands there again.
function exchange(old, entry) {
  const standing = focusable(old).indexOf(document.activeElement);
  const open = Array.from(old.querySelectorAll('details'), (one) => one.open);
  old.replaceWith(entry);
  entry.querySelectorAll('details').forEach((one, at) => { one.open = Boolean(open[at]); });
  const again = standing < 0 ? null : focusable(entry)[standing];
  if (again) again.focus({ preventScroll: true });
}

function focusable(part) { return Array.from(part.querySelectorAll('a, button, summary, audio, video')); }

function lastToKeep(list) {
  const known = list.children;
  if (!known.length) return 0;
  return known.length > AGAIN ? known[known.length - AGAIN - 1].dataset.id : known[0].dataset.id - 1;
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

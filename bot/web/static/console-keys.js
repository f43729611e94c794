// One key at a message: pick what it meant, put it right, make a record of it; and ready answers found by typing.
//
// The keys act on the marked message: the resident's last one, or the one chosen with J (next) and K (before).
// They never take a key from a field, and can be switched off.

const OFF = 'linli.keys.off';
const DRAFT = 'linli.reply.' + location.pathname;
// Whoever is about to press a key for one message must not hit one that has just come.
const SETTLED = 800;
const FIELDS = 'input, select, textarea, [contenteditable]';

// Storage may be switched off; then the keys are on, and a draft does not outlive the page.
const memory = {
  get(store, key) { try { return window[store].getItem(key); } catch (refused) { return null; } },
  set(store, key, value) { try { window[store].setItem(key, value); } catch (refused) { /* see above */ } },
};

const log = document.querySelector('[role="log"]');
const reply = document.getElementById('text');
const said = log && log.parentNode.insertBefore(element('p', 'quiet'), log);
let marked = null;
let isChosen = false;
let movedAt = 0;

if (log) {
  said.setAttribute('role', 'status');
  offerSwitch();
  document.addEventListener('keydown', onKey);
  log.addEventListener('submit', pickQuietly);
  mark(lastLine());
  new MutationObserver(follow).observe(log.querySelector('.lines'), { childList: true });
}
if (reply) keepDraft();
document.querySelectorAll('#canned').forEach(setUpCanned);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function incoming() { return Array.from(log.querySelectorAll('.line-in')); }

function lastLine() {
  const lines = incoming();
  return lines[lines.length - 1] || null;
}

function mark(line) {
  if (marked) marked.classList.remove('line-now');
  marked = line;
  if (marked) marked.classList.add('line-now');
}

// Lines come, and are drawn anew when something about them has changed.
function follow() {
  const wanted = (isChosen && document.getElementById(marked.id)) || lastLine();
  if (wanted === marked) return;
  if (!marked || wanted.id !== marked.id) movedAt = Date.now();
  mark(wanted);
}

function isOn() { return memory.get('localStorage', OFF) !== 'yes'; }

function offerSwitch() {
  const label = element('label', 'keys-switch');
  const box = label.appendChild(element('input'));
  box.type = 'checkbox';
  box.checked = isOn();
  label.appendChild(document.createTextNode('用一个键改居民的话：J K 选哪一句，其余的键写在按钮上'));
  box.addEventListener('change', () => memory.set('localStorage', OFF, box.checked ? '' : 'yes'));
  log.parentNode.insertBefore(label, said);
}

function onKey(event) {
  if (!isOn() || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest && event.target.closest(FIELDS)) return;
  const key = event.key.toLowerCase();
  if (key === 'j' || key === 'k') {
    event.preventDefault();
    step(key === 'j' ? 1 : -1);
    return;
  }
  const target = marked && Date.now() - movedAt > SETTLED && /^[a-z0-9]$/.test(key) ? marked.querySelector(`[data-key="${key}"]`) : null;
  if (!target) return;
  event.preventDefault();
  target.click();
}

function step(by) {
  const lines = incoming();
  if (!lines.length) return;
  const at = lines.indexOf(marked);
  isChosen = true;
  movedAt = 0;
  mark(lines[Math.max(0, Math.min(lines.length - 1, at + by))]);
  marked.scrollIntoView({ block: 'nearest' });
  const summary = marked.querySelector('summary');
  if (summary) summary.focus({ preventScroll: true });
}

// A choice is sent without leaving the page, so that nothing half written is lost.
async function pickQuietly(event) {
  const form = event.target;
  if (!form.matches('[data-pick]') || !event.submitter) return;
  event.preventDefault();
  const chosen = event.submitter;
  const body = new URLSearchParams(new FormData(form));
  body.set(chosen.name, chosen.value);
  said.textContent = '正在记…';
  try {
    const answer = await fetch(form.action, { method: 'POST', credentials: 'same-origin', headers: { Accept: 'application/json' }, body });
    const words = Array.from(chosen.childNodes).filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join('').trim();
    said.textContent = answer.ok ? `记下了：${words}。训练师会看到。` : refusal(await answer.json());
  } catch (unreachable) {
    said.textContent = '没有记下：网络断了，请再试一次。';
  }
}

function refusal(told) { return `没有记下：${told.error}${told.hint ? '，' + told.hint : ''}。`; }

function keepDraft() {
  const kept = memory.get('sessionStorage', DRAFT);
  if (kept && !reply.value) reply.value = kept;
  const keep = () => memory.set('sessionStorage', DRAFT, reply.value);
  reply.addEventListener('input', keep);
  reply.form.addEventListener('sent', keep);
}

function setUpCanned(list) {
  const filter = list.querySelector('[data-filter]');
  const field = filter.querySelector('input');
  const found = list.querySelector('[data-found]');
  const entries = Array.from(list.querySelectorAll('[data-find]'));
  filter.hidden = false;
  const matches = () => entries.filter((entry) => !entry.hidden);
  field.addEventListener('input', () => {
    const wanted = field.value.trim().toLowerCase();
    entries.forEach((entry) => { entry.hidden = !entry.dataset.find.toLowerCase().includes(wanted); });
    found.textContent = matches().length ? '' : '没有找到，换个字试试。';
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    if (matches().length) insert(matches()[0]);
  });
  entries.forEach((entry) => entry.querySelector('button').addEventListener('click', (event) => {
    event.preventDefault();
    insert(entry);
  }));
}

function insert(entry) {
  const words = entry.querySelector('[data-words]').textContent;
  // Where nobody has put the cursor yet, what is there is gone on with.
  const isUntouched = reply.selectionEnd === 0;
  const from = isUntouched ? reply.value.length : reply.selectionStart;
  reply.setRangeText(words, from, isUntouched ? from : reply.selectionEnd, 'end');
  reply.dispatchEvent(new Event('input'));
  reply.focus();
}

// The residents' chat page: ties the conversation, the outbox, the stream and the type together.

import * as conversation from './log.js';
import { createOutbox } from './outbox.js';
import { history, tellType } from './server.js';
import { listen } from './stream.js';
import { setUpType } from './type.js';

const LIMIT = Number(document.body.dataset.limit);
const DRAFT = 'linli.draft';
const RELOADED = 'linli.reloaded';
const PAUSE_BEFORE_OFFLINE = 3000;
const LONGEST_TYPING = 60000;
const WAITS = [1000, 3000, 10000, 30000];
const STATES = { bot: '邻里小助手 · 自动回答', waiting: '已经转给工作人员，请稍等', worker: '社区工作人员正在接待您' };

const by = (id) => document.getElementById(id);
const log = by('log');
const text = by('text');

// Session storage may be switched off; then a draft does not outlive a reload.
const memory = {
  get(key) { try { return sessionStorage.getItem(key); } catch (refused) { return null; } },
  set(key, value) { try { sessionStorage.setItem(key, value); } catch (refused) { /* see above */ } },
};

const outbox = createOutbox({
  sending(item) {
    conversation.showUnsent(item);
    conversation.state(item, '发送中…', false);
  },
  sent(item) { conversation.state(item, '', false); },
  waiting(item) { conversation.state(item, '没发出去，会自动再发', true, () => outbox.flush()); },
  refused(item, why) {
    conversation.remove(item);
    giveBack(item.text);
    problem(why.error + (why.hint ? '，' + why.hint : '') + '。');
  },
  stale: reloadOnce,
});

function giveBack(words) {
  text.value = text.value ? words + '\n' + text.value : words;
  keepDraft();
}

function problem(words) { by('problem').textContent = words; }

function goOn(words) {
  outbox.add(words);
  problem('');
}

function choose(words) {
  goOn(words);
  log.focus({ preventScroll: true });
}

function draw(message, drawing) {
  if (message.client_id) outbox.forget(message.client_id);
  drawing(message, choose);
}

// A page whose cookie has changed is of no use: load it anew, but never in a circle.
function reloadOnce() {
  const last = Number(memory.get(RELOADED)) || 0;
  const now = String(Date.now());
  memory.set(RELOADED, now);
  if (memory.get(RELOADED) !== now || Date.now() - last < 60000) {
    problem('浏览器没有保存登记，请打开 Cookie，或打社区电话 ' + document.body.dataset.phone + '。');
    return;
  }
  location.reload();
}

/* Writing */

function fit() {
  text.style.height = 'auto';
  text.style.height = text.scrollHeight + 2 + 'px';
}

function keepDraft() {
  memory.set(DRAFT, text.value);
  conversation.keepPlace(fit);
}

function overLimit(words) {
  const length = Array.from(words).length;
  return length > LIMIT ? '一次最多发' + LIMIT + '个字，这段有' + length + '个字，请分几次发。' : '';
}

text.addEventListener('input', () => {
  problem(overLimit(text.value.trim()));
  keepDraft();
});
text.addEventListener('keydown', (event) => {
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key !== 'Enter' || event.shiftKey || composing) return;
  event.preventDefault();
  submit();
});
by('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
});

function submit() {
  const words = text.value.trim();
  const wrong = words ? overLimit(words) : '还没写字呢，请写点什么再发。';
  if (wrong) {
    problem(wrong);
    text.focus();
    return;
  }
  text.value = '';
  keepDraft();
  goOn(words);
  text.focus();
}

document.querySelectorAll('[data-text]').forEach((button) => {
  button.addEventListener('click', () => goOn(button.dataset.text));
});

/* Listening */

let offlineTimer = 0;
let typingTimer = 0;

function presence(who) {
  by('presence').textContent = who.typing ? '正在回复…' : STATES[who.state];
  if (!who.asks) conversation.withdraw();
  typing(who.typing);
}

function typing(on) {
  clearTimeout(typingTimer);
  if (on) typingTimer = setTimeout(() => typing(false), LONGEST_TYPING);
  conversation.keepPlace(() => { by('typing').hidden = !on; });
}

function offline(yes) {
  clearTimeout(offlineTimer);
  if (!yes) by('offline').hidden = true;
  else offlineTimer = setTimeout(() => { by('offline').hidden = false; }, PAUSE_BEFORE_OFFLINE);
}

function listenOn() {
  const again = listen({
    lastId: conversation.lastId,
    message: (message) => draw(message, conversation.hear),
    presence,
    open() {
      offline(false);
      outbox.flush();
    },
    lost() {
      typing(false);
      offline(true);
    },
  });
  window.addEventListener('online', again);
  window.addEventListener('offline', () => { by('offline').hidden = false; });
  // A phone that slept may hold a stream that is long dead without knowing.
  document.addEventListener('visibilitychange', () => { if (!document.hidden) again(); });
}

/* History */

function showPage(page) {
  page.messages.forEach((message) => draw(message, conversation.show));
  by('older').hidden = !page.more;
  by('notice').hidden = page.more;
}

by('older').addEventListener('click', () => {
  history('?before=' + conversation.firstId()).then((page) => conversation.keepPlace(() => showPage(page)), () => problem('网络不通，没能看到更早的。'));
});

function start(failures) {
  history('').then((page) => {
    showPage(page);
    outbox.waiting().forEach(conversation.showUnsent);
    conversation.jumpToEnd();
    log.setAttribute('aria-live', 'polite');
    document.body.dataset.ready = 'yes';
    listenOn();
    outbox.flush();
  }, (error) => {
    if (error.status === 403) reloadOnce();
    by('offline').hidden = false;
    setTimeout(() => start(failures + 1), WAITS[Math.min(failures, WAITS.length - 1)]);
  });
}

/* What opens also closes: by Escape, by a tap elsewhere. */

['communities', 'urgent'].forEach((id) => {
  const panel = by(id);
  document.addEventListener('click', (event) => { if (!panel.contains(event.target)) panel.open = false; });
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !panel.open) return;
    panel.open = false;
    panel.querySelector('summary').focus();
  });
});

setUpType(tellType, conversation.keepPlace);
text.value = memory.get(DRAFT) || '';
fit();
start(0);

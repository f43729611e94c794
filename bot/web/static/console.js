// The workers' pages: lists that stay current, and a reply that is sent without losing the place.

import { closeInTime, leaveIfClosed } from './closing.js';
import { keepCurrent, toEnd } from './live.js';
import { renew, sendOnce } from './once.js';
import { readyPhotos } from './photos.js';

const title = document.title;
let waited = count();

document.querySelectorAll('[data-grow]').forEach(toEnd);
document.querySelectorAll('[data-send]').forEach(setUpSending);
readyPhotos();
sendOnce();
showBadges();
closeInTime();
name();
keepCurrent((live) => {
  showReplyOnlyIfMine(live);
  announce();
});

function count() {
  const shown = document.getElementById('waiting-count');
  return shown ? Number(shown.textContent) : 0;
}

function name() {
  document.title = waited ? `(${waited}) ${title}` : title;
}

function announce() {
  const now = count();
  const said = document.querySelector('[data-said]');
  if (said && now > waited) {
    const urgent = document.querySelector('.wait-urgent') ? '其中有紧急情况。' : '';
    said.textContent = `有居民在等人，现在共${now}位。${urgent}`;
  }
  waited = now;
  name();
}

function showReplyOnlyIfMine(live) {
  const mine = live.querySelector('[data-mine]');
  const parts = live.querySelectorAll('[data-when-mine]');
  if (!mine || !parts.length) return;
  const isMine = mine.dataset.mine === 'yes';
  // What only the holder has (colleagues, ready answers) comes with the whole page.
  if (isMine && parts[0].hidden) location.reload();
  parts.forEach((part) => { part.hidden = !isMine; });
}

// Numbers in the menu; without them the pages behind the links say the same. What stands for several links has their sum.
async function showBadges() {
  const badges = [...document.querySelectorAll('[data-badge]')].map((badge) => [badge, badge.dataset.badge.split(' ')]);
  const addresses = [...new Set(badges.flatMap(([, asked]) => asked))];
  const numbers = new Map(await Promise.all(addresses.map(async (address) => [address, await numberAt(address)])));
  badges.forEach(([badge, asked]) => {
    const number = asked.reduce((sum, address) => sum + numbers.get(address), 0);
    if (!number) return;
    badge.className = 'count';
    badge.textContent = `${number}条`;
  });
}

async function numberAt(address) {
  const answer = await fetch(address, { credentials: 'same-origin' }).catch(() => null);
  return answer && answer.ok && !answer.redirected ? Number(await answer.text()) : 0;
}

function setUpSending(form) {
  const text = form.querySelector('textarea');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form, text);
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send(form, text);
  });
}

async function send(form, text) {
  const button = form.querySelector('button');
  // The file may stand beside the form, under the ready answers.
  const file = Array.from(form.elements).find((one) => one.type === 'file');
  text.required = !file || !file.files.length;
  if (button.disabled || !form.reportValidity()) return;
  button.disabled = true;
  const refusal = await refusalOf(form);
  button.disabled = false;
  const problem = form.querySelector('[data-problem]');
  problem.hidden = !refusal;
  problem.textContent = refusal;
  if (!refusal) {
    form.reset();
    renew(form);
    text.value = '';
    form.dispatchEvent(new Event('sent'));
    leaveIfClosed();
  }
  text.focus();
}

async function refusalOf(form) {
  try {
    const answer = await fetch(form.action, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { Accept: 'application/json' },
      body: form.enctype === 'multipart/form-data' ? new FormData(form) : new URLSearchParams(new FormData(form)),
    });
    if (answer.ok) return '';
    // Taken before with other words: sent once more it is another form.
    if (answer.status === 409) renew(form);
    const said = await answer.json();
    return `没有发出去：${said.error}${said.hint ? '，' + said.hint : ''}。`;
  } catch (unreachable) {
    return '没有发出去：网络断了。字还留着，请再点一次发送。';
  }
}

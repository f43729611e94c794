// The conversation on the page: one row a message, in the order of the server's ids, unsent ones last.

import { drawCard, element } from './card.js';
import { spoken } from './clock.js';

const NEW_STRETCH = 5 * 60 * 1000;
const NEAR_END = 120;
const SPEAKERS = { resident: '您', bot: '邻里小助手', worker: '社区工作人员', system: '系统' };

const log = document.getElementById('log');
const rows = document.getElementById('messages');
const newest = document.getElementById('newest');
const faces = document.body.dataset;

export function lastId() {
  const known = rows.querySelectorAll('[data-id]');
  return known.length ? Number(known[known.length - 1].dataset.id) : 0;
}

export function firstId() {
  const known = rows.querySelector('[data-id]');
  return known ? Number(known.dataset.id) : 0;
}

// Draw a message as it comes in, and scroll to it unless the reader is looking further up.
export function hear(message, choose) {
  const stays = nearEnd() || message.sender === 'resident';
  show(message, choose);
  follow(stays);
}

// Draw a message of the server; `choose(text)` is called when one of its answers is tapped.
export function show(message, choose) {
  if (find('id', message.id)) return;
  const drawn = message.client_id ? find('clientId', message.client_id) : null;
  const row = drawn || make(message);
  row.dataset.id = message.id;
  row.dataset.at = Date.parse(message.at);
  mark(row, '', '');
  place(row, message.id);
  if (message.buttons.length) offer(row, message.buttons, choose);
  retire();
  stamp(row);
  stamp(row.nextElementSibling);
}

// Draw what is on its way: shown at once, before the server has it.
export function showUnsent(item) {
  if (find('clientId', item.client_id)) return;
  const row = make({ sender: 'resident', text: item.text, buttons: [], card: null });
  row.dataset.clientId = item.client_id;
  row.dataset.at = item.at;
  rows.appendChild(row);
  stamp(row);
  follow(true);
}

// Say under an unsent message how it stands; with `resend` a button sends it again.
export function state(item, words, failed, resend) {
  const row = find('clientId', item.client_id);
  if (row && !row.dataset.id) keepPlace(() => mark(row, words, failed ? 'failed' : 'sending', resend));
}

export function remove(item) {
  const row = find('clientId', item.client_id);
  if (row && !row.dataset.id) rows.removeChild(row);
}

export function jumpToEnd() {
  if (rows.children.length) log.scrollTop = log.scrollHeight;
}

// Run a change of the page and keep what was being read where it was: the end stays the end.
export function keepPlace(change) {
  const atEnd = nearEnd();
  const fromEnd = log.scrollHeight - log.scrollTop;
  change();
  if (!rows.children.length) return;
  log.scrollTop = atEnd ? log.scrollHeight : log.scrollHeight - fromEnd;
}

log.addEventListener('scroll', () => { if (nearEnd()) newest.hidden = true; });
newest.addEventListener('click', () => {
  jumpToEnd();
  log.focus({ preventScroll: true });
});

function nearEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
}

function follow(stays) {
  if (stays) jumpToEnd();
  else newest.hidden = false;
}

function find(key, value) {
  return Array.from(rows.children).find((row) => row.dataset[key] === String(value)) || null;
}

function make(message) {
  const mine = message.sender === 'resident';
  const row = element('div', 'row ' + (mine ? 'mine' : 'theirs by-' + message.sender));
  row.appendChild(element('time', 'when')).hidden = true;
  const face = row.appendChild(element('img', 'face'));
  face.alt = '';
  face.src = mine ? faces.myFace : message.sender === 'worker' ? faces.workerFace : faces.botFace;
  const said = row.appendChild(element('div', 'said'));
  const visible = message.sender === 'worker';
  said.appendChild(element('span', visible ? 'speaker' : 'unseen', SPEAKERS[message.sender] + (visible ? '' : '：')));
  if (message.text) said.appendChild(element('p', 'bubble', message.text));
  if (message.card) said.appendChild(drawCard(message.card, message.id));
  return row;
}

function mark(row, words, kind, resend) {
  const said = row.querySelector('.said');
  const old = said.querySelector('.state');
  if (old) said.removeChild(old);
  if (!words) return;
  const made = said.appendChild(element('p', 'state state-' + kind, words));
  if (resend) {
    const button = made.appendChild(element('button', 'resend', '重发'));
    button.type = 'button';
    button.addEventListener('click', resend);
  }
}

function place(row, id) {
  const after = Array.from(rows.children).find((one) => one !== row && (!one.dataset.id || Number(one.dataset.id) > id));
  if (row.nextElementSibling !== (after || null) || !row.parentNode) rows.insertBefore(row, after || null);
}

function offer(row, titles, choose) {
  const said = row.querySelector('.said');
  const group = said.appendChild(element('div', 'choices'));
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', '可以点的回答');
  titles.forEach((title, at) => {
    const button = group.appendChild(element('button'));
    button.type = 'button';
    button.appendChild(element('span', 'ordinal', at + 1));
    button.appendChild(element('span', '', ' ' + title));
    button.addEventListener('click', () => choose(title));
  });
}

// Answers belong to the last question: once the resident has written, or there is a newer question, they go.
function retire() {
  const open = Array.from(rows.querySelectorAll('.choices'));
  open.forEach((group) => {
    let later = group.closest('.row').nextElementSibling;
    while (later && !later.classList.contains('mine') && !later.querySelector('.choices')) later = later.nextElementSibling;
    if (later) group.parentNode.removeChild(group);
  });
}

// A person has stepped in: what the bot asked is no longer to be answered.
export function withdraw() {
  keepPlace(() => rows.querySelectorAll('.choices').forEach((group) => group.parentNode.removeChild(group)));
}

function stamp(row) {
  if (!row) return;
  const before = row.previousElementSibling;
  const time = row.firstElementChild;
  time.hidden = Boolean(before) && Number(row.dataset.at) - Number(before.dataset.at) < NEW_STRETCH;
  const moment = new Date(Number(row.dataset.at));
  time.dateTime = moment.toISOString();
  time.textContent = spoken(moment, new Date());
}

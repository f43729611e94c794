// Cards: progress, emergency, answer, visit. Every field is optional; all text goes in as text, never as markup.

const KINDS = { progress: '办理进度', emergency: '紧急情况', answer: '办事指南', visit: '上门服务', file: '工作人员发来的' };

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function list(tag, className, items, draw) {
  if (!Array.isArray(items) || !items.length) return null;
  const made = element(tag, className);
  items.forEach((item, at) => made.appendChild(draw(item, at)));
  return made;
}

function step([when, what]) {
  const made = element('li');
  made.appendChild(element('span', 'step-when', when));
  made.appendChild(element('span', 'step-what', what));
  return made;
}

function phone([label, number]) {
  const made = element('a', '', label + ' ');
  made.href = 'tel:' + String(number).replace(/[^0-9+*#]/g, '');
  made.appendChild(element('b', '', number));
  return made;
}

function stage(card) {
  return (name, at) => {
    const made = element('li', at < card.stage ? 'past' : at === card.stage ? 'present' : '', name);
    if (at === card.stage) made.setAttribute('aria-current', 'step');
    return made;
  };
}

function lines(card) {
  const facts = [
    card.number && '编号 ' + card.number,
    card.plain,
    card.who && '谁在办：' + card.who,
    card.due && '最晚：' + card.due,
  ];
  return facts.filter(Boolean).concat(card.lines || []);
}

// A file a worker sent; the service knows it by the message it came with.
function file(card, id) {
  if (card.kind !== 'file') return null;
  const address = '/chat/files/' + Number(id);
  const made = element('a', 'file-link', card.is_picture ? undefined : '打开' + card.what);
  made.href = address;
  made.target = '_blank';
  made.rel = 'noopener';
  if (card.is_picture) {
    const picture = made.appendChild(element('img'));
    picture.src = address;
    picture.alt = '工作人员发来的' + card.what + '，点开看大图';
  }
  return made;
}

// How it looks now. A picture may be taken down, or the matter begun anew, after the card was drawn.
function photo(id, at) {
  const made = element('a', 'file-link');
  made.href = '/chat/photos/' + Number(id);
  made.target = '_blank';
  made.rel = 'noopener';
  const picture = made.appendChild(element('img'));
  picture.loading = 'lazy';
  picture.width = 320;
  picture.height = 240;
  picture.alt = '处理后的照片' + (at + 1) + '，点开看大图';
  picture.addEventListener('error', () => made.replaceWith(element('p', 'photo-gone', '这张照片现在看不到')));
  picture.src = made.href;
  return made;
}

function photos(card) {
  const made = list('div', 'card-photos', card.photos, photo);
  if (made) made.prepend(element('p', 'card-photos-title', '处理后的照片'));
  return made;
}

// What was done so far opens on a tap: the stages above say the rest at a glance.
function steps(card) {
  const made = list('ol', 'card-steps', card.steps, step);
  if (!made || card.kind !== 'progress') return made;
  const folded = element('details', 'card-more');
  folded.appendChild(element('summary', '', '看每一步（' + card.steps.length + '步）'));
  folded.appendChild(made);
  return folded;
}

export function drawCard(card, id) {
  const kind = KINDS[card.kind] ? card.kind : 'answer';
  const made = element('section', 'card card-' + kind);
  made.setAttribute('aria-label', KINDS[kind]);
  [
    element('p', 'card-kind', KINDS[kind]),
    card.title ? element('h2', 'card-title', card.title) : null,
    list('ol', 'card-stages', card.stages, stage(card)),
    list('ul', 'card-lines', lines(card), (line) => element('li', '', line)),
    photos(card),
    steps(card),
    list('div', 'card-phones', card.phones || card.numbers, phone),
    file(card, id),
  ].forEach((part) => part && made.appendChild(part));
  return made;
}

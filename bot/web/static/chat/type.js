// Large type (长辈版): remembered in a cookie, so that the server draws the page in the right size at once.

const SIZES = [22, 24, 26, 28, 30];
const FIRST = 24;
const ONE_YEAR = 31536000;
const page = document.documentElement;

function current() {
  return SIZES.find((size) => page.classList.contains('size-' + size)) || 0;
}

function apply(size) {
  SIZES.forEach((one) => page.classList.toggle('size-' + one, one === size));
  page.classList.toggle('large', size > 0);
  document.cookie = 'linli_type=' + (size || '') + '; path=/; samesite=lax; max-age=' + (size ? ONE_YEAR : 0);
  reflect(size);
}

function reflect(size) {
  document.getElementById('large-type').setAttribute('aria-pressed', size > 0 ? 'true' : 'false');
  document.getElementById('smaller').disabled = size === SIZES[0];
  document.getElementById('bigger').disabled = size === SIZES[SIZES.length - 1];
}

// `changed(large)` hears of the switch; `kept(draw)` runs a redraw without losing the reader's place.
export function setUpType(changed, kept) {
  const step = (by) => kept(() => apply(SIZES[SIZES.indexOf(current()) + by] || current()));
  document.getElementById('smaller').addEventListener('click', () => step(-1));
  document.getElementById('bigger').addEventListener('click', () => step(1));
  document.getElementById('large-type').addEventListener('click', () => {
    const large = current() === 0;
    kept(() => apply(large ? FIRST : 0));
    changed(large);
  });
  reflect(current());
}

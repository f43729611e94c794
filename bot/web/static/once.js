// A form is sent once however often its button is tapped. The service takes the second of two for the first anyway;
// this spares whoever waits on a slow network the doubt.

// Whoever gets a file, or no answer at all, stays on the page and may want to send again.
const HELD = 5000;

export function sendOnce() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    // After the button's own value has gone along.
    setTimeout(() => hold(form, true));
    setTimeout(() => hold(form, false), HELD);
  });
  // Back from the next page, the form may be sent anew.
  window.addEventListener('pageshow', () => document.querySelectorAll('form[method="post"]').forEach((form) => hold(form, false)));
}

function hold(form, isHeld) {
  form.querySelectorAll('button').forEach((button) => {
    if (isHeld && !button.disabled) button.dataset.held = '';
    if (isHeld || 'held' in button.dataset) button.disabled = isHeld;
    if (!isHeld) delete button.dataset.held;
  });
}

// What a page goes on to send after a form was taken is another form.
export function renew(form) {
  const token = form.querySelector('input[name="token"]');
  if (!token) return;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  token.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

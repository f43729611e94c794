// Contact and words in the clear stay for a minute: [data-closes=ADDRESS] holds them in [data-clear] parts.
//
// The service gives them only in the answer to the form, so ADDRESS, the same page, has them masked again.

const SECOND = 1000;
let closed = '';

export function closeInTime() {
  document.querySelectorAll('[data-closes]').forEach((shown) => {
    const until = Date.now() + Number(shown.dataset.seconds) * SECOND;
    const look = () => { if (!closed && Date.now() >= until) close(shown); };
    setTimeout(look, until - Date.now());
    // A timer stands still while the computer sleeps.
    document.addEventListener('visibilitychange', look);
    window.addEventListener('pageshow', look);
  });
}

// Called when nothing typed can be lost any more.
export function leaveIfClosed() {
  if (closed) location.replace(closed);
}

function close(shown) {
  closed = shown.dataset.closes;
  shown.querySelectorAll('[data-clear]').forEach((part) => {
    const note = document.createElement('p');
    note.className = 'quiet';
    note.textContent = '已经收起。';
    part.replaceWith(note);
  });
  if (!isBeingWritten()) leaveIfClosed();
}

function isBeingWritten() {
  return Array.from(document.querySelectorAll('textarea')).some((field) => field.value !== field.defaultValue);
}

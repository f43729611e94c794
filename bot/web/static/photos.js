// Pictures with a form: made small enough before they are sent, and sent once however often the button is tapped.
// Without this the form works too: the service refuses what is too large, and the second of two.

const LONGEST_EDGE = 1920;
const SMALL_ENOUGH = 1_000_000;
const QUALITY = 0.85;

export function readyPhotos() {
  document.querySelectorAll('input[data-photos]').forEach(setUp);
}

function setUp(input) {
  const form = input.form;
  const said = input.parentElement.querySelector('[data-photos-said]');
  const say = (words) => { said.hidden = !words; said.textContent = words; };
  input.addEventListener('change', () => prepare(input, say));
  form.addEventListener('submit', () => {
    if (input.files.length) say('正在上传照片，请不要关掉页面…');
    // After the button's own value has gone along.
    setTimeout(() => hold(form, true));
  });
  // Back from the next page, the form may be sent anew.
  window.addEventListener('pageshow', () => { hold(form, false); say(''); });
}

async function prepare(input, say) {
  const most = Number(input.dataset.photos);
  const tooMany = input.files.length > most ? `一次最多${most}张照片，请重新选` : '';
  input.setCustomValidity(tooMany);
  if (tooMany || !input.files.length) return say(tooMany);
  hold(input.form, true);
  say('正在准备照片…');
  const chosen = [...input.files];
  const ready = await Promise.all(chosen.map(smaller));
  if (ready.some((one, at) => one !== chosen[at])) putInto(input, ready);
  hold(input.form, false);
  say(`选好了${ready.length}张照片`);
}

function hold(form, isHeld) {
  form.querySelectorAll('button').forEach((button) => { button.disabled = isHeld; });
}

function putInto(input, files) {
  try {
    const all = new DataTransfer();
    files.forEach((one) => all.items.add(one));
    input.files = all.files;
  } catch (tooOld) {
    // Older browsers send what was chosen.
  }
}

async function smaller(file) {
  if (file.size <= SMALL_ENOUGH) return file;
  try {
    const drawn = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, LONGEST_EDGE / Math.max(drawn.width, drawn.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(drawn.width * scale);
    canvas.height = Math.round(drawn.height * scale);
    canvas.getContext('2d').drawImage(drawn, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
    return blob && blob.size < file.size ? new File([blob], 'photo.jpg', { type: 'image/jpeg' }) : file;
  } catch (unreadable) {
    return file;
  }
}

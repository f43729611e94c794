// The trainers' pages: a training that shows how it goes.

import { keepCurrent } from './live.js';

let stage = current();

keepCurrent(() => {
  const now = current();
  const said = document.querySelector('[data-said]');
  if (said && now !== stage) said.textContent = now;
  stage = now;
});

function current() {
  const shown = document.querySelector('#training-title ~ p b');
  return shown ? shown.textContent : '';
}

document.getElementById('too-old').hidden = false;

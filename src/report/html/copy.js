'use strict';
{
  document.documentElement.classList.add('js');

  const told = (button, word) => {
    button.firstChild.data = word;
    setTimeout(() => { button.firstChild.data = 'Copy'; }, 2000);
  };
  const byHand = (code) => {
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return document.execCommand('copy');
  };
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button.copy');
    if (!button) return;
    const code = button.closest('.copied').querySelector('code');
    try {
      await navigator.clipboard.writeText(code.textContent);
      told(button, 'Copied');
    } catch {
      told(button, byHand(code) ? 'Copied' : 'Press Ctrl+C');
    }
  });
}

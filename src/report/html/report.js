{
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const form = document.getElementById('filter');
  const box = form.querySelector('details');
  const text = form.elements.text;
  const count = document.getElementById('count');
  const list = document.getElementById('all-cases');
  const kinds = ['verdict', 'law', 'level'];
  // Kept as they are: reading thousands of nodes at every key would be felt.
  const items = (selector) => all(selector).map((node) => ({
    node, words: null, shown: true, ...Object.fromEntries(kinds.map((kind) => [kind, node.dataset[kind].split(' ')])),
  }));
  const [findings, reasons, cases] = ['article.finding', 'details.reason', 'ol.cases > li'].map(items);

  box.open = matchMedia('(min-width: 64rem)').matches;

  const state = () => {
    const data = new FormData(form);
    const wanted = Object.fromEntries(kinds.map((kind) => [kind, data.getAll(kind)]));
    return { ...wanted, text: text.value.trim().toLowerCase() };
  };

  const fits = (item, wanted) => {
    for (const kind of kinds) {
      if (wanted[kind].length && !item[kind].some((word) => wanted[kind].includes(word))) return false;
    }
    if (!wanted.text) return true;
    item.words ??= item.node.textContent.toLowerCase();
    return item.words.includes(wanted.text);
  };

  const sift = (group, wanted) => {
    let left = 0;
    for (const item of group) {
      const shown = fits(item, wanted);
      left += shown;
      if (shown !== item.shown) item.node.hidden = !(item.shown = shown);
    }
    return left;
  };

  const number = (n, one) => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
  const of = (left, group, one) =>
    left === group.length ? number(left, one) : `${left.toLocaleString('en')} of ${number(group.length, one)}`;

  const apply = () => {
    const wanted = state();
    const filtered = Boolean(wanted.text) || kinds.some((kind) => wanted[kind].length);
    const left = [findings, reasons, cases].map((group) => sift(group, wanted));
    for (const cause of all('section.cause')) cause.hidden = !cause.querySelector('article.finding:not([hidden])');
    for (const [id, group] of [['findings', 0], ['open', 1]]) {
      const nothing = document.querySelector(`#${id} .nothing`);
      if (nothing) nothing.hidden = !filtered || left[group] > 0 || ![findings, reasons][group].length;
    }
    if (filtered) list.open = true;
    count.textContent = `${of(left[0], findings, 'finding')}, ${of(left[2], cases, 'case')}`;
  };

  // The filter stands in the address, so that what is seen can be linked.
  const write = () => {
    const query = new URLSearchParams(new FormData(form));
    if (!query.get('text')) query.delete('text');
    history.replaceState(null, '', `#${query}`);
  };

  const read = () => {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes('=')) {
      let node = document.getElementById(hash);
      if (!node) return;
      if (node.closest('[hidden]')) { form.reset(); apply(); }
      const target = node;
      for (; node; node = node.parentElement) if (node.localName === 'details') node.open = true;
      target.scrollIntoView();
      return;
    }
    const query = new URLSearchParams(hash);
    for (const field of form.querySelectorAll('[type=checkbox]')) field.checked = query.getAll(field.name).includes(field.value);
    text.value = query.get('text') ?? '';
    if (hash) box.open = true;
    apply();
  };

  let timer;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => { apply(); write(); }, 120);
  });
  form.addEventListener('reset', () => setTimeout(() => { apply(); write(); }));
  form.addEventListener('submit', (event) => event.preventDefault());
  addEventListener('hashchange', read);

  // Paper has no way to open what is closed.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = all('details:not([open])');
    for (const node of closed) node.open = true;
  });
  addEventListener('afterprint', () => { for (const node of closed) node.open = false; });

  apply();
  read();
}

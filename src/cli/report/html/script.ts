/**
 * What the page can do beyond being read: search, filter by action, open all that is shown. Without it everything is
 * there anyway.
 */
export const SCRIPT = `
'use strict';
const objects = [...document.querySelectorAll('details.object')];
const texts = objects.map((object) => object.dataset.text);
const sections = [...document.querySelectorAll('section.phase')];
const search = document.getElementById('search');
const shown = document.getElementById('shown');
const filters = [...document.querySelectorAll('button[data-action]')];
const openAll = document.getElementById('open');
const OPEN_AT_ONCE = 200;
function update() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const actions = new Set(filters.filter((one) => one.getAttribute('aria-pressed') === 'true').map((one) => one.dataset.action));
  let count = 0;
  objects.forEach((object, index) => {
    const isShown = actions.has(object.dataset.action) && words.every((word) => texts[index].includes(word));
    object.hidden = !isShown;
    if (isShown) count += 1;
  });
  for (const section of sections) section.hidden = section.querySelector('details.object:not([hidden])') === null;
  shown.textContent = count + ' of ' + objects.length + ' shown';
}
let waiting = 0;
search.addEventListener('input', () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(update);
});
for (const filter of filters)
  filter.addEventListener('click', () => {
    filter.setAttribute('aria-pressed', filter.getAttribute('aria-pressed') === 'true' ? 'false' : 'true');
    update();
  });
openAll.addEventListener('click', () => {
  const visible = objects.filter((object) => !object.hidden).slice(0, OPEN_AT_ONCE);
  const opens = visible.some((object) => !object.open);
  for (const object of visible) object.open = opens;
});
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
  event.preventDefault();
  search.focus();
});
document.getElementById('controls').hidden = false;
update();
`;

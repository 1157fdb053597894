// Buttons above a figure, data downloads, copying.
import { escapeText } from './text.js';

// A button that is on or off.
export function toggle(parent, label, on, change) {
  const button = document.createElement('button');
  button.type = 'button';
  button.innerHTML = label;
  button.setAttribute('aria-pressed', String(on));
  button.addEventListener('click', () => {
    const now = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(now));
    change(now);
  });
  parent.append(button);
  return button;
}

export const key = (colour, label) => `<i class="key" style="background:${colour}"></i>${label}`;

const field = (x) => {
  const text = x === null || x === undefined ? '' : String(x);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

// columns: [[header, values]...]
export const csvText = (columns) =>
  [columns.map(([name]) => field(name)).join(',')]
    .concat(columns[0][1].map((_, row) => columns.map(([, values]) => field(values[row])).join(',')))
    .join('\n') + '\n';

export function save(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export function wireCopies() {
  for (const button of document.querySelectorAll('button.copy'))
    button.addEventListener('click', async () => {
      const source = document.getElementById(button.dataset.copy);
      getSelection().selectAllChildren(source);
      if (navigator.clipboard) await navigator.clipboard.writeText(source.textContent).catch(() => document.execCommand('copy'));
      else document.execCommand('copy');
      button.textContent = 'Copied';
    });
}

// Buttons that show the rows of one kind of source only, and a search field.
export function wireFilters() {
  for (const box of document.querySelectorAll('.filters')) {
    const rows = [...document.querySelectorAll(`#${box.dataset.table} tbody tr`)];
    if (rows.length < 6) continue;
    const kinds = [...new Set(rows.map((row) => row.dataset.kind))].filter(Boolean);
    if (rows.some((row) => row.dataset.recalled === '1')) kinds.push('recalled');
    box.innerHTML =
      '<input type="search" placeholder="Find a name or source" aria-label="Find in the table">' +
      ['all', ...kinds].map((k, i) => `<button type="button" aria-pressed="${i === 0}" data-kind="${escapeText(k)}">${escapeText(k)}</button>`).join('');
    const input = box.querySelector('input');
    let kind = 'all';
    const apply = () => {
      const wanted = input.value.toLowerCase();
      for (const row of rows) {
        const fits = kind === 'all' || (kind === 'recalled' ? row.dataset.recalled === '1' : row.dataset.kind === kind);
        row.hidden = !fits || !row.textContent.toLowerCase().includes(wanted);
      }
    };
    input.addEventListener('input', apply);
    for (const button of box.querySelectorAll('button'))
      button.addEventListener('click', () => {
        kind = button.dataset.kind;
        for (const other of box.querySelectorAll('button')) other.setAttribute('aria-pressed', String(other === button));
        apply();
      });
  }
}

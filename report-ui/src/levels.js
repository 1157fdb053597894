// Level diagrams of the species side by side on one energy axis, with arrows for emission.
import { linearScale } from './axes.js';
import { ofWavelength } from './colour.js';
import { csvText } from './controls.js';
import { escapeText, numberText, termSvg } from './text.js';

const decades = 4;
const height = 430;

function transitions(species) {
  const n = species.label.length;
  const found = [];
  species.emission?.forEach((rate, k) => {
    const upper = Math.floor(k / n);
    const lower = k % n;
    const energy = species.energy[upper] - species.energy[lower];
    if (rate > 0 && energy > 0) found.push({ upper, lower, rate, nm: 1e7 / energy });
  });
  return found.sort((a, b) => b.rate - a.rate);
}

// Moves labels apart, keeping their order; y grows downwards.
function spread(wanted, gap, low, high) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const y = [...wanted];
  for (let pass = 0; pass < 60; ++pass)
    for (let k = 1; k < order.length; ++k) {
      const lack = gap - (y[order[k]] - y[order[k - 1]]);
      if (lack <= 0) continue;
      y[order[k]] += lack / 2;
      y[order[k - 1]] -= lack / 2;
    }
  return y.map((v) => Math.min(high, Math.max(low, v)));
}

function panel(species, width, y, box, most, first) {
  const left = first ? 50 : 10;
  const right = width - 62;
  const room = Math.max(1, Math.floor((right - left - 16) / 26));
  const arrows = transitions(species).filter((t) => t.rate >= most * 10 ** -decades).slice(0, room);
  arrows.sort((a, b) => species.energy[b.upper] - species.energy[a.upper] || species.energy[a.lower] - species.energy[b.lower]);

  let svg = `<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="Levels of ${escapeText(species.species)}">`;
  if (first) {
    for (const t of y.ticks) svg += `<line class="axis" x1="${left - 5}" x2="${left}" y1="${t.at}" y2="${t.at}"/><text class="tick" x="${left - 9}" y="${t.at + 4}" text-anchor="end">${t.text}</text>`;
    svg += `<line class="axis" x1="${left}" x2="${left}" y1="${box.top}" y2="${box.bottom}"/><text class="label" transform="translate(13 ${(box.top + box.bottom) / 2}) rotate(-90)" text-anchor="middle">energy / 10³ cm⁻¹</text>`;
  }
  const x0 = left + (first ? 12 : 4);
  const at = species.energy.map((e) => y.at(e / 1000));
  const labels = spread(at, 16, box.top, box.bottom + 4);
  species.energy.forEach((_, i) => {
    svg += `<line class="level" x1="${x0}" x2="${right}" y1="${at[i]}" y2="${at[i]}"/>`;
    svg += `<path class="leader" d="M${right} ${at[i]}L${right + 8} ${labels[i]}"/><text class="tick ink" x="${right + 11}" y="${labels[i] + 4}">${termSvg(species.label[i])}</text>`;
  });
  const step = (right - x0 - 16) / Math.max(1, arrows.length);
  arrows.forEach((t, k) => {
    const x = x0 + 8 + step * (k + 0.5);
    const w = 1 + 5 * (1 + Math.log10(t.rate / most) / decades);
    const from = at[t.upper];
    const to = at[t.lower];
    const head = Math.min(4 + w, (to - from) * 0.6);
    const colour = ofWavelength(t.nm);
    svg += `<g fill="${colour}" stroke="none"><title>${escapeText(`${species.label[t.upper]} -> ${species.label[t.lower]}, ${t.nm.toFixed(0)} nm, ${numberText(t.rate)} photons/s`)}</title><rect x="${x - w / 2}" y="${from}" width="${w}" height="${Math.max(0, to - from - head + 0.5)}"/><path d="M${x - w / 2 - 3} ${to - head}h${w + 6}L${x} ${to}Z"/></g>`;
    if (to - from > 44) svg += `<text class="nm" transform="translate(${x - w / 2 - 5} ${(from + to) / 2}) rotate(-90)" text-anchor="middle">${t.nm.toFixed(0)}</text>`;
  });
  return `${svg}<text class="species" x="${(x0 + right) / 2}" y="${height - 8}" text-anchor="middle">${escapeText(species.species)}</text></svg>`;
}

export function drawLevels({ element, data }) {
  const ordered = [...data].sort((a, b) => Math.max(...a.energy) - Math.max(...b.energy));
  const high = Math.max(...data.flatMap((s) => s.energy)) / 1000;
  const most = Math.max(...data.flatMap((s) => (transitions(s)[0] ? [transitions(s)[0].rate] : [])), Number.MIN_VALUE);
  const box = { top: 16, bottom: height - 38 };

  function redraw() {
    const width = Math.max(280, element.clientWidth);
    const y = linearScale(0, Math.max(high * 1.04, 0.1), box.bottom, box.top, 7);
    const weights = ordered.map((s) => 0.5 + Math.min(14, transitions(s).length));
    // Side by side, none narrower than its labels need; else one below the other.
    const spare = width - 146 - 104 * (ordered.length - 1);
    const beside = spare > 60;
    const total = weights.reduce((a, b) => a + b, 0);
    const widths = weights.map((w, i) => (beside ? Math.floor((i === 0 ? 146 : 104) + (spare * w) / total) : width));
    element.innerHTML = `<div class="panels">${ordered.map((s, i) => panel(s, widths[i], y, box, most, i === 0 || !beside)).join('')}</div>`;
  }
  redraw();
  return {
    redraw,
    csv: () => {
      const rows = ordered.flatMap((s) => transitions(s).map((t) => [s.species, s.label[t.upper], s.label[t.lower], t.nm, t.rate]));
      return csvText(['species', 'from', 'to', 'wavelength [nm]', 'photon rate [1/s]'].map((name, c) => [name, rows.map((r) => r[c])]));
    },
  };
}

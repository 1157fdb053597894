// Curves with error bands in SVG: linear or logarithmic, zoom by dragging, values under the pointer.
import { linearScale, logScale } from './axes.js';
import { escapeText, numberText } from './text.js';

const margin = { left: 62, right: 14, top: 14 };

function pathOf(points) {
  let out = '';
  let pen = false;
  for (const [x, y] of points) {
    if (!Number.isFinite(y)) {
      pen = false;
      continue;
    }
    out += `${pen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = true;
  }
  return out;
}

// plot: { series: [{ name, colour, x, y, error?, fill? }], xLabel, yLabel, log, logX?, height, bottom?, under?(x, box), marks?(x, y) }
// `initial` is the range shown first, where that is not all.
// `under` returns SVG below the axis (a colour strip of `strip` pixels), `marks` SVG over the curves.
export function linePlot(element, plot) {
  let range = plot.initial ?? null;

  function draw() {
    const width = Math.max(280, element.clientWidth);
    const strip = plot.strip ?? 0;
    const height = Math.round(Math.min(plot.height, width * 0.72));
    const box = { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - 40 - strip };

    const xs = plot.series.flatMap((s) => [s.x[0], s.x[s.x.length - 1]]);
    const full = plot.domain ?? (xs.length ? [Math.min(...xs), Math.max(...xs)] : [0, 1]);
    const [x0, x1] = range ?? full;
    let high = 0;
    let low = Infinity;
    for (const s of plot.series)
      s.y.forEach((y, i) => {
        if (!(s.x[i] >= x0 && s.x[i] <= x1) || y === null) return;
        high = Math.max(high, y + (s.error?.[i] ?? 0));
        if (y > 0) low = Math.min(low, y);
      });
    if (!(high > 0)) high = 1;
    const x = plot.logX ? logScale(x0, x1, box.left, box.right) : linearScale(x0, x1, box.left, box.right, (box.right - box.left) / 90);
    const y = plot.log
      ? logScale(Math.max(Math.min(low, high / 10) * 0.7, high * (plot.floor ?? 1e-5)), high * 1.6, box.bottom, box.top)
      : linearScale(0, high * 1.12, box.bottom, box.top, (box.bottom - box.top) / 48);

    let svg = `<svg viewBox="0 0 ${width} ${height}" width="100%" role="img" aria-label="${escapeText(plot.label)}"><defs><clipPath id="clip-${plot.id}"><rect x="${box.left}" y="${box.top}" width="${box.right - box.left}" height="${box.bottom - box.top}"/></clipPath>${plot.defs?.(x, box) ?? ''}</defs>`;
    for (const t of y.ticks) svg += `<line class="grid" x1="${box.left}" x2="${box.right}" y1="${t.at}" y2="${t.at}"/><text class="tick" x="${box.left - 8}" y="${t.at + 4}" text-anchor="end">${t.text}</text>`;
    for (const m of y.minor) svg += `<line class="axis" x1="${box.left - 3}" x2="${box.left}" y1="${m}" y2="${m}"/>`;
    svg += `<g clip-path="url(#clip-${plot.id})">`;
    for (const s of plot.series) {
      const at = (i, shift) => [x.at(s.x[i]), s.y[i] === null ? NaN : plot.log && s.y[i] + shift <= 0 ? (shift < 0 ? box.bottom + 20 : NaN) : y.at(s.y[i] + shift)];
      const all = s.y.map((_, i) => i);
      if (s.fill) svg += `<path d="${pathOf([[x.at(s.x[0]), box.bottom], ...all.map((i) => at(i, 0)), [x.at(s.x[s.x.length - 1]), box.bottom]])}Z" fill="${s.fill}" opacity="0.38"/>`;
      if (s.error) svg += `<path d="${pathOf([...all.map((i) => at(i, s.error[i] ?? 0)), ...all.map((i) => at(i, -(s.error[i] ?? 0))).reverse()])}Z" fill="${s.colour}" opacity="0.22"/>`;
      svg += `<path d="${pathOf(all.map((i) => at(i, 0)))}" fill="none" stroke="${s.colour}" stroke-width="1.5" stroke-linejoin="round"/>`;
    }
    svg += `${plot.marks?.(x, y, box) ?? ''}</g>`;
    svg += `<line class="axis" x1="${box.left}" x2="${box.right}" y1="${box.bottom}" y2="${box.bottom}"/><line class="axis" x1="${box.left}" x2="${box.left}" y1="${box.top}" y2="${box.bottom}"/>`;
    svg += plot.under?.(x, box) ?? '';
    const base = box.bottom + strip;
    for (const t of x.ticks) svg += `<line class="axis" x1="${t.at}" x2="${t.at}" y1="${base}" y2="${base + 5}"/><text class="tick" x="${t.at}" y="${base + 18}" text-anchor="middle">${t.text}</text>`;
    svg += `<text class="label" x="${(box.left + box.right) / 2}" y="${base + 36}" text-anchor="middle">${plot.xLabel}${x.factor ? ` (×${x.factor})` : ''}</text>`;
    svg += `<text class="label" transform="translate(14 ${(box.top + box.bottom) / 2}) rotate(-90)" text-anchor="middle">${plot.yLabel}${y.factor ? ` (×${y.factor})` : ''}</text>`;
    svg += `<g class="pointer"></g><rect class="catch" x="${box.left}" y="${box.top}" width="${box.right - box.left}" height="${box.bottom - box.top}" fill="transparent"/></svg>`;
    element.innerHTML = svg;
    listen(x, y, box, width);
  }

  function listen(x, y, box, width) {
    const svg = element.querySelector('svg');
    const pointer = svg.querySelector('.pointer');
    const pixel = (event) => ((event.clientX - svg.getBoundingClientRect().left) / svg.clientWidth) * width;
    let from = null;
    const catcher = svg.querySelector('.catch');
    catcher.addEventListener('pointerdown', (event) => {
      if (event.pointerType === 'touch') return;
      from = pixel(event);
      catcher.setPointerCapture(event.pointerId);
    });
    catcher.addEventListener('pointermove', (event) => {
      const at = Math.min(box.right, Math.max(box.left, pixel(event)));
      pointer.innerHTML = from === null || Math.abs(at - from) < 4 ? readout(x, y, box, at) : `<rect class="zoom" x="${Math.min(at, from)}" y="${box.top}" width="${Math.abs(at - from)}" height="${box.bottom - box.top}"/>`;
    });
    catcher.addEventListener('pointerleave', () => (pointer.innerHTML = ''));
    catcher.addEventListener('pointerup', (event) => {
      const to = Math.min(box.right, Math.max(box.left, pixel(event)));
      const dragged = from !== null && Math.abs(to - from) > 6;
      if (dragged) range = [x.inverse(Math.min(from, to)), x.inverse(Math.max(from, to))];
      from = null;
      if (dragged) draw();
    });
    catcher.addEventListener('dblclick', () => {
      range = null;
      draw();
    });
  }

  function readout(x, y, box, at) {
    const value = x.inverse(at);
    const lines = [`${numberText(value, 4)} ${plot.xUnit}`];
    let dots = '';
    for (const s of plot.series) {
      let i = s.x.findIndex((v) => v >= value);
      if (i < 0) i = s.x.length - 1;
      if (i > 0 && value - s.x[i - 1] < s.x[i] - value) i -= 1;
      if (s.y[i] === null) continue;
      lines.push(`${s.name ? `${s.name}: ` : ''}${numberText(s.y[i])}${s.error?.[i] ? ` ± ${numberText(s.error[i], 2)}` : ''}`);
      const py = plot.log && s.y[i] <= 0 ? NaN : y.at(s.y[i]);
      if (py >= box.top && py <= box.bottom) dots += `<circle cx="${x.at(s.x[i])}" cy="${py}" r="3.2" fill="${s.colour}"/>`;
    }
    const left = at > (box.left + box.right) / 2;
    const text = lines.map((line, k) => `<tspan x="${at + (left ? -8 : 8)}" y="${box.top + 14 + 16 * k}">${escapeText(line)}</tspan>`).join('');
    return `<line class="cross" x1="${at}" x2="${at}" y1="${box.top}" y2="${box.bottom}"/>${dots}<text class="readout" text-anchor="${left ? 'end' : 'start'}">${text}</text>`;
  }

  draw();
  return draw;
}

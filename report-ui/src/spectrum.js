import { ofWavelength } from './colour.js';
import { csvText, toggle } from './controls.js';
import { linePlot } from './line-plot.js';
import { termSvg } from './text.js';

const strip = 10;

// Names the strongest bands over their peaks, as far as there is room.
function marks(data, log) {
  return (x, y, box) => {
    let out = '';
    const taken = [];
    const named = [];
    for (const band of [...data.bands].sort((a, b) => b.rate - a.rate)) {
      let peak = -1;
      data.wavelength.forEach((nm, i) => {
        if (Math.abs(nm - band.wavelength) < 8 && (peak < 0 || data.rate[i] > data.rate[peak])) peak = i;
      });
      // A peak bears the name of its strongest band, or none; a band on the slope of another has no peak.
      const sloping = (k) => data.rate[k] !== undefined && data.rate[k] > data.rate[peak];
      if (peak < 0 || !(data.rate[peak] > 0) || sloping(peak - 1) || sloping(peak + 1)) continue;
      if (named.some((nm) => Math.abs(nm - band.wavelength) < 10)) continue;
      named.push(band.wavelength);
      const px = x.at(band.wavelength);
      const py = y.at(data.rate[peak]);
      const half = band.name.length * 2.6;
      if (px < box.left || px > box.right || py > box.bottom - (log ? 8 : 4)) continue;
      const cx = Math.min(box.right - half, Math.max(box.left + half, px));
      // Over all of the curve that the text spans.
      let cy = data.wavelength.reduce((top, nm, i) => (Math.abs(x.at(nm) - cx) < half + 4 && data.rate[i] > 0 ? Math.min(top, y.at(data.rate[i]) - 9) : top), py - 9);
      const clash = () => taken.some((t) => Math.abs(t.x - cx) < t.half + half + 8 && Math.abs(t.y - cy) < 18);
      for (let lift = 0; lift < 2 && clash(); ++lift) cy -= 18;
      if (cy < box.top + 12 || py - cy > 70 || clash()) continue;
      taken.push({ x: cx, y: cy, half });
      out += `<text class="mark" x="${cx}" y="${cy}" text-anchor="middle">${termSvg(band.name)}</text>`;
    }
    return out;
  };
}

function gradient(id, x, box) {
  let stops = '';
  for (let k = 0; k <= 60; ++k) stops += `<stop offset="${(k / 60).toFixed(4)}" stop-color="${ofWavelength(x.low + ((x.high - x.low) * k) / 60)}"/>`;
  return `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="${box.left}" x2="${box.right}" y1="0" y2="0">${stops}</linearGradient>`;
}

// Where there is light: what exceeds a share of the highest peak, with a margin.
function lit(data, share) {
  const most = Math.max(...data.rate);
  const shown = data.wavelength.filter((_, i) => data.rate[i] > share * most);
  if (shown.length < 2) return null;
  const margin = 0.04 * (shown[shown.length - 1] - shown[0]) + 5;
  const inside = (nm) => Math.min(data.wavelength[data.wavelength.length - 1], Math.max(data.wavelength[0], nm));
  return [inside(shown[0] - margin), inside(shown[shown.length - 1] + margin)];
}

export function drawSpectrum({ element, controls, data }) {
  const largest = (from, to) => data.rate.reduce((m, r, i) => (data.wavelength[i] >= from && data.wavelength[i] < to ? Math.max(m, r ?? 0) : m), 0);
  const visible = largest(380, 750);
  const plot = {
    id: 'spectrum', label: 'Emission spectrum', height: 380, strip,
    series: [{ x: data.wavelength, y: data.rate, error: data.error, colour: 'var(--ink)', fill: 'url(#spectrum-light)' }],
    xLabel: 'wavelength / nm', xUnit: 'nm', yLabel: 'photons / s / nm',
    // Where one infrared band dwarfs what the eye sees, a linear axis shows that band alone.
    log: visible > 0 && visible < 0.05 * largest(0, Infinity),
    defs: (x, box) => gradient('spectrum-light', x, box),
    under: (x, box) => `<rect x="${box.left}" y="${box.bottom + 1}" width="${box.right - box.left}" height="${strip - 2}" fill="url(#spectrum-light)"/>`,
  };
  let eye = false;
  const redraw = () => {
    plot.initial = eye ? [380, 760] : lit(data, plot.log ? 1e-5 : 2e-3);
    plot.marks = marks(data, plot.log);
    return linePlot(element, plot);
  };
  let draw = redraw();
  toggle(controls, 'logarithmic', plot.log, (on) => {
    plot.log = on;
    draw = redraw();
  });
  if (visible > 0)
    toggle(controls, 'visible light', false, (on) => {
      eye = on;
      draw = redraw();
    });
  const columns = [['wavelength [nm]', data.wavelength], ['photon rate [1/s/nm]', data.rate]];
  if (data.error) columns.push(['standard error [1/s/nm]', data.error]);
  return { redraw: () => draw(), csv: () => csvText(columns) };
}

// Draws each figure of the page from the JSON beside it:
//   spectrum    { wavelength, rate, error?, bands: [{ name, wavelength, rate }] }
//   decay       [{ name, from, to, intensity, error? }]
//   levels      [{ species, label, energy, emission? (row: from, column: to) }]
//   populations { species, level, region?, energy?, fraction, error? }, one row per class
//   flux        { label, process?, rate, error? }
//   balance     [{ name, value, error? }]
//   sweep       { name, unit, series: [{ name, x, rate, error?, slope?, slopeError? }] }
//   particle    { count, elements, counts, regions, low, extent, sites }; sites is base64 of 48 bits each,
//               from the lowest: x, y, z (12 bits, of low … low + extent), element and region (6 bits, indices)
import { drawBalance, drawFlux, drawPopulations } from './bars.js';
import { ofElement, ofSeries, ofWavelength, onSchemeChange } from './colour.js';
import { save, wireCopies, wireFilters } from './controls.js';
import { drawDecay } from './decay.js';
import { drawLevels } from './levels.js';
import { drawParticle } from './particle.js';
import { drawSpectrum } from './spectrum.js';
import { drawSweep } from './sweep.js';

const drawers = {
  spectrum: drawSpectrum, decay: drawDecay, levels: drawLevels, populations: drawPopulations,
  flux: drawFlux, balance: drawBalance, particle: drawParticle, sweep: drawSweep,
};

// Tests read these: the list, and its length and text on the root element.
window.lanthornErrors = [];
function failed(what) {
  window.lanthornErrors.push(String(what));
  report();
}
function report() {
  document.documentElement.dataset.errors = String(window.lanthornErrors.length);
  if (window.lanthornErrors.length) document.documentElement.dataset.errorText = window.lanthornErrors.join('\n');
}
window.addEventListener('error', (event) => failed(event.message));
window.addEventListener('unhandledrejection', (event) => failed(event.reason));

function paintKeys() {
  for (let i = 0; i < 8; ++i) document.documentElement.style.setProperty(`--series-${i}`, ofSeries(i));
  for (const swatch of document.querySelectorAll('.swatch'))
    swatch.style.background = swatch.dataset.wavelength ? ofWavelength(+swatch.dataset.wavelength) : ofElement(swatch.dataset.element);
}

paintKeys();
const all = JSON.parse(document.getElementById('plot-data').textContent);
const redraws = [];
for (const figure of document.querySelectorAll('figure[data-figure]')) {
  try {
    const id = figure.dataset.figure;
    const element = figure.querySelector('.plot');
    element.textContent = '';
    const drawn = drawers[id]({ element, controls: figure.querySelector('.controls'), data: all[id] });
    figure.querySelector('button.csv').addEventListener('click', () => save(`${id}.csv`, drawn.csv()));
    let width = element.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(element.clientWidth - width) < 2) return;
      width = element.clientWidth;
      drawn.redraw();
    }).observe(element);
    redraws.push(drawn.redraw);
    figure.dataset.drawn = 'true';
  } catch (error) {
    failed(`${figure.id}: ${error.message}`);
  }
}
wireCopies();
wireFilters();
const repaint = () => {
  paintKeys();
  for (const redraw of redraws) redraw();
};
onSchemeChange(repaint);
window.addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
  repaint();
});
window.addEventListener('afterprint', repaint);
report();

// Horizontal bars on a shared axis, as HTML rows: they wrap on a phone and print as text.
import { ofSeries } from './colour.js';
import { csvText, key, toggle } from './controls.js';
import { escapeText, numberText, powerOfTen, termHtml, withError } from './text.js';

const tenth = (x) => `${Math.round(x * 1000) / 10}%`;

// Shares of the width on a logarithmic axis from 10^low to 10^high, and its ticks.
function logAxis(values, most) {
  const positive = values.filter((v) => v > 0);
  const high = Math.ceil(Math.log10(Math.max(...positive)) - 1e-9);
  const low = Math.max(high - most, Math.floor(Math.log10(Math.min(...positive)) - 0.2), high - most);
  const span = Math.max(1, high - low);
  const every = Math.ceil(span / 6);
  const ticks = [];
  for (let d = high; d >= high - span; d -= every) ticks.unshift({ at: 1 - (high - d) / span, text: powerOfTen(d) });
  return { at: (v) => (v > 0 ? Math.min(1, Math.max(0, (Math.log10(v) - high + span) / span)) : 0), ticks };
}

const axisHtml = (axis) => `<div class="bar-axis"><span></span><div>${axis.ticks.map((t) => `<span style="left:${tenth(t.at)}">${t.text}</span>`).join('')}</div><span></span></div>`;
const gridHtml = (axis) => axis.ticks.map((t) => `<i style="left:${tenth(t.at)}"></i>`).join('');

function barHtml(axis, colour, value, error) {
  if (!(value > 0)) return '';
  let out = `<b style="width:${tenth(axis.at(value))};background:${colour}"></b>`;
  if (error > 0) {
    const from = axis.at(value - error);
    out += `<u style="left:${tenth(from)};width:${tenth(axis.at(value + error) - from)}"></u>`;
  }
  return out;
}

const rowHtml = (axis, label, bars, values) => `<div class="bar-row"><span class="bar-label">${label}</span><div class="bar-track">${gridHtml(axis)}${bars}</div><span class="bar-value">${values}</span></div>`;

export function drawPopulations({ element, controls, data }) {
  const rows = data.fraction.map((fraction, i) => ({ species: data.species[i], level: data.level[i], region: data.region?.[i] ?? '', energy: data.energy?.[i], fraction, error: data.error?.[i] ?? 0 }));
  const regions = [...new Set(rows.map((r) => r.region))];
  const axis = logAxis(data.fraction.length && data.fraction.some((v) => v > 0) ? data.fraction : [1], 8);
  let out = '';
  for (const species of [...new Set(data.species)]) {
    out += `<div class="bar-group"><h4>${escapeText(species)}</h4>`;
    const mine = rows.filter((r) => r.species === species);
    const levels = [...new Map(mine.map((r) => [r.level, r.energy])).entries()].sort((a, b) => (b[1] ?? 0) - (a[1] ?? 0));
    for (const [level] of levels) {
      const here = mine.filter((r) => r.level === level);
      const bars = here.map((r) => `<div class="bar">${barHtml(axis, `var(--series-${regions.indexOf(r.region) % 8})`, r.fraction, r.error)}</div>`).join('');
      out += rowHtml(axis, termHtml(level), bars, here.map((r) => `<span>${withError(r.fraction, r.error)}</span>`).join(''));
    }
    out += axisHtml(axis) + '</div>';
  }
  element.innerHTML = `<div class="bars groups">${out}</div>`;
  if (regions.length > 1 || regions[0]) controls.innerHTML = regions.map((r, i) => `<span class="legend">${key(`var(--series-${i % 8})`, escapeText(r))}</span>`).join('');
  const columns = [['species', data.species], ['level', data.level]];
  if (data.region) columns.push(['region', data.region]);
  if (data.energy) columns.push(['energy [cm^-1]', data.energy]);
  columns.push(['fraction', data.fraction]);
  if (data.error) columns.push(['standard error', data.error]);
  return { redraw: () => {}, csv: () => csvText(columns) };
}

export function drawFlux({ element, controls, data }) {
  const rows = data.rate.map((rate, i) => ({ label: data.label[i], process: data.process?.[i] ?? '', rate, error: data.error?.[i] ?? 0 })).filter((r) => r.rate > 0).sort((a, b) => b.rate - a.rate);
  const processes = [...new Set(rows.map((r) => r.process))];
  const hidden = new Set();
  let count = 15;

  function draw() {
    const shown = rows.filter((r) => !hidden.has(r.process)).slice(0, count);
    const axis = logAxis(shown.length ? shown.map((r) => r.rate) : [1], 8);
    element.innerHTML = `<div class="bars wide">${shown.map((r) => rowHtml(axis, termHtml(r.label), `<div class="bar">${barHtml(axis, `var(--series-${processes.indexOf(r.process) % 8})`, r.rate, r.error)}</div>`, withError(r.rate, r.error))).join('')}${axisHtml(axis)}</div>`;
  }
  draw();
  if (processes.length > 1)
    processes.forEach((process, i) =>
      toggle(controls, key(`var(--series-${i % 8})`, escapeText(process)), true, (on) => {
        hidden[on ? 'delete' : 'add'](process);
        draw();
      }),
    );
  if (rows.length > count)
    toggle(controls, 'more', false, (on) => {
      count = on ? 60 : 15;
      draw();
    });
  const columns = [['channel', data.label]];
  if (data.process) columns.push(['process', data.process]);
  columns.push(['rate [1/s]', data.rate]);
  if (data.error) columns.push(['standard error [1/s]', data.error]);
  return { redraw: () => {}, csv: () => csvText(columns) };
}

const watts = 1.986445857e-23; // h c * 1 cm^-1 / s (CODATA 2018, exact constants)

export function drawBalance({ element, data }) {
  const absorbed = data.find((t) => t.name === 'absorbed').value;
  const most = Math.max(...data.map((t) => Math.abs(t.value)), Number.MIN_VALUE);
  const least = Math.min(0, ...data.map((t) => t.value));
  const span = most - least;
  const axis = {
    at: (v) => (v - least) / span,
    ticks: [0, 0.25, 0.5, 0.75, 1].map((t) => ({ at: (t * most - least) / span, text: absorbed === most ? `${t * 100}\u2009%` : numberText(t * most) })),
  };
  const colours = { absorbed: 0, emitted: 2, heat: 1, stored: 5, residual: 6 };
  const rows = data.map((term) => {
    const from = axis.at(Math.min(0, term.value));
    const low = axis.at(term.value - (term.error ?? 0));
    const whisker = term.error > 0 ? `<u style="left:${tenth(Math.max(0, low))};width:${tenth((2 * term.error) / span)}"></u>` : '';
    const bar = `<div class="bar"><b style="margin-left:${tenth(from)};width:${tenth(Math.abs(term.value) / span)};background:var(--series-${colours[term.name]})"></b>${whisker}</div>`;
    const share = absorbed > 0 ? ` <small>${((100 * term.value) / absorbed).toFixed(Math.abs(term.value) < 0.1 * absorbed ? 2 : 1).replace('-', '−')}\u2009%</small>` : '';
    return rowHtml(axis, escapeText(term.name), bar, withError(term.value, term.error) + share);
  });
  element.innerHTML = `<div class="bars wide terms">${rows.join('')}${axisHtml(axis)}</div><p class="note">${withError(absorbed * watts * 1e15, (data.find((t) => t.name === 'absorbed').error ?? 0) * watts * 1e15)} fW are absorbed.</p>`;
  return {
    redraw: () => {},
    csv: () => csvText([['term', data.map((t) => t.name)], ['rate [cm^-1/s]', data.map((t) => t.value)], ['standard error [cm^-1/s]', data.map((t) => t.error ?? null)]]),
  };
}

import { ofSeries } from './colour.js';
import { csvText, key, toggle } from './controls.js';
import { linePlot } from './line-plot.js';
import { termHtml } from './text.js';

export function drawDecay({ element, controls, data }) {
  const last = Math.max(...data.flatMap((d) => d.to.filter((t) => t !== null)));
  const [unit, seconds] = last < 1e-6 ? ['ns', 1e-9] : last < 1e-3 ? ['µs', 1e-6] : last < 1 ? ['ms', 1e-3] : ['s', 1];
  const shown = data.map(() => true);
  const state = { log: true, normalised: false };
  const plot = { id: 'decay', label: 'Decay curves', height: 340, floor: 1e-5, xUnit: unit, xLabel: `time / ${unit}` };
  plot.domain = [Math.min(...data.map((d) => d.from[0])) / seconds, last / seconds];

  function redraw() {
    plot.log = state.log;
    plot.yLabel = state.normalised ? 'relative to first bin' : 'photons / s';
    plot.series = data.flatMap((d, i) => {
      if (!shown[i]) return [];
      const scale = state.normalised ? 1 / (d.intensity.find((v) => v > 0) ?? 1) : 1;
      const times = (values) => values?.map((v) => (v === null ? null : v * scale));
      return [{ name: d.name, colour: ofSeries(i), x: d.from.map((t, k) => (t + d.to[k]) / 2 / seconds), y: times(d.intensity), error: times(d.error) }];
    });
    return linePlot(element, plot);
  }
  let draw = redraw();
  const change = (name) => (on) => {
    state[name] = on;
    draw = redraw();
  };
  data.forEach((d, i) =>
    toggle(controls, key(`var(--series-${i % 8})`, termHtml(d.name)), true, (on) => {
      shown[i] = on;
      draw = redraw();
    }),
  );
  toggle(controls, 'logarithmic', true, change('log'));
  if (data.length > 1) toggle(controls, 'normalised', false, change('normalised'));
  return {
    redraw: () => (draw = redraw()),
    csv: () =>
      csvText([
        ['band', data.flatMap((d) => d.from.map(() => d.name))],
        ['from [s]', data.flatMap((d) => d.from)],
        ['to [s]', data.flatMap((d) => d.to)],
        ['intensity [1/s]', data.flatMap((d) => d.intensity)],
        ['standard error [1/s]', data.flatMap((d) => d.error ?? d.from.map(() => null))],
      ]),
  };
}

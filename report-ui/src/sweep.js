import { ofSeries } from './colour.js';
import { csvText, key, toggle } from './controls.js';
import { linePlot } from './line-plot.js';
import { escapeText, termHtml } from './text.js';

export function drawSweep({ element, controls, data }) {
  const { series } = data;
  const shown = series.map(() => true);
  let slopes = false;
  const xs = series.flatMap((s) => s.x);
  const low = Math.min(...xs);
  const high = Math.max(...xs);
  const plot = { id: 'sweep', label: 'Rates against what was varied', height: 380, floor: 1e-15, xUnit: data.unit, logX: low > 0 && high / low > 8 };
  plot.xLabel = escapeText(data.unit ? `${data.name} / ${data.unit}` : data.name);
  plot.domain = plot.logX ? [low / 1.15, high * 1.15] : [low - 0.03 * (high - low), high + 0.03 * (high - low)];
  plot.marks = (x, y) =>
    plot.series
      .flatMap((s) => s.x.map((v, i) => (s.y[i] === null || (plot.log && s.y[i] <= 0) ? '' : `<circle cx="${x.at(v).toFixed(1)}" cy="${y.at(s.y[i]).toFixed(1)}" r="2.6" fill="${s.colour}"/>`)))
      .join('');

  function redraw() {
    plot.log = !slopes;
    plot.yLabel = slopes ? 'slope d ln rate / d ln irradiance' : 'photons / s';
    plot.series = series.flatMap((s, i) => {
      const y = slopes ? s.slope : s.rate;
      return shown[i] && y ? [{ name: s.name, colour: ofSeries(i), x: s.x, y, error: slopes ? s.slopeError : s.error }] : [];
    });
    return linePlot(element, plot);
  }
  let draw = redraw();
  series.forEach((s, i) =>
    toggle(controls, key(`var(--series-${i % 8})`, termHtml(s.name)), true, (on) => {
      shown[i] = on;
      draw = redraw();
    }),
  );
  if (series.some((s) => s.slope))
    toggle(controls, 'slopes', false, (on) => {
      slopes = on;
      draw = redraw();
    });
  const column = (name) => series.flatMap((s) => s[name] ?? s.x.map(() => null));
  return {
    redraw: () => (draw = redraw()),
    csv: () =>
      csvText([
        ['band', series.flatMap((s) => s.x.map(() => s.name))],
        [data.unit ? `${data.name} [${data.unit}]` : data.name, column('x')],
        ['rate [1/s]', column('rate')],
        ['standard error [1/s]', column('error')],
        ['slope', column('slope')],
        ['standard error of slope', column('slopeError')],
      ]),
  };
}

// Scales and their ticks.
import { numberText, powerOfTen } from './text.js';

export function linearTicks(low, high, wanted) {
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough * 0.999);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) ticks.push(k * step);
  return { ticks, step };
}

// A map from values to pixels with `ticks` [{ at, text }] and `minor` [pixel].
export function linearScale(low, high, from, to, wanted) {
  const at = (x) => from + ((x - low) / (high - low)) * (to - from);
  const { ticks, step } = linearTicks(low, high, wanted);
  const size = Math.max(Math.abs(low), Math.abs(high));
  const power = size >= 1e5 || size < 1e-2 ? Math.floor(Math.log10(size)) : 0;
  const digits = Math.max(0, -Math.floor(Math.log10(step / 10 ** power) + 1e-9));
  const text = (x) => (x / 10 ** power).toFixed(digits).replace('-', '−');
  return {
    at, low, high,
    inverse: (pixel) => low + ((pixel - from) / (to - from)) * (high - low),
    ticks: ticks.map((x) => ({ at: at(x), text: text(Math.abs(x) < step * 1e-9 ? 0 : x) })),
    minor: [],
    factor: power === 0 ? '' : powerOfTen(power),
  };
}

export function logScale(low, high, from, to) {
  const l0 = Math.log10(low);
  const l1 = Math.log10(high);
  const at = (x) => from + ((Math.log10(Math.max(x, low * 1e-3)) - l0) / (l1 - l0)) * (to - from);
  const ticks = [];
  const minor = [];
  const every = Math.ceil((l1 - l0) / Math.max(2, Math.abs(to - from) / 34));
  for (let d = Math.floor(l0); d <= Math.ceil(l1); ++d) {
    const x = 10 ** d;
    if (d >= l0 - 1e-9 && d <= l1 + 1e-9 && d % every === 0) ticks.push({ at: at(x), text: powerOfTen(d) });
    for (let k = 2; every === 1 && k < 10; ++k) if (k * x > low && k * x < high) minor.push(at(k * x));
  }
  if (ticks.length < 2)
    for (const k of [1, 2, 5])
      for (let d = Math.floor(l0); d <= l1; ++d) {
        const x = k * 10 ** d;
        if (x >= low && x <= high && !ticks.some((t) => Math.abs(t.at - at(x)) < 1)) ticks.push({ at: at(x), text: numberText(x) });
      }
  return { at, low, high, inverse: (pixel) => 10 ** (l0 + ((pixel - from) / (to - from)) * (l1 - l0)), ticks, minor, factor: '' };
}

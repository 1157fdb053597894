// Text for HTML and SVG strings.

export const escapeText = (text) =>
  String(text).replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]);

const term = /(^|[^\w.])(\d)([SPDFGHIKLMNOQ])(\(\d\))?(\d+(?:\/2)?)(?!\w)/g;

// Calls piece(text, position) for the parts of a label, position -1 (lowered), 0 or 1 (raised), and joins the results.
function pieces(label, piece) {
  let out = '';
  let at = 0;
  const spaced = String(label).replace(/:(?=\d[A-Z])/g, '\u00a0').replace(/\s*->\s*/g, '\u2009→\u2009');
  for (const m of spaced.matchAll(term)) {
    out += piece(spaced.slice(at, m.index) + m[1], 0) + piece(m[2], 1) + piece(m[3] + (m[4] ?? ''), 0) + piece(m[5], -1);
    at = m.index + m[0].length;
  }
  return out + piece(spaced.slice(at), 0);
}

// "4S3/2" as it is printed.
export const termHtml = (label) =>
  pieces(label, (text, position) => {
    const tag = position > 0 ? 'sup' : position < 0 ? 'sub' : '';
    return tag ? `<${tag}>${escapeText(text)}</${tag}>` : escapeText(text);
  });

// For text of 12 pixels: the raised and lowered parts are moved by dy, which baselines of all browsers follow.
export function termSvg(label) {
  let height = 0;
  return pieces(label, (text, position) => {
    if (!text) return '';
    const dy = (position > 0 ? -4.2 : position < 0 ? 3 : 0) - height;
    height += dy;
    const size = position ? ' font-size="72%"' : '';
    return `<tspan dy="${dy.toFixed(1)}"${size}>${escapeText(text)}</tspan>`;
  });
}

const raised = (n) => String(n).replace(/./g, (c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[+c]));
export const powerOfTen = (n) => (n === 0 ? '1' : n === 1 ? '10' : `10${raised(n)}`);

// A number as one reads it: four digits, powers of ten outside 1e-3 … 1e5.
export function numberText(x, digits = 3) {
  if (!Number.isFinite(x)) return '–';
  if (x === 0) return '0';
  const size = Math.abs(x);
  if (size >= 1e-3 && size < 1e5) return String(+x.toPrecision(Math.max(digits, size >= 1000 ? 4 : digits)));
  const [mantissa, exponent] = x.toExponential(digits - 1).split('e');
  return `${+mantissa}e${+exponent}`;
}

// "2.31(4)e3"
export function withError(value, error) {
  if (!Number.isFinite(value)) return '–';
  if (!(error > 0)) return numberText(value);
  let last = Math.floor(Math.log10(error));
  if (Math.round((error / 10 ** last) * 10) < 20) last -= 1;
  let top = Math.floor(Math.log10(Math.max(Math.abs(value), error)));
  if (Math.abs(value) >= 10 ** (top + 1) - 0.5 * 10 ** last) top += 1;
  last = Math.max(last, top - 14);
  const quantum = Math.max(1, Math.round(error / 10 ** last));
  const near = Math.abs(value) < 0.5 * 10 ** last ? 0 : value; // not "-0"
  if (top >= -4 && top <= 2 && last <= 0) return `${near.toFixed(-last)}(${quantum})`;
  return `${(near / 10 ** top).toFixed(Math.max(0, top - last))}(${quantum})e${top}`;
}

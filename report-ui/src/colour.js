// Colours of light, elements, species and processes, for a light and a dark page.

const dark = matchMedia('(prefers-color-scheme: dark)');
export const isDark = () => dark.matches && !matchMedia('print').matches;
export const onSchemeChange = (f) => dark.addEventListener('change', f);

const mix = (a, b, t) => a.map((x, i) => Math.round(x + (b[i] - x) * t));
const css = (rgb) => `rgb(${rgb.join(',')})`;
const parse = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

// Approximate look of a wavelength [nm]; ultraviolet fades to grey violet, near infrared to dark red and grey.
const spectrum = [
  [300, '#8b84a0'], [370, '#7d63a8'], [400, '#6a3ab5'], [440, '#4347dd'], [470, '#1f7fe6'], [490, '#10a5c6'],
  [508, '#10b070'], [530, '#2fb83a'], [555, '#7cc01e'], [575, '#c9b70a'], [590, '#eaa109'], [610, '#ee7414'],
  [635, '#e5421d'], [670, '#cc2320'], [720, '#a01c22'], [800, '#7a2a30'], [950, '#6b4347'], [1200, '#6d5f62'], [1700, '#767678'],
].map(([nm, hex]) => [nm, parse(hex)]);

export function ofWavelength(nm) {
  const last = spectrum.length - 1;
  const k = Math.max(1, spectrum.findIndex(([x]) => x >= nm) === -1 ? last : spectrum.findIndex(([x]) => x >= nm));
  const [x0, c0] = spectrum[k - 1];
  const [x1, c1] = spectrum[k];
  const colour = mix(c0, c1, Math.min(1, Math.max(0, (nm - x0) / (x1 - x0))));
  return css(isDark() ? mix(colour, [255, 255, 255], 0.28) : colour);
}

const elements = {
  Y: '#a9b0b8', Na: '#cfc3e6', K: '#c9a9dc', Gd: '#2f9e9a', Lu: '#c2a05a', La: '#7fb8c9', Ca: '#b9cf9a', Sr: '#9cc39a',
  Yb: '#2f6fd0', Er: '#2aa444', Tm: '#8e3fc4', Ho: '#f08a1d', Nd: '#d0478b', Eu: '#d8342c', Tb: '#b5c71b', Ce: '#e8c830',
  Pr: '#6fbf9f', Sm: '#b0705a', Dy: '#d6a800', F: '#d9e8c8', vacancy: '#17191c', '': '#17191c',
};
const others = ['#6e8fa8', '#a87f6e', '#86a86e', '#a86e9b'];

export function ofElement(symbol) {
  if (symbol in elements) return elements[symbol];
  let sum = 0;
  for (const c of symbol) sum += c.charCodeAt(0);
  return others[sum % others.length];
}

// Distinguishable with all common kinds of colour blindness.
const light = ['#0072b2', '#d55e00', '#009e73', '#c45a94', '#b58900', '#2e9bd6', '#6b6b6b', '#7a4fb0'];
const night = ['#4aa3dc', '#f08a45', '#35c39c', '#e08fbd', '#e0b43a', '#86c9f2', '#a9a9a9', '#b294e0'];
export const ofSeries = (i) => (isDark() ? night : light)[i % light.length];

export const rgbOf = (hex) => parse(hex);
export const blend = mix;
export const toCss = css;

// The particle as shaded spheres on a canvas, far to near, without those that others hide.
import { blend, isDark, ofElement, rgbOf, toCss } from './colour.js';
import { csvText, key, toggle } from './controls.js';
import { escapeText } from './text.js';

const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const fogs = 10;
const regionColours = ['#3f78c0', '#d9a441', '#5aa56a', '#b0609a', '#8a8f96'];

function decode(data) {
  const raw = bytesOf(data.sites);
  const n = raw.length / 6;
  const position = new Float32Array(3 * n);
  const element = new Uint8Array(n);
  const region = new Uint8Array(n);
  const centre = [0, 0, 0];
  for (let i = 0; i < n; ++i) {
    const [a, b, c, d, e, f] = raw.subarray(6 * i, 6 * i + 6);
    const steps = [a | ((b & 15) << 8), (b >> 4) | (c << 4), d | ((e & 15) << 8)];
    for (let k = 0; k < 3; ++k) {
      position[3 * i + k] = data.low[k] + (steps[k] / 4095) * data.extent;
      centre[k] += position[3 * i + k] / n;
    }
    element[i] = (e >> 4) | ((f & 3) << 4);
    region[i] = f >> 2;
  }
  let radius = 0.1;
  for (let i = 0; i < n; ++i) {
    let r2 = 0;
    for (let k = 0; k < 3; ++k) r2 += (position[3 * i + k] - centre[k]) ** 2;
    radius = Math.max(radius, Math.sqrt(r2));
  }
  return { n, position, centre, radius, element, region: data.regions.length ? region : null };
}

// Indices in order of depth, to within 1/4096 of its range.
function sorted(order, depth, radius) {
  const bins = 4096;
  const bin = (i) => Math.min(bins - 1, Math.max(0, Math.floor(((depth[i] + radius) / (2 * radius)) * bins)));
  const start = new Uint32Array(bins + 1);
  for (const i of order) start[bin(i) + 1] += 1;
  for (let b = 0; b < bins; ++b) start[b + 1] += start[b];
  const out = new Uint32Array(order.length);
  for (const i of order) out[start[bin(i)]++] = i;
  return out;
}

// A sphere of one colour, lit from the upper left, for each step into the distance.
function sprites(hex, size, background) {
  return Array.from({ length: fogs }, (_, f) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = Math.ceil(size * 2) + 2;
    const g = canvas.getContext('2d');
    const c = canvas.width / 2;
    const far = (f / (fogs - 1)) * 0.45;
    const base = rgbOf(hex);
    const shade = (rgb) => toCss(blend(rgb, background, far));
    const light = g.createRadialGradient(c - size * 0.35, c - size * 0.4, size * 0.05, c, c, size);
    light.addColorStop(0, shade(blend(base, [255, 255, 255], 0.55)));
    light.addColorStop(0.55, shade(base));
    light.addColorStop(1, shade(blend(base, [0, 0, 0], 0.45)));
    g.fillStyle = light;
    g.beginPath();
    g.arc(c, c, size, 0, 2 * Math.PI);
    g.fill();
    return canvas;
  });
}

export function drawParticle({ element, controls, data }) {
  const sites = decode(data);
  const most = Math.max(...data.counts);
  const isHost = data.elements.map((e, i) => e === 'Na' || data.counts[i] === most);
  const visible = data.elements.map((e) => e !== 'F' && e !== '' && e !== 'vacancy');
  const view = { yaw: 0.6, pitch: 0.35, zoom: 1, cut: true, byRegion: false };

  const canvas = document.createElement('canvas');
  canvas.className = 'particle';
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `Particle of ${data.count} cation sites: ${data.elements.map((e, i) => `${data.counts[i]} ${e || 'vacancies'}`).join(', ')}`);
  element.replaceChildren(canvas);
  const order = new Uint32Array(sites.n);
  const depth = new Float32Array(sites.n);
  const px = new Float32Array(sites.n);
  const py = new Float32Array(sites.n);
  let cache = { name: '' };

  function paint() {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const width = Math.max(240, element.clientWidth);
    const height = Math.round(Math.min(460, width * 0.86));
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.height = `${height}px`;
    }
    const g = canvas.getContext('2d');
    const W = canvas.width;
    const H = canvas.height;
    g.clearRect(0, 0, W, H);
    const scale = ((Math.min(W, H) / 2 - 10 * ratio) / (sites.radius + 0.2)) * view.zoom;

    const background = isDark() ? [27, 31, 36] : [255, 255, 255];
    const size = Math.max(1.2 * ratio, 0.2 * scale);
    const name = `${size}|${background}|${view.byRegion}`;
    if (cache.name !== name) {
      const small = Math.max(1 * ratio, size * 0.72);
      const colours = view.byRegion && sites.region ? data.regions.map((_, i) => regionColours[i % regionColours.length]) : data.elements.map(ofElement);
      cache = { name, size, small, colours, large: colours.map((c) => sprites(c, size, background)), little: colours.map((c) => sprites(c, small, background)) };
    }

    const [cy, sy, cp, sp] = [Math.cos(view.yaw), Math.sin(view.yaw), Math.cos(view.pitch), Math.sin(view.pitch)];
    let m = 0;
    for (let i = 0; i < sites.n; ++i) {
      if (!visible[sites.element[i]]) continue;
      const x = sites.position[3 * i] - sites.centre[0];
      const y = sites.position[3 * i + 1] - sites.centre[1];
      const z = sites.position[3 * i + 2] - sites.centre[2];
      if (view.cut && y < 0) continue;
      const u = cy * x + sy * y;
      const v = -sy * x + cy * y;
      px[i] = W / 2 + scale * u;
      py[i] = H / 2 - scale * (cp * z + sp * v);
      depth[i] = -sp * z + cp * v; // away from the viewer
      order[m++] = i;
    }
    const list = sorted(order.subarray(0, m), depth, sites.radius);

    // Near to far: what lies fully behind nearer spheres is not drawn.
    const cell = Math.max(1, size * 0.4);
    const columns = Math.ceil(W / cell) + 1;
    const covered = new Uint8Array(columns * (Math.ceil(H / cell) + 1));
    const drawn = [];
    for (const i of list) {
      const s = isHost[sites.element[i]] && data.elements[sites.element[i]] === 'Na' ? cache.small : cache.size;
      const [x0, x1, y0, y1] = [px[i] - s, px[i] + s, py[i] - s, py[i] + s];
      if (x1 < 0 || y1 < 0 || x0 >= W || y0 >= H) continue;
      const [c0, c1, r0, r1] = [x0, Math.min(x1, W - 1), y0, Math.min(y1, H - 1)].map((v) => Math.floor(Math.max(0, v) / cell));
      let open = false;
      for (let r = r0; r <= r1 && !open; ++r) for (let c = c0; c <= c1 && !open; ++c) open = !covered[r * columns + c];
      if (!open) continue;
      drawn.push(i);
      for (let r = r0; r <= r1; ++r)
        for (let c = c0; c <= c1; ++c) {
          const dx = Math.max(Math.abs(c * cell - px[i]), Math.abs((c + 1) * cell - px[i]));
          const dy = Math.max(Math.abs(r * cell - py[i]), Math.abs((r + 1) * cell - py[i]));
          if (dx * dx + dy * dy < s * s) covered[r * columns + c] = 1;
        }
    }
    const near = -sites.radius;
    for (let k = drawn.length - 1; k >= 0; --k) {
      const i = drawn[k];
      const e = sites.element[i];
      const fog = Math.min(fogs - 1, Math.max(0, Math.round(((depth[i] - near) / (2 * sites.radius)) * (fogs - 1))));
      const set = (data.elements[e] === 'Na' ? cache.little : cache.large)[view.byRegion && sites.region ? sites.region[i] : e];
      const sprite = set[fog];
      g.drawImage(sprite, px[i] - sprite.width / 2, py[i] - sprite.height / 2);
    }
    scaleBar(g, W, H, scale, ratio);
  }

  function scaleBar(g, W, H, scale, ratio) {
    const nm = [0.5, 1, 2, 5, 10, 20, 50].filter((l) => l * scale < W / 4).pop() ?? 0.2;
    const ink = getComputedStyle(canvas).color;
    g.fillStyle = ink;
    g.fillRect(12 * ratio, H - 14 * ratio, nm * scale, 2 * ratio);
    g.font = `${12 * ratio}px ${getComputedStyle(canvas).fontFamily}`;
    g.fillText(`${nm} nm`, 12 * ratio, H - 20 * ratio);
  }

  let waiting = false;
  const repaint = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      paint();
    });
  };

  const touches = new Map();
  canvas.addEventListener('pointerdown', (event) => {
    touches.set(event.pointerId, [event.clientX, event.clientY]);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = touches.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    const other = [...touches].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const apart = (a) => Math.hypot(a[0] - other[0], a[1] - other[1]) + 1;
      zoomBy(apart(now) / apart(before));
    }
    else {
      view.yaw += (now[0] - before[0]) * 0.01;
      view.pitch = Math.max(-1.57, Math.min(1.57, view.pitch + (now[1] - before[1]) * 0.01));
    }
    touches.set(event.pointerId, now);
    repaint();
  });
  const release = (event) => touches.delete(event.pointerId);
  canvas.addEventListener('pointerup', release);
  canvas.addEventListener('pointercancel', release);
  const zoomBy = (factor) => (view.zoom = Math.max(0.5, Math.min(8, view.zoom * factor)));
  canvas.addEventListener('wheel', (event) => {
    if (document.activeElement !== canvas) return; // scrolls the page until the particle was clicked
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY * 0.0012));
    repaint();
  }, { passive: false });
  canvas.addEventListener('keydown', (event) => {
    const turn = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
    if (turn) {
      view.yaw += turn[0];
      view.pitch += turn[1];
    }
    else if (event.key === '+' || event.key === '-') zoomBy(event.key === '+' ? 1.15 : 1 / 1.15);
    else return;
    event.preventDefault();
    repaint();
  });

  data.elements.forEach((e, i) =>
    toggle(controls, key(ofElement(e), escapeText(e || 'vacancies')), visible[i], (on) => {
      visible[i] = on;
      repaint();
    }),
  );
  toggle(controls, 'cut open', view.cut, (on) => {
    view.cut = on;
    repaint();
  });
  if (data.regions.length > 1)
    toggle(controls, 'colour by region', false, (on) => {
      view.byRegion = on;
      repaint();
    });
  paint();
  const axis = (k) => Array.from({ length: sites.n }, (_, i) => +sites.position[3 * i + k].toFixed(4));
  return {
    redraw: paint,
    csv: () => {
      const columns = [['element', Array.from(sites.element, (e) => data.elements[e])]];
      if (sites.region) columns.push(['region', Array.from(sites.region, (r) => data.regions[r])]);
      return csvText(columns.concat([['x [nm]', axis(0)], ['y [nm]', axis(1)], ['z [nm]', axis(2)]]));
    },
  };
}

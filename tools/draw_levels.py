#!/usr/bin/env python3
"""Figures of energy levels for the manual, as SVG: draw_levels.py LANTHORN [FOLDER]

dieke.svg shows the levels of every ion, levels_Er.svg and so on one ion each with its strongest emissions. All comes from
`lanthorn ions --json`; the same program gives the same bytes.
"""

import json
import math
import subprocess
import sys
from pathlib import Path

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
DIEKE_TOP = 42000  # 1/cm
ARROWS = 12
INK, GREY, PALE = "#1b2430", "#8a94a3", "#dfe4ea"
FONT = "font-family=\"'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif\""
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def asked(program, *arguments):
    return json.loads(subprocess.run([program, "ions", *arguments, "--json"], capture_output=True, text=True, check=True).stdout)


def term(label):
    """4I15/2 as it is printed."""
    at = label.index(")") + 1 if ")" in label else 2
    return f'{label[0].translate(RAISED)}{label[1:at]}<tspan dy="3" font-size="75%">{label[at:]}</tspan>'


def spread(wanted, gap, low, high):
    """Places as near as can be to those wanted (ascending), at least `gap` apart, between low and high."""
    blocks = []  # mean of (wanted - k gap), count
    for k, y in enumerate(wanted):
        blocks.append([y - k * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            mean, count = blocks.pop()
            blocks[-1] = [(blocks[-1][0] * blocks[-1][1] + mean * count) / (blocks[-1][1] + count), blocks[-1][1] + count]
    means = [mean for mean, count in blocks for _ in range(count)]
    top = high - (len(wanted) - 1) * gap
    return [min(max(mean, low), max(top, low)) + k * gap for k, mean in enumerate(means)]


def colour(nm):
    """Of light, dark enough for a white page; violet beyond the visible, dark red below it."""
    steps = [(380, (106, 61, 154)), (420, (92, 60, 190)), (455, (38, 84, 200)), (490, (0, 133, 155)), (520, (20, 140, 60)),
             (560, (110, 140, 0)), (585, (190, 130, 0)), (610, (214, 92, 0)), (650, (200, 30, 30)), (720, (150, 20, 30)),
             (1000, (112, 48, 48)), (3000, (90, 80, 80))]
    if nm <= steps[0][0]:
        return "#%02x%02x%02x" % steps[0][1]
    for (a, first), (b, last) in zip(steps, steps[1:]):
        if nm <= b:
            return "#%02x%02x%02x" % tuple(round(x + (y - x) * (nm - a) / (b - a)) for x, y in zip(first, last))
    return "#%02x%02x%02x" % steps[-1][1]


class Drawing:
    def __init__(self, width, height, title):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" {FONT}>',
            f"<title>{title}</title>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        ]

    def line(self, x1, y1, x2, y2, stroke, width, more=""):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-width="{width}"{more}/>')

    def path(self, points, stroke, width):
        at = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{at}" fill="none" stroke="{stroke}" stroke-width="{width}"/>')

    def arrow(self, x, y1, y2, stroke):
        self.line(x, y1, x, y2 - 8, stroke, 2)
        self.parts.append(f'<polygon points="{x - 4.5:.1f},{y2 - 10:.1f} {x + 4.5:.1f},{y2 - 10:.1f} {x:.1f},{y2:.1f}" fill="{stroke}"/>')

    def text(self, x, y, words, size, fill=INK, anchor="start", more=""):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"{more}>{words}</text>')

    def upright(self, x, y, words, size, fill):
        """Read from below, centred at the point, on a white ground."""
        half = 0.29 * size * len(words) + 3
        self.parts.append(f'<g transform="translate({x:.1f},{y:.1f}) rotate(-90)"><rect x="{-half:.1f}" y="{-0.62 * size:.1f}" '
                          f'width="{2 * half:.1f}" height="{1.2 * size:.1f}" fill="#ffffff" fill-opacity="0.92"/>'
                          f'<text y="{0.36 * size:.1f}" font-size="{size}" fill="{fill}" text-anchor="middle">{words}</text></g>')

    def result(self):
        return "\n".join([*self.parts, "</svg>", ""])


def axis(drawing, y_of, top, x, left, right, step):
    for energy in range(0, top + 1, step):
        y = y_of(energy)
        drawing.line(left, y, right, y, PALE, 1)
        drawing.text(x, y + 4, f"{energy // 1000}", 13, GREY, "end")


def dieke(ions):
    column, left, label_size, height, head, foot = 122, 62, 13, 1680, 86, 46
    width = left + column * len(ions) + 12
    drawing = Drawing(width, height, "Levels of the trivalent lanthanides")
    bottom = height - foot
    y_of = lambda energy: bottom - (bottom - head) * energy / DIEKE_TOP
    drawing.text(left, 32, "Levels of 4f<tspan dy=\"-5\" font-size=\"14\">n</tspan><tspan dy=\"5\"> of the trivalent lanthanides</tspan>", 21)
    drawing.text(left, 56, "energy above the ground level in 1000 cm⁻¹; thick: kept in a simulation; thin: known; grey: calculated only", 14, GREY)
    axis(drawing, y_of, DIEKE_TOP, left - 12, left - 4, width - 8, 2000)
    for n, table in enumerate(ions):
        x = left + n * column + 6
        drawing.text(x + 26, bottom + 22, f"{table['ion']}³⁺", 16, INK, "middle", ' font-weight="bold"')
        drawing.text(x + 26, bottom + 39, f"4f{str(table['f_electrons']).translate(RAISED)}", 13, GREY, "middle")
        shown = [level for level in table["levels"] if level["energy"] <= DIEKE_TOP]
        for level in shown:
            if not level["known"]:
                drawing.line(x, y_of(level["energy"]), x + 52, y_of(level["energy"]), "#aab4c0", 0.9)
        for level in shown:
            if level["known"]:
                drawing.line(x, y_of(level["energy"]), x + 52, y_of(level["energy"]), INK, 2.6 if level["kept"] else 1)
        kept = [level for level in shown if level["kept"]][::-1]
        ys = spread([y_of(level["energy"]) for level in kept], 15, head, bottom)
        for level, y in zip(kept, ys):
            drawing.path([(x + 53, y_of(level["energy"])), (x + 61, y), (x + 64, y)], GREY, 0.7)
            drawing.text(x + 66, y + 4, term(level["label"]), label_size)
    return drawing.result()


def occupation(level, levels, temperature):
    """Part of the ions of a level and those in thermal exchange with it that are in this one."""
    weight = lambda l: (2 * l["J"] + 1) * math.exp(-(l["energy"] - level["energy"]) / (0.695034800 * temperature))
    return weight(level) / sum(weight(levels[label]) for label in level.get("coupled", [level["label"]]))


def strongest(table):
    """Transitions by which the largest parts of the ions put into a level leave it as light; at most two of a level."""
    levels = {level["label"]: level for level in table["levels"]}
    found = []
    for t in table["transitions"]:
        upper = levels[t["from"]]
        if not upper["kept"] or "branching" not in t or "lifetime" not in upper or t["branching"] < 0.03:
            continue
        light = t["branching"] * min(1.0, upper["lifetime"] * upper["rate_radiative"] * occupation(upper, levels, table["temperature"]))
        found.append((light, t))
    found.sort(key=lambda item: (-item[0], item[1]["from"], item[1]["to"]))
    chosen, of_level = [], {}
    for light, t in found:
        if len(chosen) < ARROWS and light >= 1e-4 and of_level.get(t["from"], 0) < 2:
            of_level[t["from"]] = of_level.get(t["from"], 0) + 1
            chosen.append(t)
    return sorted(chosen, key=lambda t: (levels[t["from"]]["energy"], -levels[t["to"]]["energy"]))


def one_ion(table):
    known = [level for level in table["levels"] if level["known"]]
    arrows = strongest(table)
    top_energy = max(level["energy"] for level in known)
    top = -(-int(top_energy * 1.04) // 2000) * 2000
    left, right_column, head, foot, height = 62, 210, 84, 28, 900
    lines = max(300, 56 * len(arrows) + 40)
    width = left + lines + right_column
    drawing = Drawing(width, height, f"Levels and emissions of {table['ion']}3+ in {table['host']}")
    bottom = height - foot
    y_of = lambda energy: bottom - (bottom - head) * energy / top
    energy = {level["label"]: level["energy"] for level in known}
    drawing.text(left, 32, f"{table['ion']}³⁺ in {table['host']}, {table['temperature']:g} K", 21)
    drawing.text(left, 56, "1000 cm⁻¹; arrows: strongest emissions, nm and", 13, GREY)
    drawing.text(left, 72, "share of the light of their level", 13, GREY)
    axis(drawing, y_of, top, left - 12, left - 4, left + lines, 2000 if top > 6000 else 500)
    for level in known:
        drawing.line(left, y_of(level["energy"]), left + lines, y_of(level["energy"]), INK, 2.4 if level["kept"] else 0.9)
    for k, t in enumerate(arrows):
        x = left + 34 + 56 * k if len(arrows) > 1 else left + lines / 2
        from_y, to_y = y_of(energy[t["from"]]), y_of(energy[t["to"]])
        drawing.arrow(x, from_y, to_y, colour(t["wavelength"]))
    for k, t in enumerate(arrows):
        x = left + 34 + 56 * k if len(arrows) > 1 else left + lines / 2
        from_y, to_y = y_of(energy[t["from"]]), y_of(energy[t["to"]])
        words = f"{t['wavelength']:.0f} nm  {100 * t['branching']:.0f} %"
        half = 0.29 * 13 * len(words) + 3
        y = min(max((from_y + to_y) / 2, from_y + half + 4), bottom - half - 14)
        drawing.upright(x + 14, y, words, 13, colour(t["wavelength"]))
    order = known[::-1]
    ys = spread([y_of(level["energy"]) for level in order], 17, head - 10, bottom)
    for level, y in zip(order, ys):
        x = left + lines
        drawing.path([(x + 2, y_of(level["energy"])), (x + 16, y), (x + 22, y)], GREY, 0.8)
        fill = INK if level["kept"] else GREY
        drawing.text(x + 26, y + 5, term(level["label"]), 14, fill)
        drawing.text(x + 130, y + 5, f"{level['energy']:.0f}", 12, GREY, "end")
        if level["kept"] and "lifetime" in level:
            drawing.text(x + 142, y + 5, time(level["lifetime"]), 12, GREY)
    return drawing.result()


def time(seconds):
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs"), (1e9, "ns"), (1e12, "ps")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}" if seconds * factor < 1000 else f"{seconds * factor:.0f} {unit}"
    return f"{seconds * 1e12:.2g} ps"


def main(program, folder=IMAGES):
    tables = [asked(program, row["ion"], "--max-energy", f"{DIEKE_TOP} cm^-1") for row in asked(program)["ions"]]
    Path(folder).mkdir(parents=True, exist_ok=True)
    Path(folder, "dieke.svg").write_text(dieke(tables))
    for table in tables:
        Path(folder, f"levels_{table['ion']}.svg").write_text(one_ion(table))


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/env python3
"""Figures of the validation gallery, as SVG: draw_validation.py TEST_VALIDATION [FOLDER]

The tests named Gallery write what they compute (tests/support/gallery.hpp); this draws it, with the seed of the tests
held still. Curves are what is known, marks are what engines find, with standard errors; below is what is left. A figure
carries its numbers with it, as JSON.
"""

import html
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from draw_levels import GREY, IMAGES, INK, PALE, RAISED, Drawing  # noqa: E402

SEED = "0x1"
WIDTH, LEFT, RIGHT, TOP, MAIN, GAP, LOWER, FOOT = 900, 92, 268, 54, 300, 20, 92, 52
CURVES = ["#1b2430", "#7a5195", "#2f7f86", "#9a6a1f"]
DASHED = ["#8a94a3", "#b58fc9", "#7fb3b8", "#c9a566"]
ENGINES = {"Monte Carlo": ("#c8452d", "circle"), "mean field": ("#2563b0", "square"), "microscopic": ("#2e8b3d", "diamond")}


def power_of_ten(k):
    sign = "⁻" if k < 0 else ""
    return "10" + sign + str(abs(k)).translate(RAISED)


class Scale:
    """Values to places between two ends; ticks with their words."""

    def __init__(self, values, log, start, end, margin=0.04, most=7):
        self.log, self.start, self.end = log, start, end
        at = [math.log10(v) if log else v for v in values if not log or v > 0]
        low, high = (min(at), max(at)) if at else (0, 1)
        if high - low < 1e-12 * max(abs(high), 1e-300):
            low, high = low - (abs(low) or 1), high + (abs(high) or 1)
        edge = margin * (high - low)
        self.low, self.high = low - edge, high + edge
        self.most = most

    def __call__(self, value):
        at = math.log10(value) if self.log else value
        return self.start + (self.end - self.start) * (at - self.low) / (self.high - self.low)

    def inside(self, value):
        return (not self.log or value > 0) and self.low - 1e-9 <= (math.log10(value) if self.log else value) <= self.high + 1e-9

    def ticks(self):
        if self.log:
            first, last = math.ceil(self.low - 1e-9), math.floor(self.high + 1e-9)
            step = max(1, -(-(last - first + 1) // self.most))
            if last - first >= 1:
                return [(10.0**k, power_of_ten(k)) for k in range(first, last + 1) if (k - first) % step == 0]
            return [(m * 10.0**k, f"{m * 10.0**k:g}") for k in range(first - 1, last + 2) for m in (1, 2, 5)
                    if self.low <= math.log10(m * 10.0**k) <= self.high]
        rough = (self.high - self.low) / self.most
        size = 10.0 ** math.floor(math.log10(rough))
        step = next(m * size for m in (1, 2, 5, 10) if m * size >= rough)
        marks = range(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1)
        return [(k * step, words(k * step, step)) for k in marks]


def words(value, step):
    if value == 0:
        return "0"
    if step < 1e-3 or step >= 1e5:
        exponent = math.floor(math.log10(abs(value)) + 1e-9)
        return f"{value / 10**exponent:g}".replace("-", "−") + "·" + power_of_ten(exponent)
    return f"{value:.{max(0, -math.floor(math.log10(step) + 1e-9))}f}".replace("-", "−")


def mark(drawing, shape, x, y, fill):
    if shape == "circle":
        drawing.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}"/>')
    elif shape == "square":
        drawing.parts.append(f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9" fill="none" stroke="{fill}" stroke-width="1.6"/>')
    else:
        drawing.parts.append(f'<polygon points="{x:.1f},{y - 6.5:.1f} {x + 6.5:.1f},{y:.1f} {x:.1f},{y + 6.5:.1f} {x - 6.5:.1f},{y:.1f}" '
                             f'fill="none" stroke="{fill}" stroke-width="1.6"/>')


def bar(drawing, scale, x, value, error, stroke):
    if not error:
        return
    low, high = value - error, value + error
    top = scale(high)
    bottom = scale(low) if not scale.log or low > 0 else scale.start
    drawing.line(x, min(bottom, scale.start), x, max(top, scale.end), stroke, 1.2)


def frame(drawing, x, y, labels):
    left, right, bottom, top = x.start, x.end, y.start, y.end
    for value, text in x.ticks():
        drawing.line(x(value), bottom, x(value), top, PALE, 1)
        if labels:
            drawing.text(x(value), bottom + 18, text, 13, INK, "middle")
    for value, text in y.ticks():
        drawing.line(left, y(value), right, y(value), PALE, 1)
        drawing.text(left - 7, y(value) + 4.5, text, 13, INK, "end")
    drawing.parts.append(f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" fill="none" stroke="{GREY}" stroke-width="1"/>')


def sideways(drawing, x, y, text, size):
    drawing.parts.append(f'<text transform="translate({x:.1f},{y:.1f}) rotate(-90)" font-size="{size}" fill="{INK}" text-anchor="middle">{text}</text>')


def line(drawing, points, stroke, more=""):
    at = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    drawing.parts.append(f'<polyline points="{at}" fill="none" stroke="{stroke}" stroke-width="2"{more}/>')


def folded(text, width=30):
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def figure(data):
    series = data["series"]
    upper = [s for s in series if s["kind"] != "lower"]
    lower = [s for s in series if s["left"]]
    height = TOP + MAIN + (GAP + LOWER if lower else 0) + FOOT
    drawing = Drawing(WIDTH, height, data["title"])
    drawing.text(LEFT, 31, data["title"], 19)
    right = WIDTH - RIGHT
    x = Scale([v for s in upper for v in s["x"]], data["x"]["log"], LEFT, right, 0.015)
    # Curves that nobody is held against may leave the panel.
    held = [s for s in upper if s["kind"] != "dashed"] or upper
    values = [v for s in held for v in s["y"]] + [v + e for s in held for v, e in zip(s["y"], s["error"])]
    y = Scale(values, data["y"]["log"], TOP + MAIN, TOP)
    bottom = TOP + MAIN
    frame(drawing, x, y, not lower)
    sideways(drawing, 24, TOP + MAIN / 2, data["y"]["label"], 14)
    if lower:
        bottom += GAP + LOWER
        below = [v for s in lower for v in s["left"]] + [0] * (not any(s["kind"] == "lower" for s in lower))
        below += [v + k * e for s in lower for v, e in zip(s["left"], s["left_error"]) for k in (-1, 1)]
        z = Scale(below, data["lower"]["log"], bottom, TOP + MAIN + GAP, 0.12, 4)
        frame(drawing, x, z, True)
        for k, text in enumerate(folded(data["lower"]["label"], 18)):
            sideways(drawing, 24 + 15 * (k - 0.5 * (len(folded(data["lower"]["label"], 18)) - 1)), bottom - LOWER / 2, text, 12)
        if z.inside(0) and not z.log:
            drawing.line(LEFT, z(0), right, z(0), GREY, 1.2)
    drawing.text((LEFT + right) / 2, bottom + 40, data["x"]["label"], 14, INK, "middle")

    at, counts = TOP + 10, {"curve": 0, "dashed": 0}
    for s in series:
        kind = s["kind"]
        if kind == "lower":
            line(drawing, [(x(a), z(b)) for a, b in zip(s["x"], s["left"]) if x.inside(a)], CURVES[0])
            continue
        if kind in counts:
            stroke = (CURVES if kind == "curve" else DASHED)[counts[kind] % 4]
            more = "" if kind == "curve" else ' stroke-dasharray="7 5"'
            counts[kind] += 1
            runs = [[]]
            for a, b in zip(s["x"], s["y"]):
                if x.inside(a) and y.inside(b):
                    runs[-1].append((x(a), y(b)))
                elif runs[-1]:
                    runs.append([])
            for points in filter(None, runs):
                line(drawing, points, stroke, more)
            line(drawing, [(right + 14, at - 4), (right + 42, at - 4)], stroke, more)
        else:
            fill, shape = ENGINES[kind]
            drawn = any(s["error"] + s["left_error"])
            if drawn:
                drawing.parts.append('<g class="drawn">')
            for a, b, e in zip(s["x"], s["y"], s["error"]):
                if y.inside(b):
                    bar(drawing, y, x(a), b, e, fill)
                    mark(drawing, shape, x(a), y(b), fill)
            for a, b, e in zip(s["x"], s["left"], s["left_error"]):
                bar(drawing, z, x(a), b, e, fill)
                mark(drawing, shape, x(a), z(b), fill)
            if drawn:
                drawing.parts.append("</g>")
            if s["label"] == "-":
                continue
            mark(drawing, shape, right + 28, at - 4, fill)
        for k, text in enumerate(folded(s["label"])):
            drawing.text(right + 52, at + 16 * k, text, 13)
        at += 16 * len(folded(s["label"])) + 7
    drawing.parts.append(f"<metadata>{html.escape(json.dumps(data, ensure_ascii=False), quote=False)}</metadata>")
    return drawing.result()


def numbers_of(svg):
    """What a figure was drawn from."""
    return json.loads(html.unescape(re.search(r"<metadata>(.*)</metadata>", svg, re.S)[1]))


def computed(program, folder):
    """What the tests compute now: name of the figure to its numbers. They write into the folder."""
    subprocess.run([program, "--gtest_filter=Gallery.*", "--gtest_brief=1"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "LANTHORN_FIGURES": str(folder), "LANTHORN_TEST_SEED": SEED})
    return {path.stem: json.loads(path.read_text()) for path in sorted(Path(folder).glob("*.json"))}


def main(program, folder=IMAGES):
    Path(folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name, data in computed(program, scratch).items():
            Path(folder, name + ".svg").write_text(figure(data))


if __name__ == "__main__":
    main(*sys.argv[1:])

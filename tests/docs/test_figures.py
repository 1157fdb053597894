"""The figures of the validation gallery show what the tests compute.

test_figures.py --gallery TEST_VALIDATION [unittest arguments]

What is known without random numbers must be the same; what was drawn at random may differ by its errors (another way to
draw random numbers is no reason for new figures).
"""

import argparse
import pathlib
import runpy
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = runpy.run_path(str(ROOT / "tools" / "draw_validation.py"))
GALLERY = None
STALE = "is stale: run tools/draw_validation.py with the built test_validation"


class Figures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory(prefix="lanthorn-test-") as folder:
            cls.now = TOOL["computed"](GALLERY, folder)
        cls.committed = {path.stem: path.read_text() for path in (ROOT / "docs" / "images").glob("validation_*.svg")}

    def test_all_are_there_and_shown(self):
        self.assertEqual(sorted(self.now), sorted(self.committed))
        self.assertGreaterEqual(len(self.now), 11)
        page = (ROOT / "docs" / "guide" / "validation.md").read_text()
        for name in self.now:
            self.assertIn(f"../images/{name}.svg", page)

    def test_are_drawn_as_the_tool_draws(self):
        for name, svg in self.committed.items():
            with self.subTest(name):
                self.assertEqual(TOOL["figure"](TOOL["numbers_of"](svg)), svg, f"docs/images/{name}.svg {STALE}")

    def test_are_up_to_date(self):
        for name, data in self.now.items():
            with self.subTest(name):
                was = TOOL["numbers_of"](self.committed[name])
                for key in ("title", "x", "y", "lower"):
                    self.assertEqual(data[key], was[key], STALE)
                self.assertEqual([(s["kind"], s["label"]) for s in data["series"]], [(s["kind"], s["label"]) for s in was["series"]])
                for one, other in zip(data["series"], was["series"]):
                    with self.subTest(one["label"]):
                        if any(one["error"] + one["left_error"]):
                            self.drawn(one, other)
                        else:
                            self.known(one, other)

    def known(self, one, other):
        for key in ("x", "y", "left"):
            self.assertEqual(len(one[key]), len(other[key]), STALE)
            for a, b in zip(one[key], other[key]):
                self.assertLessEqual(abs(a - b), 1e-6 * max(abs(a), abs(b)) + 1e-6 * (key == "left"), STALE)

    def drawn(self, one, other):
        places = {}  # several curves may have marks at one x
        for x, y, error in zip(other["x"], other["y"], other["error"]):
            places.setdefault(x, []).append((y, error))
        common = 0
        for x, y, error in zip(one["x"], one["y"], one["error"]):
            if x not in places:
                continue
            common += 1
            was, was_error = min(places[x], key=lambda mark: abs(mark[0] - y))
            # The error of few events is itself unsure.
            self.assertLess(abs(y - was), 8 * (error + was_error) + 1e-6 * abs(y), STALE)
        self.assertGreaterEqual(common, 0.6 * len(other["y"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gallery", required=True)
    options, rest = parser.parse_known_args()
    GALLERY = options.gallery
    unittest.main(argv=[sys.argv[0], *rest])

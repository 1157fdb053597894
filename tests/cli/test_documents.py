"""What the manual quotes of the program is what the program says."""

import runpy
import subprocess
import sys
import unittest

from program import PROGRAM, ProgramTest, source

TOOL = source / "tools" / "capture_help.py"


class Captured(ProgramTest):
    def test_is_up_to_date(self):
        subprocess.run([sys.executable, TOOL, PROGRAM, self.folder], check=True)
        captured = sorted(p.name for p in self.folder.iterdir())
        self.assertEqual(captured, ["commands.md", "recipe-keys.md"])
        for name in captured:
            committed = (source / "docs" / "guide" / name).read_text()
            self.assertEqual(
                (self.folder / name).read_text(), committed, f"docs/guide/{name} is stale: run tools/capture_help.py {PROGRAM}"
            )

    def test_every_command_and_key_is_there(self):
        commands = (source / "docs" / "guide" / "commands.md").read_text()
        for command in ("run", "resume", "check", "new", "build", "npmc", "network", "ions", "rates", "explain", "cite", "doctor"):
            self.assertIn(f"## lanthorn {command}\n", commands)
        keys = (source / "docs" / "guide" / "recipe-keys.md").read_text()
        for line in self.run_program("explain").stdout.splitlines():
            if line and not line.startswith(" "):
                self.assertIn(f"`{line}`", keys)


class Drawn(ProgramTest):
    def test_figures_are_up_to_date(self):
        subprocess.run([sys.executable, source / "tools" / "draw_levels.py", PROGRAM, self.folder], check=True)
        drawn = sorted(p.name for p in self.folder.iterdir())
        self.assertEqual(len(drawn), 14)
        for name in drawn:
            self.assertEqual(
                (self.folder / name).read_text(), (source / "docs" / "images" / name).read_text(),
                f"docs/images/{name} is stale: run tools/draw_levels.py {PROGRAM}",
            )

    def test_labels_do_not_overlap(self):
        spread = runpy.run_path(str(source / "tools" / "draw_levels.py"))["spread"]
        for wanted in ([5, 5, 5, 5], [0, 1, 2, 90, 91, 100], [10, 50, 90], list(range(0, 100, 11))):
            places = spread(wanted, 10, 0, 100)
            for a, b in zip(places, places[1:]):
                self.assertGreaterEqual(b - a, 10 - 1e-9)
            self.assertGreaterEqual(places[0], 0)
            self.assertLessEqual(places[-1], 100 + 1e-9)
        self.assertEqual(spread([10, 50, 90], 10, 0, 100), [10, 50, 90])


if __name__ == "__main__":
    unittest.main()

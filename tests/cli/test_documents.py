"""What the manual quotes of the program is what the program says."""

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
        for command in ("run", "resume", "check", "new", "build", "npmc", "network", "explain", "cite", "doctor"):
            self.assertIn(f"## lanthorn {command}\n", commands)
        keys = (source / "docs" / "guide" / "recipe-keys.md").read_text()
        for line in self.run_program("explain").stdout.splitlines():
            if line and not line.startswith(" "):
                self.assertIn(f"`{line}`", keys)


if __name__ == "__main__":
    unittest.main()

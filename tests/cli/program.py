"""The program under test, and a folder for each test. Run a test file by hand as: python3 test_x.py PATH/TO/lanthorn"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

source = Path(__file__).resolve().parents[2]
data = source / "tests" / "data"

PROGRAM = str(Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else ""

TINY = """
[crystal]
host = "beta-NaYF4"
diameter = "2 nm"
dopants = { Yb = 0.2, Er = 0.1 }

[[excitation]]
wavelength = "980 nm"
irradiance = "1e5 W/cm^2"

[luminescence]
trajectories = 4
burn_in = "0.2 ms"
duration = "0.2 ms"
"""


class ProgramTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="lanthorn-test-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def start(self, *arguments, **more):
        environment = {**os.environ, **more.pop("env", {})}
        return subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=more.pop("stdout", subprocess.PIPE),
            stderr=more.pop("stderr", subprocess.PIPE),
            **more,
        )

    def run_program(self, *arguments, status=0, **more):
        """Runs the program in the test's folder and checks its exit status; the result has stdout and stderr."""
        process = self.start(*arguments, **more)
        try:
            stdout, stderr = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        self.assertEqual(process.returncode, status, f"{arguments}\n{stdout}\n{stderr}")
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    def refused(self, *arguments, words, status=2, **more):
        """Runs the program, which must refuse with these words on stderr and leave the folder as it was."""
        before = self.listing()
        result = self.run_program(*arguments, status=status, **more)
        for word in [words] if isinstance(words, str) else words:
            self.assertIn(word, result.stderr)
        self.assertEqual(self.listing(), before)
        return result

    def listing(self):
        """Every file below the test's folder with its bytes."""
        return {str(p.relative_to(self.folder)): contents(p) for p in sorted(self.folder.rglob("*"))}


def contents(path):
    return path.read_bytes() if path.is_file() else None


def results(folder):
    """What must be the same for the same recipe: every file of a run but run.json."""
    return {p.name: contents(p) for p in sorted(Path(folder).iterdir()) if p.name != "run.json"}

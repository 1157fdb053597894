"""tools/layers.py passes on the tree, finds each planted violation at its place, and refuses to scan nothing."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

here = Path(__file__).resolve().parent
tool = here.parents[1] / "tools" / "layers.py"

PLANTED = {
    "src/lanthorn/high/CMakeLists.txt": "module high needs absent, which does not exist",
    "src/lanthorn/round/CMakeLists.txt": "module round needs itself, through trip",
    "src/lanthorn/trip/CMakeLists.txt": "module trip needs itself, through round",
    "src/lanthorn/low/low.cpp:4": "low includes lanthorn/high/high.hpp but does not need high",
    "src/lanthorn/low/low.cpp:6": "low includes <filesystem>: files, threads and clocks live at the edge",
    "src/lanthorn/low/low.cpp:9": "the library prints, exits or aborts",
    "src/lanthorn/low/low.hpp:3": "public header includes <Eigen/Core>; keep other libraries in .cpp files",
    "src/lanthorn/low/forgotten.cpp": "is not among the SOURCES of module low",
    "src/lanthorn/low/forgotten.cpp:1": '"low.hpp" is neither lanthorn/... nor in angle brackets',
    "src/lanthorn/high/high.cpp:1": 'write "lanthorn/high/high.hpp": it is a header of ours',
    "src/lanthorn/high/high.cpp:2": "lanthorn/low/secret.hpp is private to module low",
    "apps/tool/main.cpp:1": "a program includes lanthorn/nowhere/nowhere.hpp but does not need nowhere",
    "src/lanthorn/homeless/homeless.cpp": "belongs to no module: no lanthorn_module line names its folder",
}


def layers(*arguments):
    return subprocess.run([sys.executable, tool, *arguments], capture_output=True, text=True)


class Layers(unittest.TestCase):
    def test_the_tree_is_in_order(self):
        run = layers()
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_each_planted_violation_is_found_and_nothing_else(self):
        run = layers(here / "planted")
        self.assertEqual(run.returncode, 1)
        found = dict(line.split(": ", 1) for line in run.stdout.splitlines()[:-1])
        self.assertEqual(found, PLANTED)

    def test_scanning_nothing_fails(self):
        with tempfile.TemporaryDirectory() as empty:
            run = layers(empty)
            self.assertEqual(run.returncode, 1)
            self.assertIn("scanned nothing", run.stdout)


if __name__ == "__main__":
    unittest.main()

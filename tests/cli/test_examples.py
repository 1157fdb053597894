"""Each example is sound, and runs from end to end with hardly any trajectories."""

import shutil
import unittest

from program import ProgramTest, source

EXAMPLES = sorted((source / "examples").glob("*.toml"))
SHORT = ["luminescence.trajectories=1", "luminescence.burn_in=1 us", "luminescence.duration=1 us"]


class Examples(ProgramTest):
    def test_there_are_some(self):
        self.assertGreaterEqual(len(EXAMPLES), 5)

    def test_each_is_sound(self):
        for path in EXAMPLES:
            with self.subTest(path.stem):
                result = self.run_program("check", path)
                self.assertIn("no errors", result.stdout)
                self.assertEqual(result.stderr, "", "an example gives no warnings")
                self.assertTrue(path.read_text().startswith("# "), "an example begins with a comment on what it shows")

    def test_each_runs(self):
        shutil.copytree(source / "examples" / "networks", self.folder / "networks")  # that one of them names
        for path in EXAMPLES:
            with self.subTest(path.stem):
                text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("wanted_error"))
                self.write(path.name, text)
                settings = [word for setting in SHORT for word in ("--set", setting)]
                if "decay" in text:
                    settings += ["--set", "luminescence.decay.duration=1 us", "--set", "luminescence.decay.points=10"]
                self.run_program("run", path.name, "-o", path.stem, *settings)
                self.assertTrue((self.folder / path.stem / "report.html").stat().st_size > 10_000)


if __name__ == "__main__":
    unittest.main()

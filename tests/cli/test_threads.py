"""The same recipe gives the same bytes on any number of threads and any kernel."""

import os
import re
import socket
import unittest

from program import ProgramTest, results

# Several rounds of decisions, a decay after pulses, a shell with ions of its own.
RECIPE = """
[crystal]
host = "beta-NaYF4"
diameter = "2 nm"
dopants = { Yb = 0.2, Er = 0.1 }

[[crystal.shell]]
host = "beta-NaYF4"
thickness = "0.5 nm"
dopants = { Yb = 0.1 }

[[excitation]]
wavelength = "980 nm"
irradiance = "1e5 W/cm^2"
pulse = { width = "50 us", period = "100 us" }

[luminescence]
wanted_error = 0.012
bands = ["Yb:2F5/2->2F7/2"]
burn_in = "100 us"
duration = "100 us"
decay = { after = "pulse", points = 20 }
"""

# Multipoles of several distance laws, and two donors to one acceptor.
TOGETHER = """
[crystal]
host = "beta-NaYF4"
diameter = "2 nm"
dopants = { Yb = 0.4, Tb = 0.1, Er = 0.1 }

[[crystal.shell]]
host = "beta-NaYF4"
thickness = "0.5 nm"
dopants = { Yb = 0.3 }

[[excitation]]
wavelength = "980 nm"
irradiance = "1e5 W/cm^2"

[luminescence]
trajectories = 66
multipoles = "up-to-quadrupole"
cooperative = ["Yb+Yb->Tb"]
cooperative_strength = 1
burn_in = "10 us"
duration = "20 us"
"""


class SameBytes(ProgramTest):
    maxDiff = None

    def run_of(self, name, *arguments, **more):
        self.run_program("run", "recipe.toml", "-o", name, *arguments, **more)
        return results(self.folder / name)

    def same(self, one, other):
        self.assertEqual(set(one), set(other))
        self.assertEqual([name for name in one if one[name] != other[name]], [])

    def setUp(self):
        super().setUp()
        self.write("recipe.toml", RECIPE)

    def test_threads(self):
        one = self.run_of("one", "--threads", "1", "--progress", "json")
        self.assertIn(b"HDF", one["record.h5"][:8])
        for threads in (2, 4):
            self.same(one, self.run_of(f"threads-{threads}", "--threads", threads))

    def test_decisions_take_several_rounds(self):
        lines = self.run_program("run", "recipe.toml", "-o", "rounds", "--progress", "json").stderr
        totals = sorted({int(n) for n in re.findall(r'"total": (\d+)', lines)})
        self.assertGreater(len(totals), 1, "the wanted error is met in the first round; the test sees no decision")

    def test_fixed_trajectories(self):
        self.write("recipe.toml", RECIPE.replace("wanted_error = 0.012", "trajectories = 300"))
        self.same(self.run_of("one", "--threads", "1"), self.run_of("three", "--threads", "3"))

    def test_kernels(self):
        reference = self.run_of("baseline", env={"LANTHORN_KERNEL": "baseline"})
        best = re.search(r"runs up to (\S+?);", self.run_program("doctor").stdout)[1]
        levels = ["baseline", "v3", "v4"]
        for level in levels[1 : levels.index(best) + 1]:
            with self.subTest(level):
                self.same(reference, self.run_of(level, env={"LANTHORN_KERNEL": level}))
                self.assertIn(f'"kernel": "{level}"', (self.folder / level / "run.json").read_text())
        if best != "v4":
            print(f"not tested, as this CPU lacks them: {', '.join(levels[levels.index(best) + 1 :])}")

    def test_laws_and_triples(self):
        self.write("recipe.toml", TOGETHER)
        reference = self.run_of("one", "--threads", "1", env={"LANTHORN_KERNEL": "baseline"})
        self.assertRegex(reference["report.html"], rb'"Yb[^"]* \+ Yb[^"]* \+ Tb[^"]*"')
        for threads in (2, 4):
            self.same(reference, self.run_of(f"threads-{threads}", "--threads", threads))
        for level in ("v3", "v4"):
            self.same(reference, self.run_of(level, env={"LANTHORN_KERNEL": level}))

    def test_engines(self):
        """Rate equations, with the Monte Carlo sample that they are compared with, pulsed and not."""
        continuous = re.sub(r"pulse = .*\n|decay = .*\n", "", RECIPE) + 'decay = { after = "switch-off", points = 10 }\n'
        for light, recipe in (("pulsed", RECIPE), ("continuous", continuous)):
            for engine in ("mean-field", "microscopic"):
                with self.subTest(f"{engine}, {light}"):
                    self.write("recipe.toml", recipe + f'engine = "{engine}"\ncomparison = 1e5\n')
                    name = f"{engine}-{light}"
                    one = self.run_of(f"{name}-1", "--threads", "1", env={"LANTHORN_KERNEL": "baseline"})
                    self.assertIn(f"Solved by {engine}", one["report.html"].decode())
                    self.assertIn("over that of Monte Carlo", one["report.html"].decode())
                    self.same(one, self.run_of(f"{name}-2", "--threads", "2", env={"LANTHORN_KERNEL": "baseline"}))
                    for level in ("v3", "v4"):
                        self.same(one, self.run_of(f"{name}-{level}", "--threads", "2", env={"LANTHORN_KERNEL": level}))

    def test_another_seed_is_another_result(self):
        one, other = self.run_of("one"), self.run_of("other", "--set", "seed=2")
        for name in ("record.h5", "summary.json", "spectrum.csv", "particle.xyz", "report.html"):
            self.assertNotEqual(one[name], other[name], name)

    def test_nothing_of_the_machine_is_in_a_result(self):
        one = self.run_of("one")
        for name, text in one.items():
            for word in (str(self.folder), socket.gethostname(), os.environ.get("USER", "nobody at all")):
                if len(word) > 5:
                    self.assertNotIn(word.encode(), text, name)


if __name__ == "__main__":
    unittest.main()

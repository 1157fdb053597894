"""Rate equations from the command line: networks of a file, and the peer's databases."""

import csv
import json
import sqlite3
import unittest
from contextlib import closing

from program import ProgramTest, data, source

NETWORK = source / "examples" / "networks" / "anderson2014.toml"
NP = data / "npmc" / "ex_simple" / "np.sqlite"
STATE = data / "npmc" / "ex_simple" / "initial_state.sqlite"


class Networks(ProgramTest):
    def solve(self, *arguments):
        return json.loads(self.run_program("network", NETWORK, "--json", *arguments).stdout)

    def test_published_populations(self):
        for light, yb, green, red in [
            ("980 nm, 1 W/cm^2", 1.03353e-5, 1.08008e-7, 1.25494e-8),
            ("980 nm, 100 W/cm^2", 2.10033e-4, 2.53978e-5, 1.74528e-5),
        ]:
            result = self.solve("--at", light)
            level = {(row["ion"], row["level"]): row["fraction"] for row in result["levels"]}
            self.assertAlmostEqual(level["Yb", "2F5/2"] / yb, 1, delta=1e-4)
            self.assertAlmostEqual(level["Er", "2H11/2+4S3/2"] / green, 1, delta=1e-4)
            self.assertAlmostEqual(level["Er", "4F9/2"] / red, 1, delta=1e-4)
            self.assertLess(result["residual"], 1e-12)
            self.assertGreater(result["relaxation"], 0)

    def test_series(self):
        result = self.solve("--from", "1e-4 W/cm^2", "--to", "1 W/cm^2", "--per-decade", "2")
        self.assertEqual(len(result["series"]), 9)
        slope = {band["name"]: band["slope"] for band in result["series"][0]["bands"]}
        self.assertAlmostEqual(slope["green"], 2, delta=0.02)
        self.assertAlmostEqual(slope["red"], 2, delta=0.02)
        self.assertAlmostEqual(slope["blue"], 3, delta=0.02)

    def test_mistakes(self):
        for arguments, word in [
            (["--at", "808 nm, 1 W/cm^2"], "first is at 980 nm"),
            (["--at", "980 nm, 1 W/cm^2, 1 ms / 2 ms"], "no pulses"),
            (["--from", "1 W/cm^2"], "belong together"),
            (["--from", "1 W/cm^2", "--to", "0.1 W/cm^2"], "to a higher one"),
            (["--from", "1 W", "--to", "2 W/cm^2"], "irradiance"),
        ]:
            self.assertIn(word, self.run_program("network", NETWORK, *arguments, status=2).stderr)
        self.write("no.toml", 'host = "gamma-NaYF4"\n[[species]]\nname = "A"\nfraction = 1\nlevels = ["0"]\n')
        self.assertIn("no.toml:1:8: there is no host", self.run_program("network", "no.toml", status=2).stderr)


class Engines(ProgramTest):
    def solve(self, *arguments):
        self.run_program("npmc", NP, STATE, "--json", "out.json", "--sites", "sites.csv", *arguments)
        with (self.folder / "sites.csv").open() as file:
            rows = list(csv.DictReader(file))
        return json.loads((self.folder / "out.json").read_text()), rows

    def sums(self, rows):
        """Of each level of each species, in the order of the JSON."""
        with closing(sqlite3.connect(NP)) as database:
            species = dict(database.execute("SELECT site_id, species_id FROM sites"))
        levels = {}
        for row in rows:
            key = species[int(row["site"])], int(row["level"])
            levels[key] = levels.get(key, 0) + float(row["mean"])
        return [levels[key] for key in sorted(levels)]

    def test_sites_sum_to_levels(self):
        for arguments in (
            ["--time", "1e-4", "--trajectories", "200"],
            ["--time", "1e-4", "--times", "3e-5,6e-5", "--trajectories", "100", "--threads", "2"],
            ["--time", "1e-4", "--engine", "mean-field"],
        ):
            result, rows = self.solve(*arguments)
            self.assertEqual(len({row["site"] for row in rows}), 5)
            self.assertEqual((rows[0]["site"], rows[0]["level"]), ("0", "0"))
            self.assertEqual(len(self.sums(rows)), len(result["levels"]))
            for found, level in zip(self.sums(rows), result["levels"]):
                self.assertAlmostEqual(found, level["mean"][-1], delta=1e-9)
            if "mean-field" in arguments:
                self.assertEqual({float(row["se"]) for row in rows}, {0.0})
                self.assertEqual({e for i in result["interactions"] for e in i["se"]}, {0})

    def test_steady(self):
        result, rows = self.solve("--engine", "mean-field", "--steady", "--time", "1")
        self.assertLess(result["steady"]["residual"], 1e-12)
        for late, level, found in zip(result["levels"], result["steady"]["levels"], self.sums(rows)):
            self.assertAlmostEqual(level["sum"], late["mean"][0], delta=1e-6)
            self.assertAlmostEqual(level["sum"], found, delta=1e-12)
            self.assertEqual(level["se"], 0)

    def test_mistakes(self):
        for arguments, word in [
            (["--steady"], "--engine"),
            ([], "--time is wanted"),
            (["--engine", "mean-field", "--time", "1", "--write-trajectories"], "no trajectories"),
        ]:
            self.assertIn(word, self.run_program("npmc", NP, STATE, *arguments, status=2).stderr)


if __name__ == "__main__":
    unittest.main()

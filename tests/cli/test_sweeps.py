"""A run that varies keys of its recipe: one table, the same bytes for any threads and after a stop."""

import csv
import json
import signal
import time
import unittest

from program import ProgramTest, results, source

RECIPE = """
[crystal]
host = "beta-NaYF4"
diameter = "2 nm"
dopants = { Yb = 0.2, Er = 0.1 }

[[excitation]]
wavelength = "980 nm"
irradiance = "1e5 W/cm^2"

[luminescence]
wanted_error = 0.03
bands = ["Yb:2F5/2->2F7/2"]
burn_in = "50 us"
duration = "50 us"

[[sweep]]
key = "excitation[0].irradiance"
values = { from = "1e4 W/cm^2", to = "1e6 W/cm^2", per_decade = 1 }

[[sweep]]
key = "temperature.value"
values = ["250 K", "350 K"]
"""


class Sweeps(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("recipe.toml", RECIPE)

    def rows(self, name):
        lines = [line for line in (self.folder / name / "sweep.csv").read_text().splitlines() if not line.startswith("#")]
        return list(csv.DictReader(lines))

    def run_of(self, name, *more):
        result = self.run_program("run", "recipe.toml", "-o", name, *more)
        return result, results(self.folder / name)

    def test_table_has_a_row_for_each_point(self):
        result, found = self.run_of("sweep")
        rows = self.rows("sweep")
        self.assertEqual(
            [(row["excitation[0].irradiance [W/cm^2]"], row["temperature.value [K]"]) for row in rows],
            [(power, kelvin) for power in ("10000", "1e+05", "1e+06") for kelvin in ("250", "350")],
        )
        for row in rows:
            self.assertEqual(row["engine"], "monte-carlo")
            rate, error = (float(row[f"Yb:2F5/2->2F7/2 photon_rate{what}"]) for what in (" [1/s]", "_error [1/s]"))
            self.assertLess(error, 0.035 * rate)
            self.assertGreater(float(row["Yb:2F5/2->2F7/2 slope"]), -0.5)
            self.assertGreater(float(row["Yb:2F5/2->2F7/2 slope_error"]), 0)
        self.assertEqual(result.stdout.count(" of 6 "), 6)
        self.assertIn("excitation[0].irradiance = 10000 W/cm^2, temperature.value = 250 K", result.stdout)
        self.assertEqual(set(found), {"recipe.toml", "record.h5", "report.html", "summary.json", "sweep.csv", "particle.xyz"})
        summary = json.loads(found["summary.json"])
        self.assertEqual(len(summary["points"]), 6)

    def test_same_bytes_for_any_threads(self):
        one = self.run_of("one", "--threads", "1")[1]
        for threads in (2, 4):
            other = self.run_of(f"threads-{threads}", "--threads", threads)[1]
            self.assertEqual([name for name in one if one[name] != other[name]], [])

    def test_stopped_and_resumed(self):
        whole = self.run_of("whole")[1]
        process = self.start("run", "recipe.toml", "-o", "part", "--threads", "1")
        while process.poll() is None and not (self.folder / "part" / "points" / "00001" / "record.h5").exists():
            time.sleep(0.002)
        process.send_signal(signal.SIGINT)
        self.assertIn("lanthorn resume part", process.communicate()[1])
        self.assertEqual(process.returncode, 130)
        self.assertIn("found finished", self.run_program("resume", "part", "--threads", "3").stdout)
        part = results(self.folder / "part")
        self.assertEqual(set(part), set(whole))
        self.assertEqual([name for name in part if part[name] != whole[name]], [])

    def test_replaced_only_when_asked(self):
        self.run_of("sweep")
        self.refused("run", "recipe.toml", "-o", "sweep", words="lanthorn resume")
        self.run_of("sweep", "--force")
        self.write("recipe.toml", RECIPE.split("[[sweep]]")[0])
        self.run_of("sweep", "--force")
        self.assertFalse((self.folder / "sweep" / "sweep.csv").exists())

    def test_rate_equations_are_quick_and_without_errors(self):
        self.write("recipe.toml", RECIPE.replace("[luminescence]", '[luminescence]\nengine = "mean-field"'))
        self.run_of("sweep")
        row = self.rows("sweep")[0]
        self.assertEqual(row["engine"], "mean-field")
        self.assertNotIn("Yb:2F5/2->2F7/2 photon_rate_error [1/s]", row)
        one = results(self.folder / "sweep")
        two = self.run_of("two", "--threads", "3")[1]
        self.assertEqual([name for name in one if one[name] != two[name]], [])

    def test_wrong_points_are_refused_before_any_work(self):
        self.write("recipe.toml", RECIPE.replace('"250 K", "350 K"', '"250 K", "350"'))
        self.refused("run", "recipe.toml", "-o", "sweep", words=["recipe.toml:23:20", "has no unit"])
        self.write("recipe.toml", RECIPE.replace("temperature.value", "crystal.dopants.Er").replace('"250 K", "350 K"', "0.1, 0.9"))
        self.refused("run", "recipe.toml", "-o", "sweep", words="with excitation[0].irradiance = 10000 W/cm^2, crystal.dopants.Er = 0.9")
        self.refused("check", "recipe.toml", words="crystal.dopants.Er = 0.9")

    def test_dry_run_writes_nothing(self):
        before = self.listing()
        self.assertIn("points        6", self.run_program("run", "recipe.toml", "--dry-run").stdout)
        self.assertEqual(self.listing(), before)


class Engines(ProgramTest):
    def test_are_named_with_how_far_they_go(self):
        self.write("recipe.toml", RECIPE.split("[[sweep]]")[0])
        for engine in ("mean-field", "microscopic"):
            with self.subTest(engine):
                result = self.run_program("run", "recipe.toml", "-o", engine, "--set", f"luminescence.engine={engine}")
                self.assertRegex(result.stdout, rf"trust +{engine} [\d.()]+ times Monte Carlo for Yb:2F5/2->2F7/2")
                self.assertIn(f"kinetics      {engine}, steady state   residual ", result.stdout)
                page = (self.folder / engine / "report.html").read_text()
                self.assertIn("How far rate equations may be trusted here", page)
                figures = json.loads((self.folder / engine / "summary.json").read_text())
                self.assertNotIn("error", figures["bands"]["Yb:2F5/2->2F7/2"]["photon_rate"])
        result = self.run_program("run", "recipe.toml", "-o", "auto", "--set", "luminescence.engine=auto")
        self.assertRegex(result.stdout, r"engine +monte-carlo: Monte Carlo needs about \S+ events, within the limit")


if __name__ == "__main__":
    unittest.main()

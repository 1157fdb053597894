"""Rate equations from the command line: networks of a file, and the peer's databases."""

import csv
import json
import re
import shutil
import sqlite3
import unittest
from contextlib import closing

from program import ProgramTest, data, results, source

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


class OnACrystal(ProgramTest):
    """luminescence.network: rates of a file on the ions of a particle."""

    RECIPE = (source / "examples" / "own_rates.toml").read_text()

    def setUp(self):
        super().setUp()
        (self.folder / "networks").mkdir()
        (self.folder / "networks" / NETWORK.name).write_text(NETWORK.read_text())

    def answer(self, text, name="mine"):
        (self.folder / f"{name}.toml").write_text(text)
        self.run_program("run", f"{name}.toml", "-o", name)
        return json.loads((self.folder / name / "summary.json").read_text())

    def test_photons_without_energies(self):
        result = self.answer(self.RECIPE)
        bands = result["bands"]
        self.assertEqual(len(bands), 14)
        for band in bands.values():
            self.assertNotIn("wavelength", band)
        self.assertEqual(set(result["balance"]), {"absorbed_photons", "emitted_photons", "quantum_yield"})
        self.assertGreater(bands["Er:4F9/2->4I15/2"]["photon_rate"]["value"], 1)
        # Photons share out as the file says.
        ratio = bands["Er:4F9/2->4I13/2"]["photon_rate"]["value"] / bands["Er:4F9/2->4I15/2"]["photon_rate"]["value"]
        self.assertAlmostEqual(ratio, 0.05 / 0.90, delta=1e-9)
        self.assertFalse((self.folder / "mine" / "spectrum.csv").exists())
        rows = (self.folder / "mine" / "populations.csv").read_text()
        self.assertRegex(rows, r"(?m)^Yb,core,2F5/2,,0\.")
        self.assertIn("wavelengths, spectrum and balance of energy", (self.folder / "mine" / "report.html").read_text())

    def test_energies_bring_the_spectrum_back(self):
        energies = {"2F7/2": 0, "2F5/2": 10204, "4I15/2": 0, "4I13/2": 6500, "4I11/2": 10200, "4I9/2": 12400, "4F9/2": 15200,
                    "2H11/2+4S3/2": 18500, "4F7/2": 20500, "2H9/2": 24500, "4G11/2": 26300}
        with_energies = lambda line: re.sub(
            r'"([^"]+)"', lambda level: f'{{ label = "{level[1]}", energy = "{energies[level[1]]} cm^-1" }}', line)
        network = "\n".join(with_energies(line) if line.startswith("levels") else line
                            for line in NETWORK.read_text().splitlines())
        (self.folder / "networks" / NETWORK.name).write_text(network)
        result = self.answer(self.RECIPE)
        self.assertAlmostEqual(result["bands"]["Er:4F9/2->4I15/2"]["wavelength"]["value"], 1e7 / 15200, delta=0.01)
        absorbed = result["balance"]["absorbed"]["value"]
        self.assertLess(abs(result["balance"]["residual"]["value"]), 1e-6 * absorbed)
        spectrum = (self.folder / "mine" / "spectrum.csv").read_text()
        self.assertIn("\n658", spectrum)

    def test_numbers_are_those_of_the_file(self):
        faster = NETWORK.read_text().replace('rate = "220 s^-1"', 'rate = "22000 s^-1"')
        before = self.answer(self.RECIPE)
        (self.folder / "networks" / NETWORK.name).write_text(faster)
        after = self.answer(self.RECIPE, "other")
        self.assertNotEqual(before["recipe_hash"], after["recipe_hash"])
        yb = [r["bands"]["Yb:2F5/2->2F7/2"]["photon_rate"]["value"] for r in (before, after)]
        self.assertGreater(yb[0], 5 * yb[1])
        cited = json.loads(self.run_program("cite", "mine.toml", "--json").stdout)
        self.assertIn("anderson2014", json.dumps(cited))

    def test_mistakes(self):
        for change, place, words in [
            (("Er = 0.02", "Tm = 0.02"), "networks/anderson2014.toml:20:8", ["no active Er", "crystal.dopants"]),
            (("Er = 0.02", "Er = 0.02, Tm = 0.01"), "wrong.toml:8:11", ["says nothing about Tm", "give it a species Tm"]),
            (('"980 nm"', '"808 nm"'), "wrong.toml:14:14", ["no cross-sections at 808 nm", "within 1 nm"]),
            (("networks/anderson2014", "networks/andersen2014"), "wrong.toml:18:11", ["there is no file", "beside the recipe"]),
        ]:
            with self.subTest(place):
                self.write("wrong.toml", self.RECIPE.replace(*change))
                message = self.run_program("check", "wrong.toml", status=2).stderr
                self.assertIn(place, message)
                for word in words:
                    self.assertIn(word, message)

    def test_sweep_without_energies(self):
        self.write("swept.toml", self.RECIPE + '\n[[sweep]]\nkey = "excitation[0].irradiance"\n'
                   'values = ["10 W/cm^2", "100 W/cm^2"]\n')
        shown = self.run_program("run", "swept.toml", "-o", "swept").stdout
        self.assertIn("4F9/2->4I15/2", shown)
        self.assertIn("Er:4F9/2->4I15/2 slope", (self.folder / "swept" / "sweep.csv").read_text())

    def test_run_folder_holds_its_files(self):
        self.write("mine.toml", self.RECIPE)
        swept = self.RECIPE + '\n[[sweep]]\nkey = "luminescence.network"\nvalues = ["%s"]\n' % '", "'.join(
            ["networks/anderson2014.toml", "networks/other.toml"])
        (self.folder / "networks" / "other.toml").write_text(
            NETWORK.read_text().replace('rate = "220 s^-1"', 'rate = "22000 s^-1"'))
        self.write("swept.toml", swept)
        elsewhere = self.folder / "else" / "where"
        elsewhere.mkdir(parents=True)
        for name in ("mine", "swept"):
            self.run_program("run", f"{name}.toml", "-o", "whole")
            whole = results(self.folder / "whole")
            self.assertEqual((self.folder / "whole" / "inputs" / NETWORK.name).read_text(), NETWORK.read_text())
            # As if it had been stopped, then resumed from another folder after the file was moved away.
            moved = elsewhere / "moved"
            (self.folder / "whole").rename(moved)
            for path in moved.iterdir():
                if path.name not in ("recipe.toml", "inputs"):
                    path.unlink()
            (self.folder / "networks").rename(self.folder / "hidden")
            self.run_program("resume", elsewhere / "moved")
            self.assertEqual([f for f, data in results(moved).items() if whole[f] != data], [])
            (self.folder / "hidden").rename(self.folder / "networks")
            shutil.rmtree(moved)

    def test_two_files_of_one_name(self):
        (self.folder / "more").mkdir()
        (self.folder / "more" / NETWORK.name).write_text(NETWORK.read_text())
        self.write("wrong.toml", self.RECIPE + '\n[[sweep]]\nkey = "luminescence.network"\n'
                   f'values = ["networks/{NETWORK.name}", "more/{NETWORK.name}"]\n')
        self.refused("run", "wrong.toml", words=["have the same name", "rename one of them", "wrong.toml:23:10"])

    def test_rates_and_resume(self):
        self.write("mine.toml", self.RECIPE)
        rates = json.loads(self.run_program("rates", "mine.toml", "--json").stdout)
        self.assertNotIn("mismatch", json.dumps(rates["pairs"] if "pairs" in rates else rates.get("transfer", [])))
        self.run_program("run", "mine.toml", "-o", "run")
        self.run_program("check", "run/recipe.toml")


if __name__ == "__main__":
    unittest.main()

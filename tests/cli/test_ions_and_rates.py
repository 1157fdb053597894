"""Ions and rates as a user asks for them: tables to read, JSON for machines, databases for NPMC, and what is refused."""

import json
import math
import sqlite3
import unittest

from program import TINY, ProgramTest, source

ALL = ["Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb"]
LEVELS = dict(zip(ALL, [2, 13, 41, 107, 198, 295, 327, 295, 198, 107, 41, 13, 2]))
PARTICLE, LIGHT = "NaYF4:Yb20,Er10 (2 nm)", "980 nm, 1e5 W/cm^2"
KT_PER_CM = 0.6950348
BULK = ["--set", "surroundings.medium=bulk"]  # no surface that quenches


class JsonTest(ProgramTest):
    def json(self, *arguments, **more):
        document = json.loads(self.run_program(*arguments, "--json", **more).stdout, parse_constant=self.fail)
        self.only_values(document)
        return document

    def only_values(self, node):
        """Nothing that does not exist is there as null or as an empty text."""
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
            self.assertIsNotNone(child)
            self.assertNotEqual(child, "")
            self.only_values(child)


class Ions(JsonTest):
    def test_the_series(self):
        text = self.run_program("ions").stdout
        for symbol in ALL:
            self.assertRegex(text, rf"(?m)^{symbol} +4f\d+ +{LEVELS[symbol]} ")
        rows = self.json("ions")["ions"]
        self.assertEqual([(row["ion"], row["levels"]) for row in rows], list(LEVELS.items()))
        for row in rows:
            self.assertLessEqual(row["levels_kept"], row["levels_known"])
            self.assertLessEqual(row["levels_known"], row["levels"])
            self.assertGreater(row["first_excited_energy"], 300)
        self.assertIn("beta-NaYF4", rows[10]["hosts"])

    def test_every_ion_is_whole(self):
        for symbol in ALL:
            with self.subTest(ion=symbol):
                result = self.json("ions", symbol)
                levels = result["levels"]
                self.assertEqual((result["ion"], result["host"], result["temperature"]), (symbol, "beta-NaYF4", 295))
                self.assertEqual(len(levels), LEVELS[symbol])
                labels = [level["label"] for level in levels]
                self.assertEqual(len(set(labels)), len(labels))
                energies = [level["energy"] for level in levels]
                self.assertEqual(energies, sorted(energies))
                self.assertEqual(energies[0], 0)
                self.assertNotIn("lifetime", levels[0])
                for level in levels:
                    self.assertEqual(2 * level["J"] % 2, result["f_electrons"] % 2)
                self.transitions(result, {level["label"]: level for level in levels})

    def transitions(self, result, levels):
        light, seen = {}, set()
        for t in result["transitions"]:
            upper, lower = levels[t["from"]], levels[t["to"]]
            self.assertNotIn((t["from"], t["to"]), seen)
            seen.add((t["from"], t["to"]))
            self.assertAlmostEqual(t["energy"], upper["energy"] - lower["energy"], places=6)
            self.assertAlmostEqual(t["wavelength"] * t["energy"], 1e7, places=3)
            for k in (2, 4, 6):
                if abs(upper["J"] - lower["J"]) > k or upper["J"] + lower["J"] < k:
                    self.assertLess(t.get(f"U{k}", 0), 1e-4)
            if abs(upper["J"] - lower["J"]) > 1:
                self.assertNotIn("S_MD", t)
                self.assertNotIn("A_MD", t)
            if "branching" in t:
                light[t["from"]] = light.get(t["from"], 0) + t["branching"]
                self.assertAlmostEqual(t["branching"] * upper["rate_radiative"], t.get("A_ED", 0) + t.get("A_MD", 0), delta=1e-6 * upper["rate_radiative"])
        for label, level in levels.items():
            if "lifetime_radiative" in level:
                self.assertAlmostEqual(light[label], 1, places=9)
                self.assertAlmostEqual(level["lifetime_radiative"] * level["rate_radiative"], 1, places=9)
                if "coupled" not in level:
                    self.assertLessEqual(level["lifetime"], level["lifetime_radiative"] * (1 + 1e-9))

    def test_known_numbers(self):
        result = self.json("ions", "Er")
        t = next(t for t in result["transitions"] if (t["from"], t["to"]) == ("4I13/2", "4I15/2"))
        for key, value in (("U2", 0.0195), ("U4", 0.1173), ("U6", 1.4316), ("S_MD", 18.83)):
            self.assertAlmostEqual(t[key], value, delta=0.0005 * max(1, value))
        self.assertEqual(t["branching"], 1)
        for key, unit in (("energy", "cm^-1"), ("rate", "s^-1"), ("A_ED", "s^-1"), ("wavelength", "nm"), ("lifetime", "s"), ("S_ED", "cm^2")):
            self.assertEqual(result["units"][key], unit)
        for key in {key for rows in (result["levels"], result["transitions"]) for row in rows for key, value in row.items() if isinstance(value, float)}:
            self.assertIn(key, result["units"])

    def test_table(self):
        text = self.run_program("ions", "Er").stdout
        self.assertIn("Er3+ in beta-NaYF4 at 295 K   4f11, 41 levels, 20 known, 12 kept", text)
        self.assertRegex(text, r"(?m)^4S3/2 +3/2 +18366 .* together with 2H11/2$")
        self.assertRegex(text, r"(?m)^4I13/2 +4I15/2 +6495 +1539\.6 +0\.0195 +0\.1173 +1\.4316 +18\.830 .* 100\.0 ")
        self.assertIn("21 calculated levels are not shown", text)
        self.assertGreater(self.run_program("ions", "Er", "--all").stdout.count("\n"), 3 * text.count("\n"))

    def test_energy_limit(self):
        for most in ("12400 cm^-1", "12400", "1.5375 eV"):
            result = self.json("ions", "Er", "--max-energy", most)
            self.assertEqual([level["label"] for level in result["levels"]], ["4I15/2", "4I13/2", "4I11/2", "4I9/2"])
            self.assertEqual(len(result["transitions"]), 6)

    def test_temperature(self):
        for text, kelvin in (("77K", 77), ("295 K", 295), ("20 degC", 293.15), ("400", 400)):
            self.assertAlmostEqual(self.json("ions", "Yb", "--temperature", text)["temperature"], kelvin)
        def lifetime(temperature):
            levels = self.json("ions", "Er", "--temperature", temperature)["levels"]
            return next(level["lifetime"] for level in levels if level["label"] == "4F9/2")
        self.assertGreater(lifetime("77 K"), 1.1 * lifetime("400 K"))

    def test_host_without_intensities(self):
        result = self.json("ions", "Er", "--host", "CsPbBr3")
        self.assertEqual(len(result["levels"]), 41)
        self.assertIn("no optical data", result["notes"][0])
        for row in [*result["levels"], *result["transitions"]]:
            self.assertFalse({"lifetime", "A_ED", "A_MD", "branching", "S_ED"} & set(row))
        self.assertTrue(any(row.get("U6", 0) > 1 for row in result["transitions"]))
        self.assertIn("no optical data", self.run_program("ions", "Er", "--host", "CsPbBr3").stdout)

    def test_what_is_refused(self):
        self.refused("ions", "Err", words='did you mean "Er"?')
        self.refused("ions", "Er3+", words='did you mean "Er"?')
        self.refused("ions", "La", words="no level data")
        self.refused("ions", "Er", "--host", "NaYF4", words='did you mean "alpha-NaYF4" or "beta-NaYF4"?')
        self.refused("ions", "Er", "--host", "beta-NaYbF4", words="did you mean")
        self.refused("ions", "--host", "nothing", words="beta-NaYF4")
        self.refused("ions", "Er", "--temperature", "-1 K", words="absolute zero")
        self.refused("ions", "Er", "--temperature", "warm", words="--temperature")
        self.refused("ions", "Er", "--temperature", "3 nm", words="--temperature")
        self.refused("ions", "Er", "--max-energy", "3 ms", words="--max-energy")


class Rates(JsonTest):
    def test_json(self):
        result = self.json("rates", PARTICLE, "--at", LIGHT)
        self.assertAlmostEqual(result["nearest_distance"], 0.35297, places=5)
        for key, unit in (("distance", "nm"), ("coefficient", "nm^6 s^-1"), ("mismatch", "cm^-1"), ("rate", "s^-1")):
            self.assertEqual(result["units"][key], unit)
        for rows, rate in ((result["one_site"], "rate"), (result["pairs"], "rate_at_nearest")):
            rates = [row[rate] for row in rows]
            self.assertGreater(len(rates), 50)
            self.assertEqual(rates, sorted(rates, reverse=True))
        self.assertLessEqual({row["process"] for row in result["one_site"]},
                             {"electric dipole", "magnetic dipole", "multiphonon", "absorption", "stimulated emission", "quenching"})
        for row in result["one_site"]:
            self.assertEqual(row["region"], "core")
            self.assertEqual("wavelength" in row, row["process"] in ("absorption", "stimulated emission"))
        for row in result["pairs"]:
            self.assertIn(row["multipole"], (6, 8, 10, "exchange"))
            if row["multipole"] == 6:
                self.assertAlmostEqual(row["rate_at_nearest"] / (row["coefficient"] * result["nearest_distance"] ** -6), 1, places=9)

    def test_pairs_are_in_detailed_balance_of_their_mismatch(self):
        result = self.json("rates", PARTICLE, "--at", LIGHT)
        J = {ion: {level["label"]: level["J"] for level in self.json("ions", ion)["levels"]} for ion in ("Yb", "Er")}
        g = lambda ion, label: 2 * J[ion][label] + 1
        rows = {(*row["donor"], *row["acceptor"], row["multipole"]): row for row in result["pairs"]}
        checked = 0
        for row in result["pairs"]:
            (D, i, j), (A, k, l) = row["donor"], row["acceptor"]
            back = rows.get((A, l, k, D, j, i, row["multipole"]))
            if back is None or not row["detailed_balance"]:
                continue
            self.assertAlmostEqual(row["mismatch"], -back["mismatch"], places=6)
            wanted = math.log(g(D, j) * g(A, l) / (g(D, i) * g(A, k))) - row["mismatch"] / (KT_PER_CM * 295)
            self.assertAlmostEqual(math.log(row["coefficient"] / back["coefficient"]), wanted, places=6)
            checked += 1
        self.assertGreater(checked, 500)

    def test_light_is_that_of_the_recipe(self):
        def absorption(light):
            rows = self.json("rates", PARTICLE, "--at", light)["one_site"]
            return {row["wavelength"]: row["rate"] for row in rows if (row["ion"], row["from"], row["process"]) == ("Yb", "2F7/2", "absorption")}
        weak, strong = absorption("980 nm, 10 W/cm^2"), absorption("980 nm, 1000 W/cm^2; 960 nm, 5 W/cm^2")
        self.assertAlmostEqual(strong[980] / weak[980], 100, places=6)
        self.assertEqual(set(strong), {980, 960})

    def test_regions_and_top(self):
        result = self.json("rates", "NaYF4:Yb20 (2 nm) @ NaYF4:Yb40 (0.5 nm)", "--at", LIGHT, "--top", "3")
        self.assertEqual((len(result["one_site"]), len(result["pairs"])), (3, 3))
        everything = self.json("rates", "NaYF4:Yb20 (2 nm) @ NaYF4:Yb40 (0.5 nm)", "--at", LIGHT)
        self.assertEqual({tuple(row["region"]) for row in everything["pairs"]},
                         {(a, b) for a in ("core", "shell 1") for b in ("core", "shell 1")})

    def test_table(self):
        text = self.run_program("rates", PARTICLE, "--at", LIGHT).stdout
        self.assertIn("nearest cation sites 0.353 nm apart", text)
        self.assertRegex(text, r"and \d+ slower ones: --top \d+ shows all")
        self.assertRegex(text, r"(?m)^Er 2H11/2 -> 4S3/2 +multiphonon ")
        few = self.run_program("rates", PARTICLE, "--at", LIGHT, "--top", "5").stdout
        self.assertLess(few.count("\n"), 30)

    def test_what_is_refused(self):
        self.refused("rates", PARTICLE, words="--at")
        self.refused("rates", "NaYF4:Yb20,Err2 (3 nm)", "--at", LIGHT, words="Err")
        self.refused("rates", PARTICLE, "--at", LIGHT, "--top", "0", words="--top")


class Export(ProgramTest):
    """The databases hold what the rates say (that they run to the same averages is tested elsewhere)."""

    def rows(self, database, query):
        with sqlite3.connect(self.folder / database) as connection:
            return connection.execute(query).fetchall()

    def test_tables(self):
        text = self.run_program("rates", PARTICLE, "--at", LIGHT, *BULK, "--npmc", "job").stdout
        self.assertIn("lanthorn npmc job/np.sqlite job/initial_state.sqlite --time", text)
        self.assertEqual(sorted(p.name for p in (self.folder / "job").iterdir()), ["initial_state.sqlite", "np.sqlite"])
        example = source / "tests" / "data" / "npmc" / "ex_simple"
        for name in ("np.sqlite", "initial_state.sqlite"):
            tables = {row[0] for row in self.rows(f"job/{name}", "SELECT name FROM sqlite_schema WHERE type = 'table'")}
            for table in tables:
                query = f"SELECT name, \"notnull\", pk FROM pragma_table_info('{table}')"
                with sqlite3.connect(f"file:{example / name}?mode=ro", uri=True) as theirs:
                    self.assertEqual(self.rows(f"job/{name}", query), theirs.execute(query).fetchall(), table)
        interactions = self.rows("job/np.sqlite", "SELECT * FROM interactions")
        self.assertEqual([row[0] for row in interactions], list(range(len(interactions))))
        self.assertTrue(all(row[8] > 0 for row in interactions))
        self.assertLessEqual({row[9] for row in interactions}, {"NR", "Rad", "MD", "ET"})
        self.assertTrue(all((row[1] == 2) == (row[9] == "ET") for row in interactions))
        self.assertTrue(all(row[3] == row[5] == row[7] == -1 for row in interactions if row[1] == 1))
        self.assertEqual(self.rows("job/np.sqlite", "SELECT number_of_interactions FROM metadata"), [(len(interactions),)])
        sites = self.rows("job/np.sqlite", "SELECT COUNT(*) FROM sites")
        self.assertEqual(self.rows("job/initial_state.sqlite", "SELECT COUNT(*), MAX(degree_of_freedom) FROM initial_state"), [(*sites[0], 0)])
        self.assertEqual(self.rows("job/initial_state.sqlite", "SELECT * FROM factors"), [(1, 1, 3, "inverse_cubic")])
        rates = json.loads(self.run_program("rates", PARTICLE, "--at", LIGHT, *BULK, "--json").stdout)
        theirs = sorted(row[8] for row in interactions)
        ours = sorted([row["rate"] for row in rates["one_site"]] + [row["coefficient"] for row in rates["pairs"]])
        self.assertEqual(theirs, [rate for rate in ours if rate > 0])

    def test_runs(self):
        self.run_program("rates", PARTICLE, "--at", LIGHT, *BULK, "--npmc", "job")
        result = json.loads(self.run_program("npmc", "job/np.sqlite", "job/initial_state.sqlite", "--trajectories", "8", "--time", "1e-4").stdout)
        self.assertGreater(result["events"], 10)

    def test_does_not_overwrite_unasked(self):
        self.run_program("rates", PARTICLE, "--at", LIGHT, *BULK, "--npmc", "job")
        again = ["rates", PARTICLE, "--at", "980 nm, 1 W/cm^2", *BULK, "--npmc", "job"]
        self.refused(*again, words=["job/np.sqlite", "--overwrite"])
        before = self.listing()
        self.run_program(*again, "--overwrite")
        self.assertNotEqual(self.listing()["job/np.sqlite"], before["job/np.sqlite"])
        self.write("file", "")
        self.refused("rates", PARTICLE, "--at", LIGHT, *BULK, "--npmc", "file", words="there is a file of this name")
        self.refused("rates", PARTICLE, "--at", LIGHT, *BULK, "--npmc", "/proc/job", words="/proc/job", status=74)

    def test_pulses_are_refused_by_name(self):
        self.write("pulsed.toml", TINY + "\n[[excitation]]\nwavelength = \"808 nm\"\nirradiance = \"10 W/cm^2\"\npulse = { width = \"1 us\", period = \"20 us\" }\n")
        self.refused("rates", "pulsed.toml", *BULK, "--npmc", "job", words=["pulsed.toml:", "pulsed light", "808 nm"])

    def test_other_distance_laws_are_refused_by_name(self):
        override = ('override = [{ donor = ["Yb", "2F5/2", "2F7/2"], acceptor = ["Er", "4I15/2", "4I11/2"], exchange = "1e6 s^-1"'
                    ', range = "0.05 nm", at = "0.35 nm", source = "a note", kind = "assumed" }]\n')
        self.write("exchange.toml", override + TINY)
        self.refused("rates", "exchange.toml", *BULK, "--npmc", "job", words=["distance laws", '"exponential"', "d^-6"])


    def test_quenching_is_refused_by_name(self):
        arguments = ["rates", PARTICLE, "--at", LIGHT, "--npmc", "job"]
        self.refused(*arguments, words=["per-site rates", "quenching by ligand oleate", "--set surroundings.quenching=false"])
        text = self.run_program(*arguments[:-2]).stdout
        self.assertRegex(text, r"(?m)^Er \S+ -> \S+ +quenching by ligand oleate +\d+ ")
        rows = json.loads(self.run_program(*arguments[:-2], "--json").stdout)["per_site"]
        for row in rows:
            self.assertLessEqual(row["rate_mean"], row["rate_largest"] * (1 + 1e-12))
            self.assertEqual(row["process"], "quenching")
        self.run_program(*arguments, "--set", "surroundings.quenching=false")
        self.refused(*arguments, "--overwrite", "--set", "surroundings.quenching=false", "--set", "crystal.vacancies.bulk=0.2",
                     words=["quenching by vacancies", "without vacancies"])

    def test_what_has_a_key_is_refused_with_it(self):
        arguments = ["rates", "NaYF4:Yb20,Tb10 (2 nm)", "--at", LIGHT, *BULK, "--npmc", "job"]
        more = ["--set", "luminescence.multipoles=up-to-quadrupole", "--set", 'luminescence.cooperative=["Yb+Yb->Tb"]']
        self.refused(*arguments, *more, words=['"inverse eighth"', '"inverse tenth"', "--set luminescence.multipoles=dipole",
                                               "cooperative transfer", "--set luminescence.cooperative=[]"])
        result = json.loads(self.run_program("rates", *arguments[1:4], *BULK, *more, "--json").stdout)
        self.assertEqual({row["multipole"] for row in result["pairs"]}, {6, 8, 10})
        for key, unit in (("8", "nm^8 s^-1"), ("10", "nm^10 s^-1")):
            self.assertEqual(result["units"]["coefficient of multipole " + key], unit)
        row = result["cooperative"][0]
        self.assertEqual([donor[0] for donor in row["donors"]] + [row["acceptor"][0]], ["Yb", "Yb", "Tb"])
        self.assertAlmostEqual(row["rate_at_nearest"] / (row["coefficient"] * result["nearest_distance"] ** -12), 1, places=9)
        self.assertFalse(row["detailed_balance"])
        self.run_program(*arguments)


class Cite(JsonTest):
    def test_weak_numbers_first_and_shares(self):
        text = self.run_program("cite", PARTICLE, "--at", LIGHT).stdout
        self.assertLess(text.index("estimated or assumed ("), text.index("measured, fitted or calculated ("))
        self.assertRegex(text, r"\d+ parameters: .*assumed \(\d+ %\); \d+ \(\d+ %\) quoted from memory")
        result = self.json("cite", PARTICLE, "--at", LIGHT)
        shares = dict(result["shares"])
        recalled = shares.pop("recalled")
        self.assertAlmostEqual(sum(shares.values()), 100)
        parameters = result["parameters"]
        for kind, share in shares.items():
            self.assertAlmostEqual(share, 100 * sum(p["kind"] == kind for p in parameters) / len(parameters))
        self.assertAlmostEqual(recalled, 100 * sum(p.get("recalled", False) for p in parameters) / len(parameters))
        weak = [p["kind"] in ("estimated", "assumed") for p in parameters]
        self.assertEqual(weak, sorted(weak, reverse=True))
        self.refused("cite", PARTICLE, "--at", LIGHT, "--json", "--bibtex", words="--bibtex")


if __name__ == "__main__":
    unittest.main()

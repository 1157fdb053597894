"""Every command as a user types it: what it prints, what it writes, how it ends."""

import json
import os
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import tomllib
import unittest

from program import PROGRAM, TINY, ProgramTest, data, results, source

PARTICLE, LIGHT = "NaYF4:Yb20,Er10 (2 nm)", "980 nm, 1e5 W/cm^2"
FAST = ["--set", "luminescence.trajectories=2", "--set", "luminescence.burn_in=0.1 ms", "--set", "luminescence.duration=0.1 ms"]
COMMANDS = ["run", "resume", "check", "new", "build", "npmc", "network", "ions", "rates", "explain", "cite", "doctor"]


class Words(ProgramTest):
    def test_version(self):
        self.assertRegex(self.run_program("--version").stdout, r"^lanthorn \d+\.\d+\.\d+ \(([0-9a-f]{12}\+?|unknown)\)\n$")

    def test_help(self):
        everything = self.run_program("--help").stdout
        for command in COMMANDS:
            self.assertRegex(everything, rf"\n  {command} +\w")
            text = self.run_program(command, "--help").stdout
            self.assertIn("Usage: lanthorn " + command, text)
            self.assertIn("--help", text)

    def test_wrong_words(self):
        self.refused(words="subcommand is required")
        self.refused("rum", words='there is no command "rum"; did you mean "run"?')
        self.refused("xyzzy", words=["there is no command", "doctor"])
        self.refused("run", words="recipe is required")
        self.refused("run", PARTICLE, "--nonsense", words="--nonsense")
        self.refused("run", PARTICLE, "--at", LIGHT, "--threads", "0", words="--threads")
        self.refused("run", PARTICLE, "--at", LIGHT, "--progress", "loud", words="--progress")

    def test_doctor(self):
        text = self.run_program("doctor").stdout
        self.assertIn("beta-NaYF4", text)
        self.assertRegex(text, r"ions +Ce, .*Er, .*Tm, Yb")
        self.assertNotIn("NO", text)
        self.assertEqual(text.count(" yes\n"), 3)

    def test_doctor_finds_broken_data(self):
        broken = self.folder / "data"
        (broken / "ions").mkdir(parents=True)
        (broken / "ions" / "Er.toml").write_text("symbol = [\n")
        result = self.run_program("doctor", status=70, env={"LANTHORN_DATA": str(broken)})
        self.assertIn("NO", result.stdout)

    def test_kernel_is_named(self):
        self.assertIn("kernel        baseline", self.run_program("doctor", env={"LANTHORN_KERNEL": "baseline"}).stdout)


class Explain(ProgramTest):
    def schema(self):
        return json.loads(self.run_program("explain", "--schema").stdout)

    def test_one_key(self):
        text = self.run_program("explain", "crystal.diameter").stdout
        self.assertIn("crystal.diameter\n", text)
        self.assertIn("0.5 to 200 nm", text)
        self.assertNotIn("excitation", text)

    def test_every_key_has_a_sentence(self):
        text = self.run_program("explain").stdout
        keys = re.findall(r"^(\S+)\n  (.+)\n  (.+)$", text, re.M)
        self.assertGreater(len(keys), 30)
        for key, sentence, wanted in keys:
            self.assertTrue(sentence.endswith("."), key)

    def test_unknown_key(self):
        self.refused("explain", "excitation[].irradiants", words='did you mean "excitation[].irradiance"?')

    def test_schema_is_a_json_schema(self):
        schema = self.schema()
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        kinds = {"object", "array", "string", "number", "integer", "boolean"}
        known = {"$schema", "$id", "title", "description", "type", "properties", "additionalProperties", "items", "required",
                 "enum", "minimum", "maximum", "pattern", "default", "examples", "minItems", "maxItems", "prefixItems",
                 "anyOf", "oneOf", "const"}

        def walk(node):
            self.assertIsInstance(node, dict)
            self.assertLessEqual(set(node), known)
            if "type" in node:
                self.assertIn(node["type"], kinds)
            if "pattern" in node:
                re.compile(node["pattern"])
            for child in node.get("properties", {}).values():
                walk(child)
            for name in node.get("required", []):
                self.assertIn(name, node["properties"])
            for key in ("items", "additionalProperties"):
                if isinstance(node.get(key), dict):
                    walk(node[key])
            for child in [*node.get("anyOf", []), *node.get("oneOf", []), *node.get("prefixItems", [])]:
                walk(child)

        walk(schema)
        listed = re.findall(r"^(\S+)$", self.run_program("explain").stdout, re.M)
        for key in listed:
            node = schema
            for step in key.split("."):
                node = node["properties"][step.removesuffix("[]")]
                if step.endswith("[]"):
                    node = node["items"]
            self.assertIn("description", node, key)

    def valid(self, value, node):
        kinds = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool}
        if "anyOf" in node or "oneOf" in node:
            return any(self.valid(value, child) for child in node.get("anyOf", node.get("oneOf")))
        if "type" in node and (not isinstance(value, kinds[node["type"]]) or (isinstance(value, bool) and node["type"] != "boolean")):
            return False
        if "enum" in node and value not in node["enum"]:
            return False
        if isinstance(value, str) and "pattern" in node and not re.search(node["pattern"], value):
            return False
        if isinstance(value, (int, float)) and not node.get("minimum", value) <= value <= node.get("maximum", value):
            return False
        if isinstance(value, list):
            return all(self.valid(item, node.get("items", {})) for item in value)
        if isinstance(value, dict):
            properties, other = node.get("properties", {}), node.get("additionalProperties", True)
            if not set(node.get("required", [])) <= set(value):
                return False
            return all(
                self.valid(item, properties[name]) if name in properties
                else self.valid(item, other) if isinstance(other, dict) else other
                for name, item in value.items()
            )
        return True

    def test_schema_takes_good_recipes_and_refuses_bad_ones(self):
        schema = self.schema()
        for path in [*sorted((source / "examples").glob("*.toml"))]:
            self.assertTrue(self.valid(tomllib.loads(path.read_text()), schema), path.name)
        self.assertTrue(self.valid(tomllib.loads(TINY), schema))
        for name in ("misspelt_key", "radius_for_diameter", "text_for_number", "misspelt_choice", "no_unit", "one_bracket",
                     "nothing", "per_cent_for_fraction", "text_for_bands"):
            recipe = tomllib.loads((data / "bad_recipes" / f"{name}.toml").read_text())
            self.assertFalse(self.valid(recipe, schema), name)


class Recipes(ProgramTest):
    def test_new_reads_back(self):
        first = self.run_program("new", PARTICLE, "--at", LIGHT).stdout
        self.write("mine.toml", first)
        self.assertEqual(self.run_program("new", "mine.toml").stdout, first)
        self.assertIn("beta-NaYF4:Yb20,Er10 (2 nm) at 980 nm, 1e+05 W/cm^2: no errors", self.run_program("check", "mine.toml").stdout)

    def test_set(self):
        self.write("tiny.toml", TINY)
        recipe = tomllib.loads(
            self.run_program(
                "new", "tiny.toml", "--set", "temperature.value=310 K", "--set", "excitation[0].irradiance=7 kW/cm^2",
                "--set", 'luminescence.bands=["Er:4S3/2->4I15/2"]', "--set", "crystal.dopants.Tm=0.01", "--set", "seed=12",
                "--set", "title=two words",
            ).stdout
        )
        self.assertEqual(recipe["temperature"]["value"], "310 K")
        self.assertEqual(recipe["excitation"][0]["irradiance"], "7000 W/cm^2")
        self.assertEqual(recipe["luminescence"]["bands"], ["Er:4S3/2->4I15/2"])
        self.assertEqual(recipe["crystal"]["dopants"], {"Er": 0.1, "Tm": 0.01, "Yb": 0.2})
        self.assertEqual((recipe["seed"], recipe["title"]), (12, "two words"))

    def test_wrong_set(self):
        self.write("tiny.toml", TINY)

        def refused(setting, words):
            result = self.refused("check", "tiny.toml", "--set", setting, words=words)
            self.assertIn(f"--set {setting}: ", result.stderr)
            self.assertNotIn("[crystal]\n", result.stderr)  # no line of the file, which is not to blame

        refused("temperature.value=9", '"9" has no unit')
        refused("temperatur.value=9 K", 'did you mean "temperature"?')
        refused("crystal.dopants.Yb3+=0.1", 'did you mean "Yb"?')
        refused("nonsense", "KEY=VALUE is wanted")
        refused("a..b=1", "a name is missing")
        refused("excitation[3].irradiance=1 W/cm^2", "has 1 entries")
        refused("crystal.host=NaYF5", "no host")

    def test_particle_without_light(self):
        self.refused("check", PARTICLE, words="needs its light")
        self.write("tiny.toml", TINY)
        self.refused("check", "tiny.toml", "--at", LIGHT, words="--at belongs to a particle in notation")

    def test_wrong_notation_points(self):
        result = self.refused("check", "NaYF4:Yb20,Xx2 (8 nm)", "--at", LIGHT, words='particle:1:12: "Xx" is no rare-earth element')
        self.assertIn("  NaYF4:Yb20,Xx2 (8 nm)\n  " + " " * 11 + "^\n", result.stderr)
        self.refused("check", PARTICLE, "--at", "980 nm, 10 W", words=["light:1:9", "Divide by the beam area"])

    def test_unreadable(self):
        self.refused("check", "nowhere.toml", words="nowhere.toml: No such file", status=74)
        self.refused("check", "NaYF4.toml", words="No such file", status=74)
        (self.folder / "folder.toml").mkdir()
        self.refused("check", "folder.toml", words="folder.toml", status=74)

    def test_cite(self):
        text = self.run_program("cite", PARTICLE, "--at", LIGHT).stdout
        self.assertRegex(text, r"\d+ parameters: .*(assumed|measured|fitted)")
        bibtex = self.run_program("cite", PARTICLE, "--at", LIGHT, "--bibtex").stdout
        entries = re.findall(r"^@\w+\{(\w+),", bibtex, re.M)
        self.assertGreater(len(entries), 3)
        for entry in entries:
            self.assertRegex(text, rf"(?m)^{entry} ")
        self.assertEqual(bibtex.count("{"), bibtex.count("}"))

    def test_surroundings_of_a_cif(self):
        cif = data / "cif" / "beta.cif"
        text = self.run_program("check", PARTICLE, "--at", LIGHT, "--set", f"crystal.host={cif}", "--set", "crystal.dopable=Y").stdout
        self.assertIn("no errors", text)


class Build(ProgramTest):
    def test_formats(self):
        for ending in ("xyz", "cif", "h5"):
            text = self.run_program("build", PARTICLE + " @ NaYF4 (1 nm)", "-o", f"particle.{ending}").stdout
            self.assertIn(f"written                      particle.{ending}", text)
            self.assertRegex(text, r"ions +\d+")
        xyz = (self.folder / "particle.xyz").read_text().splitlines()
        self.assertEqual(int(xyz[0]), len(xyz) - 2)
        self.assertIn("Properties=species:S:1:pos:R:3", xyz[1])
        cif = (self.folder / "particle.cif").read_text()
        self.assertTrue(cif.startswith("data_"))
        self.assertEqual(len(re.findall(r"^Yb", cif, re.M)), sum(line.startswith("Yb") for line in xyz))
        self.assertEqual((self.folder / "particle.h5").read_bytes()[:8], b"\x89HDF\r\n\x1a\n")

    def test_json(self):
        figures = json.loads(self.run_program("build", PARTICLE, "--json").stdout)
        self.assertEqual(figures["total_ions"], sum(n for n in figures["ions"].values() if isinstance(n, int)))
        self.assertEqual(figures["units"]["mass"], "g")

    def test_refusals(self):
        self.refused("build", PARTICLE, "-o", "particle.png", words="the ending says the format")
        self.refused("build", PARTICLE, "-o", "nowhere/particle.xyz", words="nowhere", status=74)
        self.refused("build", "NaYF4 (0.5 nm) @ NaYF4:Yb120 (1 nm)", words="sum to 120 %")

    def test_recipe_file_without_light_matters_not_in_notation(self):
        self.run_program("build", PARTICLE)

    def test_standard_output(self):
        text = self.run_program("build", PARTICLE, "-o", "/dev/stdout", status=2)
        self.assertIn("the ending says the format", text.stderr)


class Run(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("tiny.toml", TINY)

    def test_folder(self):
        text = self.run_program("run", "tiny.toml", "--set", "luminescence.decay.after=switch-off", "--set", "luminescence.decay.points=10").stdout
        self.assertIn("per cent are mol % of the rare-earth site", text)
        self.assertIn("tiny/report.html", text)
        run = self.folder / "tiny"
        names = {p.name for p in run.iterdir()}
        self.assertLessEqual({"record.h5", "report.html", "summary.json", "spectrum.csv", "populations.csv", "particle.xyz",
                              "recipe.toml", "run.json", "decay_Yb_2F5_2-2F7_2.csv"}, names)
        self.assertNotIn("chunks", names)
        summary = json.loads((run / "summary.json").read_text())
        self.assertEqual(set(summary["bands"]["Yb:2F5/2->2F7/2"]["photon_rate"]), {"value", "error", "unit", "kind"})
        self.assertIsInstance(summary["balance"]["absorbed"]["value"], float)
        self.assertIsInstance(summary["crystal"]["ions"]["Yb"]["value"], (int, float))
        told = json.loads((run / "run.json").read_text())
        self.assertIn("tiny.toml", told["command_line"])
        self.assertGreater(told["events_per_cpu_second"], 0)
        report = (run / "report.html").read_text()
        self.assertTrue(report.lower().startswith("<!doctype html>"))
        for line in (run / "spectrum.csv").read_text().splitlines():
            if not line.startswith(("#", "wavelength")):
                self.assertEqual(len([float(x) for x in line.split(",")]), 3)
        self.assertIn("is complete", self.run_program("resume", "tiny").stdout)

    def test_one_line(self):
        self.run_program("run", PARTICLE, "--at", LIGHT, *FAST)
        self.assertTrue((self.folder / "lanthorn-run" / "record.h5").exists())

    def test_dry_run_writes_nothing(self):
        text = self.refused("run", "tiny.toml", "--dry-run", "--threads", "3", words=[], status=0).stdout
        for words in ("active ions", "pairs within 3 nm", "events", "on 3 threads", "MB", "nothing was run"):
            self.assertIn(words, text)

    def test_does_not_overwrite(self):
        self.run_program("run", "tiny.toml", "-o", "out")
        self.refused("run", "tiny.toml", "-o", "out", "--set", "seed=2", words=["holds a run already", "--force"])
        before = results(self.folder / "out")
        self.run_program("run", "tiny.toml", "-o", "out", "--set", "seed=2", "--force")
        self.assertNotEqual(results(self.folder / "out")["record.h5"], before["record.h5"])
        self.run_program("run", "tiny.toml", "-o", "out", "--force")
        self.assertEqual(results(self.folder / "out"), before)

    def test_keeps_off_foreign_folders(self):
        (self.folder / "mine").mkdir()
        self.write("mine/thesis.tex", "years of work")
        self.refused("run", "tiny.toml", "-o", "mine", "--force", words="holds no run")
        self.refused("run", "tiny.toml", "-o", "tiny.toml", "--force", words="there is a file of this name")
        self.refused("resume", "mine", words="holds no run")
        self.refused("resume", "nowhere", words="holds no run")

    def test_disk_trouble(self):
        self.refused("run", "tiny.toml", "-o", "/dev/full/x", words="/dev/full/x", status=74)
        self.refused("run", "tiny.toml", "-o", "/proc/x", words="/proc/x", status=74)
        with open("/dev/full", "w") as full:
            self.run_program("new", PARTICLE, "--at", LIGHT, stdout=full, status=74)

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_no_right_to_write(self):
        (self.folder / "locked").mkdir(mode=0o500)
        self.refused("run", "tiny.toml", "-o", "locked/x", words="locked/x", status=74)

    def test_progress_as_json(self):
        lines = self.run_program("run", "tiny.toml", "--progress", "json", "--set", "luminescence.interaction_radius=1.5 nm").stderr.splitlines()
        self.assertTrue(lines)
        for line in lines:
            report = json.loads(line)
            self.assertEqual(report["phase"], "kinetics")
            self.assertLessEqual(report["done"], report["total"])
        self.assertEqual(report["done"], report["total"])

    def test_progress_off(self):
        self.assertEqual(self.run_program("run", "tiny.toml", "--progress", "off", "--set", "luminescence.interaction_radius=1.5 nm").stderr, "")

    def test_warning_is_shown_and_kept(self):
        result = self.run_program("run", "tiny.toml", "--set", "excitation[0].irradiance=3e7 W/cm^2", "--set", "luminescence.duration=1 us")
        self.assertIn("warning: 3e+07 W/cm^2 is beyond", result.stderr)


class Peer(ProgramTest):
    example = data / "npmc" / "ex_simple"

    def setUp(self):
        super().setUp()
        for name in ("np.sqlite", "initial_state.sqlite"):
            (self.folder / name).write_bytes((self.example / name).read_bytes())

    def npmc(self, *arguments, **more):
        return self.run_program("npmc", "np.sqlite", "initial_state.sqlite", *arguments, **more)

    def test_result(self):
        before = self.listing()
        text = self.npmc("--trajectories", "70", "--time", "1e-4", "--times", "5e-5,1e-4").stdout
        self.assertEqual(self.listing(), before, "a database was written to")
        result = json.loads(text)
        self.assertEqual((result["sites"], result["trajectories"]), (5, 70))
        self.assertEqual(result["times"], [5e-5, 1e-4])
        self.assertEqual([row["id"] for row in result["interactions"]], list(range(len(result["interactions"]))))
        self.assertEqual(sum(result["events_per_trajectory"]), result["events"])
        for row in [*result["interactions"], *result["levels"]]:
            self.assertEqual((len(row["mean"]), len(row["se"])), (2, 2))
        # Counts up to the end are the events; ions stay ions.
        events = sum(row["mean"][1] for row in result["interactions"])
        self.assertAlmostEqual(events, result["events"] / 70, places=6)
        self.assertAlmostEqual(sum(row["mean"][0] for row in result["levels"]), 5)

    def test_is_the_same_for_any_threads(self):
        def counts(threads):
            result = json.loads(self.npmc("--trajectories", "200", "--time", "1e-4", "--threads", threads).stdout)
            return {key: result[key] for key in ("events", "interactions", "levels", "events_per_trajectory")}

        self.assertEqual(counts(1), counts(3))

    def test_json_to_a_file(self):
        self.assertEqual(self.npmc("--time", "1e-5", "--json", "out.json").stdout, "")
        self.assertIn("levels", json.loads((self.folder / "out.json").read_text()))

    def test_json_to_a_device(self):
        self.assertIn("levels", json.loads(self.npmc("--time", "1e-5", "--json", "/dev/stdout").stdout))
        self.npmc("--time", "1e-5", "--json", "nowhere/out.json", status=74)

    def test_writes_the_peer_table_when_asked(self):
        result = json.loads(self.npmc("--trajectories", "3", "--seed", "40", "--time", "1e-5", "--write-trajectories").stdout)
        self.assertEqual((self.folder / "np.sqlite").read_bytes(), (self.example / "np.sqlite").read_bytes())
        with sqlite3.connect(self.folder / "initial_state.sqlite") as database:
            rows = database.execute("SELECT * FROM trajectories ORDER BY seed, step").fetchall()
            columns = [row[1] for row in database.execute("PRAGMA table_info(trajectories)")]
        self.assertEqual(columns, ["seed", "step", "time", "site_id_1", "site_id_2", "interaction_id"])
        self.assertEqual(len(rows), result["events"])
        self.assertEqual({row[0] for row in rows}, {40, 41, 42})
        for seed, events in zip((40, 41, 42), result["events_per_trajectory"]):
            own = [row for row in rows if row[0] == seed]
            self.assertEqual([row[1] for row in own], list(range(events)))
            times = [row[2] for row in own]
            self.assertEqual(times, sorted(times))
            self.assertTrue(all(0 < t <= 1e-5 for t in times))
        kinds = len(result["interactions"])
        for row in rows:
            self.assertIn(row[3], range(5))
            self.assertIn(row[4], range(-1, 5))
            self.assertIn(row[5], range(kinds))
        for k, row in enumerate(result["interactions"]):
            self.assertAlmostEqual(row["mean"][0], sum(r[5] == k for r in rows) / 3)

    def test_wrong_times(self):
        arguments = ["npmc", "np.sqlite", "initial_state.sqlite"]
        self.refused(*arguments, words="--time")
        self.refused(*arguments, "--time", "-1", words="--time")
        self.refused(*arguments, "--time", "1e-3", "--times", "2e-3", words="at most at --time")
        self.refused(*arguments, "--time", "1e-3", "--times", "soon", words="--times")

    def test_missing_database(self):
        self.refused("npmc", "nowhere.sqlite", "initial_state.sqlite", "--time", "1e-3", words="nowhere.sqlite", status=74)


class BadDatabases(ProgramTest):
    """Bad databases of the peer: a message, exit status 2, and not one byte of theirs is touched."""

    cases = [
        ("wrong_states.sqlite", "state_of_two.sqlite", ["wrong_states.sqlite: ", "table 'interactions', row 2: ", "table 'interactions', row 3: ", "table 'interactions', row 4: "]),
        ("missing_rate.sqlite", "state_of_two.sqlite", ["missing_rate.sqlite", "rate", "row 2"]),
        ("state_of_two.sqlite", "state_of_two.sqlite", ["state_of_two.sqlite", "species"]),
        ("good", "no_factors.sqlite", ["no_factors.sqlite", "factors"]),
        ("cut_short.sqlite", "state_of_two.sqlite", ["cut_short.sqlite"]),
        ("not_a_database.sqlite", "state_of_two.sqlite", ["not_a_database.sqlite"]),
        ("good", "not_a_database.sqlite", ["not_a_database.sqlite"]),
        ("good", "state_of_two.sqlite", ["state_of_two.sqlite", "site"]),
    ]

    def test_each_is_refused_and_left_alone(self):
        good = data / "npmc" / "ex_simple" / "np.sqlite"
        for np, state, words in self.cases:
            for extra in ([], ["--write-trajectories"]):
                with self.subTest(np=np, state=state, extra=extra):
                    paths = [self.folder / "np.sqlite" if np == "good" else self.folder / np, self.folder / state]
                    paths[0].write_bytes((good if np == "good" else data / "bad_npmc" / np).read_bytes())
                    paths[1].write_bytes((data / "bad_npmc" / state).read_bytes())
                    times = [p.stat().st_mtime_ns for p in paths]
                    self.refused("npmc", paths[0].name, paths[1].name, "--time", "1e-3", *extra, words=words)
                    self.assertEqual([p.stat().st_mtime_ns for p in paths], times)
                    for p in set(paths):
                        p.unlink()


if __name__ == "__main__":
    unittest.main()

"""Every number has a source and a kind: those of the data files, of what the program prints of ions, and of what recipes rest on."""

import json
import re
import tomllib
import unittest

from program import ProgramTest, source

KINDS = {"measured", "calculated", "fitted", "estimated", "assumed"}
KEYS = set(re.findall(r"^@\w+\{([^,\s]+),", (source / "data" / "references.bib").read_text(), re.M))
# What is no quantity: definitions and choices that number something else.
NAMES = {"f_electrons", "default_levels", "neighbours"}


def uncovered(node, path=(), covered=False):
    """Paths of the numbers of a data file that have no source and kind beside them or above."""
    if isinstance(node, dict):
        covered = covered or (node.get("source") in KEYS and node.get("kind") in KINDS)
        items = node.items()
    elif isinstance(node, list):
        items = enumerate(node)
    else:
        number = isinstance(node, (int, float)) and not isinstance(node, bool)
        return [".".join(map(str, path))] if number and not covered and path[-1] not in NAMES else []
    return [found for key, child in items for found in uncovered(child, (*path, key), covered)]


class DataFiles(unittest.TestCase):
    def test_every_number_is_covered(self):
        files = sorted((source / "data").rglob("*.toml"))
        self.assertGreater(len(files), 20)
        for file in files:
            with self.subTest(file=file.name):
                self.assertEqual(uncovered(tomllib.loads(file.read_text())), [])

    def test_a_number_without_source_would_be_found(self):
        self.assertEqual(uncovered(tomllib.loads('a = { value = 1, source = "carnall1989" }')), ["a.value"])
        self.assertEqual(uncovered(tomllib.loads('a = { value = 1, source = "nobody", kind = "measured" }')), ["a.value"])
        self.assertEqual(uncovered(tomllib.loads('a = { value = 1, source = "carnall1989", kind = "guessed" }')), ["a.value"])
        self.assertEqual(uncovered(tomllib.loads('rows = [[1, 2]]\n[b]\nsource = "carnall1989"\nkind = "fitted"\nc = [3]')), ["rows.0.0", "rows.0.1"])


class Printed(ProgramTest):
    def is_sourced(self, thing):
        self.assertIn(thing.get("source"), KEYS | {"recipe"}, thing)  # what the user's recipe says, or leaves as it is
        self.assertIn(thing.get("kind"), KINDS, thing)
        self.assertTrue(thing.get("where"), thing)

    def test_parameters_of_every_example(self):
        examples = sorted((source / "examples").glob("*.toml"))
        self.assertGreater(len(examples), 5)
        for path in examples:
            with self.subTest(example=path.name):
                result = json.loads(self.run_program("cite", path, "--json").stdout)
                cited = {reference["key"] for reference in result["sources"]}
                self.assertGreater(len(result["parameters"]), 8)
                for parameter in result["parameters"]:
                    self.is_sourced(parameter)
                    self.assertIn(parameter["source"], cited | {"recipe"})
                    self.assertTrue(parameter["unit"], parameter)

    def test_channels_of_every_example(self):
        for path in sorted((source / "examples").glob("*.toml")):
            with self.subTest(example=path.name):
                result = json.loads(self.run_program("rates", path, "--json").stdout)
                self.assertGreater(len(result["one_site"]), 3)
                for row in [*result["one_site"], *result["pairs"], *result.get("cooperative", []), *result.get("per_site", [])]:
                    self.is_sourced(row)

    def test_levels_and_transitions_of_every_ion(self):
        ions = [row["ion"] for row in json.loads(self.run_program("ions", "--json").stdout)["ions"]]
        self.assertEqual(ions, ["Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb"])
        for ion in ions:
            result = json.loads(self.run_program("ions", ion, "--json", "--max-energy", "30000 cm^-1").stdout)
            for row in result["levels"]:
                self.is_sourced(row)
            for row in result["transitions"]:
                if "U2" in row:
                    self.is_sourced(row)
                if "S_ED" in row:
                    self.assertIn(row["S_ED_source"], KEYS)
                    self.assertIn(row["S_ED_kind"], KINDS)


if __name__ == "__main__":
    unittest.main()

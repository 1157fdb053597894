"""Each recipe of tests/data/bad_recipes says in its first lines what must be found wrong with it, and where."""

import re
import unittest

from program import ProgramTest, data

FOLDER = data / "bad_recipes"
EXPECTATION = re.compile(r"# (expect|warn|note): (\d+):(\d+) (\S+) \| (.*)")
FINDING = re.compile(r"(?P<file>[^\s:][^:]*\.toml):(?:(?P<line>\d+):(?P<column>\d+):)? (?:(?P<kind>warning|note): )?(?P<problem>.*)")


class BadRecipes(ProgramTest):
    maxDiff = None

    def findings(self, output):
        lines = output.splitlines()
        for number, line in enumerate(lines):
            if found := FINDING.fullmatch(line):
                yield found, lines[number + 1 : number + 3]

    def examine(self, path):
        source = path.read_text().splitlines()
        wanted = [EXPECTATION.fullmatch(line).groups() for line in source if re.match(r"# (expect|warn|note):", line)]
        self.assertTrue(wanted, "nothing is expected of it")
        if all(kind != "expect" for kind, *_ in wanted):
            output = self.run_program("check", path).stderr
        else:
            output = self.refused("run", path, "-o", "out", words=[]).stderr
        found = list(self.findings(output))
        self.assertEqual(len(found), len(wanted), output)
        for (kind, line, column, _, words), (match, excerpt) in zip(wanted, found):
            self.assertEqual(match["file"], str(path))
            self.assertEqual(match["kind"], {"expect": None, "warn": "warning", "note": "note"}[kind])
            self.assertIn(words, "\n".join([match["problem"], *excerpt[1:]]))
            self.assertEqual((match["line"] or "0", match["column"] or "0"), (line, column), output)
            if line == "0":
                continue
            begin = f"  {line} | "
            self.assertEqual(excerpt[0], begin + source[int(line) - 1])
            self.assertEqual(excerpt[1].index("^"), len(begin) + int(column) - 1, output)
        places = [(int(match["line"] or 0), int(match["column"] or 0)) for match, _ in found]
        self.assertEqual(places, sorted(places), "not in the order of the file")
        if len(found) > 1:
            self.assertTrue(output.endswith(f"{len(found)} errors\n"), output)

    def test_each_gives_its_message(self):
        paths = sorted(FOLDER.glob("*.toml"))
        self.assertGreaterEqual(len(paths), 20)
        for path in paths:
            with self.subTest(path.stem):
                self.examine(path)


if __name__ == "__main__":
    unittest.main()

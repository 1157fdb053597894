"""The documents are true of the program: sources, equation numbers, links and commands in them are checked.

test_docs.py --program LANTHORN --ions TEST_IONS [unittest arguments]

In docs/guide a fenced block with one of these words behind its language is alive. The blocks of one page run in their
order, in an empty folder, with the program on the PATH:

    sh run             a command per line (a line that ends in \\ goes on); each must succeed
    sh run +ARGUMENTS  the same, with ARGUMENTS added to every `lanthorn run`, to make it quick
    sh fails           each command must fail with exit code 2
    text shows         lines that the last command printed, in this order; `...` is any text, a line `...` any lines
    text like          the same, with every number read as a number
    NAME file=PATH     written to PATH before what follows
"""

import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = None
IONS = None

FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```[ \t]*$", re.M | re.S)
NUMBER = re.compile(r"(?<![A-Za-z0-9])[-+]?\d[\d.,]*(?:\(\d+(?:\.\d+)?\))?(?:e[-+]?\d+)?")
# Paths of somebody's machine, and addresses other than those of publications and standards.
FORBIDDEN = re.compile(
    r"(?<![\w.])/(?:home|root|tmp|mnt|srv|Users)/\w|https?://(?!doi\.org|json-schema\.org|www\.apache\.org)"
)

# Made from a built program and committed after it: their absence is no broken link.
MADE = {ROOT / "docs" / name for name in ("images/report.png", "guide/commands.md", "guide/recipe-keys.md")}


def documents():
    return sorted(ROOT.glob("docs/**/*.md")) + [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def headers():
    return sorted((ROOT / "src").glob("**/*.hpp"))


def keys_of(bib):
    return set(re.findall(r"^@\w+\{([^,\s]+),", bib, re.M))


def without_code(text):
    """Prose alone: no fenced blocks, no code spans, no mathematics."""
    text = FENCE.sub("", text)
    text = re.sub(r"`[^`\n]*`", "", text)
    return re.sub(r"\$[^$\n]*\$", "", text)


def citations_in_text(text):
    """[key] in prose; a link has its address behind it."""
    return re.findall(r"\[([a-z][a-z0-9]*)\](?![(\[:])", without_code(text))


def citations_in_header(text):
    """[key] behind "Source:", up to the end of that comment; a unit such as [nm] has no year."""
    found = re.findall(r"\[([a-z]+\d{4}[a-z]?)\]", text)
    for paragraph in re.findall(r"Source:((?:[^\n]*\n\s*///)*[^\n]*)", text):
        found += re.findall(r"\[([a-z]{4,}\d*)\]", paragraph.split("@")[0])
    return found


def equations_of(text):
    return re.findall(r"\\tag\{([^}]*)\}", text)


def theory_references(text):
    """theory: rates.3, transfer.4 -> [rates.3, transfer.4]; a page alone has no number."""
    found = []
    for several in re.findall(r"[Tt]heory: ([a-z][a-z.0-9-]*(?:, [a-z][a-z-]*\.\d+)*)", text):
        found += [one.rstrip(".") for one in several.split(", ")]
    return found


def unresolved(references, equations, pages):
    return [r for r in references if r not in equations and r not in pages]


def links_of(text):
    return re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text))


def anchor_of(heading):
    heading = re.sub(r"[`*]", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")


def broken_links(page, text):
    broken = []
    for link in links_of(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            if target in MADE:
                continue
            broken.append(link)
        elif anchor and target.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", FENCE.sub("", target.read_text()), re.M)
            if anchor not in map(anchor_of, headings):
                broken.append(link)
    return broken


def joined(block):
    return [line for line in re.sub(r"\\\n\s*", "", block).splitlines() if line.strip()]


def squeezed(line, numbers):
    line = " ".join(line.split())
    return NUMBER.sub("0", line) if numbers else line


def missing_line(shown, output, numbers=False):
    """The first line of a block that the output does not have at its place; None where it has them all."""
    printed = [squeezed(line, numbers) for line in output.splitlines()]
    at = 0
    for line in shown.splitlines():
        wanted = squeezed(line, numbers)
        if wanted in ("", "..."):
            continue
        pattern = re.compile(".*".join(map(re.escape, re.split(r" ?\.\.\. ?", wanted))))
        while at < len(printed) and not pattern.fullmatch(printed[at]):
            at += 1
        if at == len(printed):
            return line
        at += 1
    return None


class Sources(unittest.TestCase):
    keys = keys_of((ROOT / "data/references.bib").read_text())

    def test_of_theory_and_guide(self):
        seen = set()
        for page in sorted(ROOT.glob("docs/theory/*.md")) + sorted(ROOT.glob("docs/guide/*.md")):
            for key in citations_in_text(page.read_text()):
                self.assertIn(key, self.keys, page.name)
                seen.add(key)
        self.assertGreater(len(seen), 10)

    def test_of_headers(self):
        seen = set()
        for header in headers():
            for key in citations_in_header(header.read_text()):
                self.assertIn(key, self.keys, header.name)
                seen.add(key)
        self.assertGreater(len(seen), 8)

    def test_of_data(self):
        seen = set()
        for file in sorted((ROOT / "data").glob("**/*.toml")):
            for key in re.findall(r'\bsource = "([^"]*)"', file.read_text()):
                self.assertIn(key, self.keys, file.name)
                seen.add(key)
        self.assertGreater(len(seen), 8)


class Equations(unittest.TestCase):
    def setUp(self):
        self.pages = {page.stem: page.read_text() for page in ROOT.glob("docs/theory/*.md")}
        self.equations = {tag for text in self.pages.values() for tag in equations_of(text)}

    def test_are_numbered_in_order(self):
        for stem, text in self.pages.items():
            tags = equations_of(text)
            self.assertGreater(len(tags), 3, stem)
            self.assertEqual(tags, [f"{stem}.{n}" for n in range(1, len(tags) + 1)])

    def test_of_headers_resolve(self):
        count = 0
        for header in headers():
            references = theory_references(header.read_text())
            self.assertEqual(unresolved(references, self.equations, self.pages), [], header.name)
            count += len(references)
        self.assertGreater(count, 10)

    def test_of_documents_resolve(self):
        names = "|".join(sorted(map(re.escape, self.pages), key=len, reverse=True))
        for page in documents():
            for tag in re.findall(rf"\b((?:{names})\.\d+)\b", page.read_text()):
                self.assertIn(tag, self.equations, page.name)


class Links(unittest.TestCase):
    def test_resolve(self):
        for page in documents():
            self.assertEqual(broken_links(page, page.read_text()), [], str(page))

    def test_every_page_is_in_the_index(self):
        index = ROOT / "docs/README.md"
        linked = {(index.parent / link).resolve() for link in links_of(index.read_text()) if ":" not in link}
        for folder in ("guide", "theory"):
            for page in ROOT.glob(f"docs/{folder}/*.md"):
                self.assertIn(page, linked)


class Words(unittest.TestCase):
    def test_of_this_machine_do_not_occur(self):
        for page in documents() + headers():
            found = FORBIDDEN.findall(page.read_text())
            self.assertEqual(found, [], str(page))


class Commands(unittest.TestCase):
    """Each page of the guide."""

    def run_line(self, line, added, folder):
        arguments = shlex.split(line)
        if arguments[:2] == ["lanthorn", "run"]:
            line += " " + added
        environment = dict(os.environ, PATH=f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}", LC_ALL="C.UTF-8")
        for name in ("LANTHORN_DATA", "LANTHORN_KERNEL"):
            environment.pop(name, None)
        environment["EXAMPLES"] = str(ROOT)
        return subprocess.run(
            ["bash", "-euc", line], cwd=folder, env=environment, text=True, timeout=120,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )

    def check(self, page):
        commands = 0
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            output = ""
            for info, block in FENCE.findall(page.read_text()):
                words = info.split(None, 2)
                if len(words) > 1 and words[1].startswith("file="):
                    (folder / words[1][5:]).write_text(block)
                if words[:2] in (["sh", "run"], ["sh", "fails"]):
                    added = words[2].lstrip("+") if len(words) > 2 else ""
                    wanted = 0 if words[1] == "run" else 2
                    for line in joined(block):
                        done = self.run_line(line, added, folder)
                        output = done.stdout
                        self.assertEqual(done.returncode, wanted, f"{page.name}: {line}\n{output}")
                        commands += 1
                if words[:2] in (["text", "shows"], ["text", "like"]):
                    missing = missing_line(block, output, words[1] == "like")
                    self.assertIsNone(missing, f"{page.name} shows\n{missing}\nbut the program says\n{output}")
        return commands

    def test_of_the_guide_work(self):
        commands = 0
        for page in sorted(ROOT.glob("docs/guide/*.md")):
            with self.subTest(page=page.name):
                commands += self.check(page)
        self.assertGreater(commands, 20)


class Tables(unittest.TestCase):
    def check(self, tool):
        if not IONS or not IONS.exists():
            self.skipTest("test_ions is not built")
        done = subprocess.run(
            [sys.executable, ROOT / "tools" / tool, IONS], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_of_lifetimes_is_what_the_program_computes(self):
        self.check("lifetime_table.py")

    def test_of_compatibility_is_what_the_program_computes(self):
        self.check("compatibility_table.py")


class ThisTest(unittest.TestCase):
    """What it would not notice, it does not check."""

    def test_sees_citations(self):
        self.assertEqual(citations_in_text("so [abc2000], not `[nm]` nor [a link](b.md)"), ["abc2000"])
        self.assertEqual(citations_in_header("/// x [nm]. Source: Abc 2000,\n/// Eq. 1 [abc2000].\n"), ["abc2000"])
        self.assertEqual(citations_in_header("/// Source: its page [simetuc].\n"), ["simetuc"])

    def test_sees_equations(self):
        self.assertEqual(equations_of("$$a = b \\tag{x.1}$$"), ["x.1"])
        self.assertEqual(theory_references("/// (theory: rates.3, transfer.4)."), ["rates.3", "transfer.4"])
        self.assertEqual(theory_references("/// Theory: transfer-monte-carlo."), ["transfer-monte-carlo"])
        self.assertEqual(unresolved(["a.1", "b", "c.7"], {"a.1"}, {"b"}), ["c.7"])

    def test_sees_broken_links(self):
        page = ROOT / "docs/README.md"
        self.assertEqual(broken_links(page, "[a](nowhere.md) [b](README.md) [c](README.md#nothing)"),
                         ["nowhere.md", "README.md#nothing"])

    def test_sees_forbidden_words(self):
        self.assertTrue(FORBIDDEN.search("cd /home/somebody"))
        self.assertFalse(FORBIDDEN.search("path/home/mainly"))

    def test_sees_what_a_command_does_not_print(self):
        self.assertIsNone(missing_line("a  1\n...\nc ... 3", "a 1\nb\nc 2 3\n"))
        self.assertEqual(missing_line("a 2", "a 1\n"), "a 2")
        self.assertIsNone(missing_line("a 2.31(4)e3 x", "a 7 x\n", numbers=True))
        self.assertEqual(missing_line("b\na", "a\nb\n"), "a")

    def test_sees_commands_that_fail(self):
        commands = Commands()
        with tempfile.TemporaryDirectory() as name:
            page = pathlib.Path(name) / "page.md"
            page.write_text("```sh run\nlanthorn explain crystal.nonsense\n```\n")
            with self.assertRaises(AssertionError):
                commands.check(page)
            page.write_text("```sh fails\nlanthorn explain crystal.nonsense\n```\n")
            self.assertEqual(commands.check(page), 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--ions", type=pathlib.Path)
    known, rest = parser.parse_known_args()
    PROGRAM, IONS = known.program.resolve(), known.ions.resolve() if known.ions else None
    unittest.main(argv=[sys.argv[0], *rest])

#!/usr/bin/env python3
"""Writes what the program says of itself into the manual: capture_help.py LANTHORN [FOLDER]

docs/guide/commands.md comes from --help of every command, docs/guide/recipe-keys.md from `lanthorn explain`.
"""

import re
import subprocess
import sys
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "guide"


def said(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=True).stdout


def commands_page(program):
    overview = said(program, "--help")
    names = re.findall(r"^  (\w+) ", overview.split("Subcommands:\n")[1], re.M)
    page = ["# Commands", "", "The same text as `--help` prints.", "", "```", overview.rstrip(), "```", ""]
    for name in names:
        page += [f"## lanthorn {name}", "", "```", said(program, name, "--help").rstrip(), "```", ""]
    return "\n".join(page)


def keys_page(program):
    page = [
        "# Keys of a recipe",
        "",
        "What `lanthorn explain` prints, table by table. Quantities are texts of number and unit, as in `\"8 nm\"`.",
        "",
    ]
    last = None
    for key, sentence, wanted in re.findall(r"^(\S+)\n  (.+)\n  (.+)$", said(program, "explain"), re.M):
        table = key.split(".")[0] if "." in key else ""
        if key.startswith("crystal.shell"):
            table = "crystal.shell[]"
        if table != last:
            heading = f"[[{table[:-2]}]]" if table.endswith("[]") else f"[{table}]"
            page += [f"## `{heading}`" if table else "## Above all tables", "", "| key | what it is | value |", "| --- | --- | --- |"]
            last = table
        page.append("| `{}` | {} | {} |".format(key, *(text.replace("|", "\\|") for text in (sentence, wanted))))
    return re.sub(r"(\n\|.*)\n##", r"\1\n\n##", "\n".join(page)) + "\n"


def main(program, folder=GUIDE):
    Path(folder, "commands.md").write_text(commands_page(program))
    Path(folder, "recipe-keys.md").write_text(keys_page(program))


if __name__ == "__main__":
    main(*sys.argv[1:])

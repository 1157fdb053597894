#!/usr/bin/env python3
"""The tables of docs/guide/compatibility.md from what the tests of compatibility compute.

compatibility_table.py TEST_IONS          compares; exit 1 where the document is out of date
compatibility_table.py TEST_IONS --write  brings it up to date
"""

import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[1] / "docs/guide/compatibility.md"
HEADS = {
    "C6": "| channel | ε, cm⁻¹ | its $C_6$ | shift, step | Boltzmann | index, phonons | levels, strengths | ours |",
    "W": "| step | its rate down | ours | its rate up | ours |",
}


def table_of(output, mark):
    rows = [HEADS[mark], "|---" * (HEADS[mark].count("|") - 1) + "|"]
    for row in re.findall(rf"^{mark} \| (.*)$", output, re.M):
        rows.append(f"| {row.replace('->', '→').replace('|  |', '| – |').replace('|  |', '| – |')} |")
    if len(rows) < 5:
        raise SystemExit(f"no table {mark} in the output of the tests:\n{output}")
    return "\n".join(rows) + "\n"


def main():
    output = subprocess.run(
        [sys.argv[1], "--gtest_filter=Compatibility.*"], text=True, stdout=subprocess.PIPE, check=True
    ).stdout
    old = new = PAGE.read_text()
    for mark in HEADS:
        between = re.compile(rf"(<!-- table {mark}: tools/compatibility_table.py -->\n).*?(<!-- end of table -->)", re.S)
        new = between.sub(lambda m: m[1] + table_of(output, mark) + m[2], new)
    if "--write" in sys.argv[2:]:
        PAGE.write_text(new)
    elif new != old:
        raise SystemExit(f"{PAGE.name} is out of date; run {sys.argv[0]} {sys.argv[1]} --write")


main()

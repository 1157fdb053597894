#!/usr/bin/env python3
"""The table of docs/guide/lifetimes.md from what the test of lifetimes computes.

lifetime_table.py TEST_IONS          compares; exit 1 where the document is out of date
lifetime_table.py TEST_IONS --write  brings it up to date
"""

import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[1] / "docs/guide/lifetimes.md"
BETWEEN = re.compile(r"(<!-- table: tools/lifetime_table.py -->\n).*?(<!-- end of table -->)", re.S)
ROW = re.compile(r"^(\w\w \w+/\d|\w\w \w+)\s+([\d.e+-]+)\s+([\d.e+-]+)\s+([\d.]+)\s+(\S.*)$", re.M)


def table_of(output):
    rows = ["| level | Lanthorn, ms | published, ms | ratio | source | host of the source |", "|---|---|---|---|---|---|"]
    for level, ours, published, ratio, source in ROW.findall(output):
        key, _, host = source.partition(", ")
        mark = "" if 1 / 1.3 < float(ratio) < 1.3 else "**"
        rows.append(f"| {level} | {float(ours):#.3g} | {float(published):.3g} | {mark}{ratio}{mark} | [{key}] | {host or 'β-NaYF4'} |")
    if len(rows) < 5:
        raise SystemExit(f"no table in the output of the test:\n{output}")
    return "\n".join(rows) + "\n"


def main():
    output = subprocess.run(
        [sys.argv[1], "--gtest_filter=Lifetimes.OfDiluteIonsInSodiumYttriumFluoride"],
        text=True, stdout=subprocess.PIPE, check=True,
    ).stdout
    old = PAGE.read_text()
    new = BETWEEN.sub(lambda m: m[1] + table_of(output) + m[2], old)
    if "--write" in sys.argv[2:]:
        PAGE.write_text(new)
    elif new != old:
        raise SystemExit(f"{PAGE.name} is out of date; it should say\n{table_of(output)}run {sys.argv[0]} {sys.argv[1]} --write")


main()

#!/usr/bin/env python3
"""The committed bundle is what the sources give. Skipped (77) where the bundler was never installed."""

import pathlib
import subprocess
import sys
import tempfile

UI = pathlib.Path(__file__).resolve().parents[2] / "report-ui"


def main():
    if not (UI / "node_modules/.bin/esbuild").exists():
        print("skipped: report-ui/node_modules is not there")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([UI / "build.sh", folder], check=True)
        stale = [name for name in ("report.js", "report.css")
                 if (pathlib.Path(folder) / name).read_bytes() != (UI / "dist" / name).read_bytes()]
    for name in stale:
        print(f"report-ui/dist/{name} is not what its sources give: run report-ui/build.sh")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

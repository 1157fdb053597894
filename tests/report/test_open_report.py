#!/usr/bin/env python3
"""Pages that open_report.py must find fault with, each for its own reason."""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
GOOD = '<html data-errors="0"><body><figure id="a" data-drawn="true"></figure></body></html>'
BROKEN = {
    "figure a was not drawn": GOOD.replace(' data-drawn="true"', ""),
    "errors on the page: no such": GOOD.replace('"0"', '"1" data-error-text="no such"'),
    "did not run to its end": GOOD.replace(' data-errors="0"', ""),
    "has no figure": GOOD.replace("figure", "div"),
    "shown: NaN nm": GOOD.replace("</figure>", "NaN nm</figure>"),
    "after pressing: errors on the page: late": GOOD.replace(
        "</figure>", """<div class="controls"><button onclick="document.documentElement.dataset.errors = 1;
        document.documentElement.dataset.errorText = 'late'"></button></div></figure>"""),
    "console: ": GOOD.replace("</body>", "<script>nothing.at_all()</script></body>"),
}


def opened(folder, text):
    page = pathlib.Path(folder) / "page.html"
    page.write_text("<!DOCTYPE html>" + text, encoding="utf-8")
    return subprocess.run([sys.executable, HERE / "open_report.py", page], capture_output=True, text=True, check=False)


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        run = opened(folder, GOOD)
        if run.returncode == 77:
            print(run.stdout, end="")
            return 77
        if run.returncode != 0:
            print("the good page was refused:", run.stderr)
            failures += 1
        for reason, text in BROKEN.items():
            run = opened(folder, text)
            if run.returncode != 1 or reason not in run.stderr:
                print(f"not caught: {reason}: exit {run.returncode}: {run.stderr}")
                failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

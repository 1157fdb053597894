#!/usr/bin/env python3
"""Opens a report in headless Chromium and checks that it works.

    open_report.py report.html [--screenshot out.png] [--width 1280] [--height 2600] [--dark]

The page must log no error, its list of errors must be empty, each <figure> must have been drawn, and nothing shown
may read NaN, Infinity or undefined: as it opens, and after every button was pressed and every figure dragged across.
Exit 0: all well; 1: something is wrong, said on stderr; 77: there is no Chromium here.
"""

import argparse
import html.parser
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


NONSENSE = re.compile(r"\b(NaN|Infinity|undefined)\b")

PRESS_EVERYTHING = """<script>
for (const round of [1, 2])
  for (const button of document.querySelectorAll('.controls button, .filters button, button.copy, button.csv')) button.click();
for (const target of document.querySelectorAll('.catch, canvas')) {
  const box = target.getBoundingClientRect();
  const at = (type, share) => target.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, pointerType: 'pen',
    clientX: box.left + share * box.width, clientY: box.top + share * box.height }));
  target.setPointerCapture = () => {};
  at('pointermove', 0.3); at('pointerdown', 0.3); at('pointermove', 0.6); at('pointerup', 0.6);
}
for (const target of document.querySelectorAll('.catch')) target.dispatchEvent(new MouseEvent('dblclick'));
document.documentElement.dataset.pressed = 'true';
</script></body>"""


class Page(html.parser.HTMLParser):
    """What the drawn page says of itself."""

    def __init__(self):
        super().__init__()
        self.errors = None
        self.error_text = ""
        self.figures = {}
        self.pressed = False
        self.nonsense = []
        self.unseen = False

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.unseen = tag in ("script", "style")
        self.nonsense += [f"{tag} {name}={value}" for name, value in attributes.items()
                          if value and name != "data-error-text" and NONSENSE.search(value)]
        if tag == "html":
            self.pressed = attributes.get("data-pressed") == "true"
            self.errors = attributes.get("data-errors")
            self.error_text = attributes.get("data-error-text", "")
        if tag == "figure":
            self.figures[attributes.get("id", "?")] = attributes.get("data-drawn") == "true"

    def handle_endtag(self, tag):
        self.unseen = False

    def handle_data(self, data):
        if not self.unseen and NONSENSE.search(data):
            self.nonsense.append(data.strip())


def browser():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return None


def opened(program, report, folder, extra):
    command = [
        program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={folder}", "--virtual-time-budget=5000", "--enable-logging=stderr", "--v=0",
        *extra, report.resolve().as_uri(),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def console_errors(log):
    """Lines that the page itself caused; the browser's own complaints about the machine are not the page's."""
    return [line for line in log.splitlines() if "CONSOLE" in line]


def problems(report, program, folder):
    run = opened(program, report, folder, ["--dump-dom"])
    page = Page()
    page.feed(run.stdout)
    found = [f"console: {line}" for line in console_errors(run.stderr)]
    if page.errors is None:
        found.append("the page's script did not run to its end")
    elif page.errors != "0":
        found.append(f"errors on the page: {page.error_text}")
    if not page.figures:
        found.append("the page has no figure")
    found += [f"figure {name} was not drawn" for name, drawn in page.figures.items() if not drawn]
    found += [f"shown: {what[:200]}" for what in page.nonsense]
    return found, page


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=pathlib.Path)
    parser.add_argument("--screenshot", type=pathlib.Path)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=2600)
    parser.add_argument("--dark", action="store_true")
    arguments = parser.parse_args()

    program = browser()
    if program is None:
        print("skipped: no Chromium on this machine")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        found, page = problems(arguments.report, program, folder)
        pressed = pathlib.Path(folder) / "pressed.html"
        pressed.write_text(PRESS_EVERYTHING.join(arguments.report.read_text(encoding="utf-8").rsplit("</body>", 1)),
                           encoding="utf-8")
        if not found:
            more, pressed_page = problems(pressed, program, folder)
            found += [f"after pressing: {problem}" for problem in more]
            if not pressed_page.pressed:
                found.append("pressing every button did not come to its end")
        if arguments.screenshot:
            extra = [f"--screenshot={arguments.screenshot.resolve()}", "--hide-scrollbars",
                     f"--window-size={arguments.width},{arguments.height}"]
            if arguments.dark:
                extra.append("--blink-settings=preferredColorScheme=0")
            opened(program, arguments.report, folder, extra)
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(f"drawn: {', '.join(page.figures)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

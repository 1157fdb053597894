#!/usr/bin/env python3
"""Checks the graph of modules: who includes whom, and what headers may not include.

    tools/layers.py [ROOT]

The graph is read from the lines lanthorn_module(<name> ... NEEDS ...) below ROOT/src/lanthorn. Then, for each file there:
an include of another module must be in its NEEDS, directly or through others, and none of its PRIVATE_HEADERS; a public
header includes no library of others; physics includes no files, threads or clocks; nothing prints or exits.
Programs in ROOT/apps may include the public headers of every module. Finding nothing to check is a failure.
"""

import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
THIRD_PARTY = re.compile(
    r"^(Eigen|unsupported/Eigen|fmt|spdlog|toml\+\+|nlohmann|CLI|gemmi|tao|stb|sundials|cvodes|kinsol|nvector|sunmatrix"
    r"|sunlinsol|boost|ceres|hwy)/|^(toml\.hpp|hdf5\.h|H5[A-Za-z]*\.h|sqlite3\.h|nlopt\.hpp|mpi\.h|zlib\.h)$")
MACHINE = {"filesystem", "fstream", "thread", "mutex", "condition_variable", "future", "chrono", "iostream",
           "ctime", "csignal"}
KNOWS_MACHINE = {"files", "study", "report"}
SPEAKS = re.compile(r"\b(std::)?(printf|puts|exit|_Exit|abort|quick_exit)\s*\(|\bstd::(cout|cerr|clog)\b|\bfmt::print\s*\(")


def declared(library):
    """Module name -> { SOURCES, PRIVATE_HEADERS, NEEDS, ... -> words }, from the lanthorn_module lines."""
    modules = {}
    for file in sorted(library.glob("*/CMakeLists.txt")):
        text = re.sub(r"#.*", "", file.read_text())
        for call in re.findall(r"lanthorn_module\s*\(([^)]*)\)", text):
            name, *words = call.split()
            keyword, modules[name] = "", {}
            for word in words:
                if word.isupper():
                    keyword = word
                modules[name].setdefault(keyword, [])
                if word != keyword:
                    modules[name][keyword].append(word)
    return modules


def reachable(needs, name):
    seen, todo = set(), list(needs.get(name, []))
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo += needs.get(module, [])
    return seen
PROSE = re.compile(r"""
    (^[ \t]*\#[ \t]*include[^\n]*)                          # kept
    | //[^\n]* | /\*.*?\*/                                  # comments
    | R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"                   # literals
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])'
    """, re.M | re.S | re.X)


def without_prose(text):
    """The text with comments and literals blanked, line by line as before."""
    return PROSE.sub(lambda found: found.group(1) or re.sub(r"[^\n]", " ", found.group(0)), text)


def check(root):
    """Problems as (where, sentence), and how many includes were looked at."""
    library = root / "src" / "lanthorn"
    modules = declared(library)
    needs = {name: words.get("NEEDS", []) for name, words in modules.items()}
    private = {f"lanthorn/{name}/{header}" for name, words in modules.items() for header in words.get("PRIVATE_HEADERS", [])}
    problems, scanned = [], 0

    for name, direct in needs.items():
        if name in reachable(needs, name):
            problems.append((f"src/lanthorn/{name}/CMakeLists.txt", f"module {name} needs itself, through {', '.join(direct)}"))
        for other in direct:
            if other not in needs:
                problems.append((f"src/lanthorn/{name}/CMakeLists.txt", f"module {name} needs {other}, which does not exist"))

    files = sorted(f for suffix in ("cpp", "hpp") for folder in ("src", "apps") for f in (root / folder).rglob(f"*.{suffix}"))
    for file in files:
        place = file.relative_to(root)
        module = place.parts[2] if place.parts[0] == "src" and len(place.parts) > 3 else None
        if place.parts[0] == "src" and module not in needs:
            problems.append((str(place), "belongs to no module: no lanthorn_module line names its folder"))
            continue
        allowed = set(needs) if module is None else reachable(needs, module) | {module}
        public_header = file.suffix == ".hpp" and "/".join(place.parts[1:]) not in private
        if module and file.suffix == ".cpp" and "/".join(place.parts[3:]) not in modules[module].get("SOURCES", []):
            problems.append((str(place), f"is not among the SOURCES of module {module}"))

        for number, line in enumerate(without_prose(file.read_text()).splitlines(), 1):
            where = f"{place}:{number}"
            if module and SPEAKS.search(line):
                problems.append((where, "the library prints, exits or aborts"))
            found = INCLUDE.match(line)
            if not found:
                continue
            scanned += 1
            quote, target = found.groups()
            if target.startswith("lanthorn/"):
                other = target.split("/")[1]
                if other not in allowed:
                    problems.append((where, f"{module or 'a program'} includes {target} but does not need {other}"))
                elif target in private and other != module:
                    problems.append((where, f"{target} is private to module {other}"))
                elif quote == "<":
                    problems.append((where, f"write \"{target}\": it is a header of ours"))
            elif quote == '"' and module:
                problems.append((where, f"\"{target}\" is neither lanthorn/... nor in angle brackets"))
            elif module and public_header and THIRD_PARTY.search(target):
                problems.append((where, f"public header includes <{target}>; keep other libraries in .cpp files"))
            elif module and module not in KNOWS_MACHINE and target in MACHINE:
                problems.append((where, f"{module} includes <{target}>: files, threads and clocks live at the edge"))
    return problems, scanned, len(needs)


def main(arguments):
    root = Path(arguments[0] if arguments else Path(__file__).parent.parent).resolve()
    problems, scanned, modules = check(root)
    for where, sentence in problems:
        print(f"{where}: {sentence}")
    if modules == 0 or scanned == 0:
        print(f"layers: scanned nothing below {root} ({modules} modules, {scanned} includes)")
        return 1
    print(f"layers: {modules} modules, {scanned} includes, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

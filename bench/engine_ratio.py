#!/usr/bin/env python3
"""Events per CPU second of the transfer Monte Carlo on one thread, beside a plain program of the same algorithm.

    bench/engine_ratio.py [--lanthorn build/release/apps/lanthorn/lanthorn] [--inputs DIR] [--plain FILE.cpp] [--runs 5]

--inputs holds NPMC databases in folders d8_yb20er2 and d20_yb20er2; --plain is a single-file program
(np state trajectories seed time steps prefix) that prints "events_per_s=…", compiled here with -O3. Both are run in
turn; medians and the ratio are printed, also for 8 nm of Yb98Er2 as `lanthorn rates --npmc` writes it; then how the
speed depends on the interaction radius, on the number of ions and on threads, set-up and memory.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time as clock

ROOT = pathlib.Path(__file__).resolve().parent.parent
CASES = {"d8_yb20er2": (6, 1e-3), "d20_yb20er2": (1, 6e-4)}


def lanthorn(program, folder, trajectories, time, *more):
    out = subprocess.run(
        [program, "npmc", folder / "np.sqlite", folder / "initial_state.sqlite", "--trajectories", str(trajectories),
         "--seed", "1", "--time", str(time), *(more or ("--threads", "1"))],
        capture_output=True, text=True, check=True).stdout
    return json.loads(out)


def plain(program, folder, trajectories, time):
    out = subprocess.run(
        [program, folder / "np.sqlite", folder / "initial_state.sqlite", str(trajectories), "1", str(time),
         "1000000000000", "-"], capture_output=True, text=True, check=True).stdout
    return float(re.search(r"events_per_s=(\d+)", out).group(1))


def written(program, particle, folder):
    """A particle of ours as a job for NPMC."""
    subprocess.run([program, "rates", particle, "--at", "980 nm, 100 kW/cm^2", "--set", "surroundings.quenching=false",
                    "--npmc", folder], capture_output=True, check=True)
    return folder


def wall(program, folder, threads, trajectories, time):
    begin = clock.perf_counter()
    lanthorn(program, folder, trajectories, time, "--threads", str(threads))
    return clock.perf_counter() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lanthorn", type=pathlib.Path, default=ROOT / "build/release/apps/lanthorn/lanthorn")
    parser.add_argument("--inputs", type=pathlib.Path, default=ROOT / "../shared/npmc")
    parser.add_argument("--plain", type=pathlib.Path, default=ROOT / "../shared/reference/prototypes/transfer_thinning.cpp")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if not options.inputs.is_dir():
        print(f"skipped: there are no inputs at {options.inputs} (--inputs)")
        return 0

    with tempfile.TemporaryDirectory() as scratch:
        other = None
        if options.plain.is_file():
            other = pathlib.Path(scratch) / "plain"
            subprocess.run(["g++", "-O3", "-o", other, options.plain, "-lsqlite3"], check=True)
        yb98 = written(options.lanthorn, "NaYF4:Yb98,Er2 (8 nm)", pathlib.Path(scratch) / "d8_yb98er2")
        folders = {name: options.inputs / name for name in CASES} | {"d8_yb98er2": yb98}
        for name, folder in folders.items():
            trajectories, time = CASES.get(name, (1, 5e-4))
            ours, theirs, last = [], [], {}
            for _ in range(options.runs):
                last = lanthorn(options.lanthorn, folder, trajectories, time)
                ours.append(last["events_per_cpu_second"] / 1e6)
                if other:
                    theirs.append(plain(other, folder, trajectories, time) / 1e6)
            line = f"{name:<12} {last['sites']:>6} ions  {statistics.median(ours):6.2f} M events/s ({min(ours):.2f}-{max(ours):.2f})"
            if other:
                ratio = statistics.median(ours) / statistics.median(theirs)
                line += f"   plain {statistics.median(theirs):5.2f} ({min(theirs):.2f}-{max(theirs):.2f})   ratio {ratio:.2f}"
            print(line)
            print(f"{'':<12} set-up {last['setup_seconds']:.3f} s, peak memory {last['peak_memory_bytes'] / last['sites'] / 1e3:.2f} kB per ion")
        folder = options.inputs / "d8_yb20er2"
        print("d8_yb20er2 by interaction radius (medians):")
        for radius in (1.5, 2, 3, 4, 10):
            speed = statistics.median(
                lanthorn(options.lanthorn, folder, *CASES["d8_yb20er2"], "--interaction-radius", str(radius), "--threads", "1")
                ["events_per_cpu_second"] / 1e6 for _ in range(options.runs))
            print(f"  {radius:>4} nm  {speed:6.2f} M events/s")
        print("Yb20Er2 by size (medians):")
        for diameter, (trajectories, time) in {4: (40, 1e-3), 8: (5, 1e-3), 12: (2, 1e-3), 20: (1, 4e-4)}.items():
            folder = written(options.lanthorn, f"NaYF4:Yb20,Er2 ({diameter} nm)", pathlib.Path(scratch) / str(diameter))
            runs = [lanthorn(options.lanthorn, folder, trajectories, time) for _ in range(options.runs)]
            speed = statistics.median(run["events_per_cpu_second"] / 1e6 for run in runs)
            print(f"  {diameter:>4} nm  {runs[0]['sites']:>6} ions  {speed:6.2f} M events/s")
        folder = options.inputs / "d8_yb20er2"
        one, two = (statistics.median(wall(options.lanthorn, folder, n, 256, 1e-3) for _ in range(3)) for n in (1, 2))
        print(f"two threads: {one / two:.2f} times one (wall)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

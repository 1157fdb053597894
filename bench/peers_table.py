#!/usr/bin/env python3
"""What a network and its rate equations cost, beside other programs.

    bench/peers_table.py [--program build/release/bench/bench_networks] [--repetitions 5]

The peers' figures are given data: CPU seconds measured on one thread of an AMD EPYC (2 cores), imports excluded, of
NanoParticleTools (network of a particle: sites, rates, sqlite; rate matrices; steady state by scipy's BDF with a numerical
Jacobian) and of simetuc. Ours are the medians of CPU time on this machine. Nothing is compared by clock beyond that.
"""

import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Work, our benchmark, the peer's seconds, whose, seconds wanted.
ROWS = [
    ("network of a particle, 8 nm Yb20Er2", "network_of_particle/8", "1.24", "NanoParticleTools", 0.03),
    ("network of a particle, 20 nm Yb20Er2", "network_of_particle/20", "5.1", "NanoParticleTools", 0.3),
    ("rate matrices, Yb10Er2, 36 levels", "rate_matrices", "0.83-0.99", "NanoParticleTools", 0.02),
    ("mean-field steady state, 10 W/cm^2", "mean_field_point/10", "0.065", "NanoParticleTools", 0.001),
    ("mean-field steady state, 1e5 W/cm^2", "mean_field_point/100000", "0.11", "NanoParticleTools", 0.001),
    ("the same from the dark, 10 W/cm^2", "mean_field_from_the_dark/10", "0.065", "NanoParticleTools", None),
    ("the same from the dark, 1e5 W/cm^2", "mean_field_from_the_dark/100000", "0.11", "NanoParticleTools", None),
]
# Peers alone: ours is in the benchmarks of the engine itself.
OTHERS = [
    ("microscopic, 261 ions, to steady state", "1.13-1.34", "simetuc"),
    ("microscopic, 1161 ions (812 MB)", "59", "simetuc"),
    ("microscopic, 288 ions, 2592 states", "21.4", "simetuc"),
    ("power series of 8 points, 261 ions", "13.1", "simetuc"),
]
SCALE = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/release/bench/bench_networks")
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    out = subprocess.run(
        [options.program, "--benchmark_format=json", f"--benchmark_repetitions={options.repetitions}",
         "--benchmark_min_time=0.1"],
        capture_output=True, text=True, check=True).stdout
    ours = {row["run_name"]: row for row in json.loads(out)["benchmarks"] if row.get("aggregate_name") == "median"}
    print(f"{'work':<42}{'Lanthorn / s':>14}{'wanted / s':>12}{'peer / s':>12}  peer (one thread of an AMD EPYC)")
    for work, name, peer, whose, wanted in ROWS:
        seconds = ours[name]["cpu_time"] * SCALE[ours[name]["time_unit"]]
        wish = "" if wanted is None else f"{wanted:g}"
        late = "" if wanted is None or seconds <= wanted else "  (missed)"
        print(f"{work:<42}{seconds:>14.3g}{wish:>12}{peer:>12}  {whose}{late}")
    for work, peer, whose in OTHERS:
        print(f"{work:<42}{'':>14}{'':>12}{peer:>12}  {whose}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

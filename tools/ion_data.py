#!/usr/bin/env python3
"""Write data/ions/<ion>.toml from measured level energies and calculated line strengths.

    tools/ion_data.py FOLDER OUT

FOLDER holds, for each ion, f4n_<ion>_levels.csv (label, energy, J of the calculated levels of 4f^n) and
f4n_<ion>_U2U4U6.csv (upper, lower, dE, U2, U4, U6, magnetic-dipole strength). Calculated levels are matched to
measured ones by J and order in energy, never by label: labels of mixed levels swap between calculations.
"""
import csv
import sys
from pathlib import Path

# Labels as the field writes them; J; barycentre [1/cm] as the source counts it. The source counts Tm and Ho from
# the lowest Stark level; its energy of the ground barycentre is subtracted. Its labels 1I6 and 3P0 of Tm are
# exchanged here: 1I6 is the lower one (Carnall, Fields, Rajnak 1968).
ENERGY = {
    "Yb": (13, 2, [("2F7/2", 3.5, 0), ("2F5/2", 2.5, 10250)]),
    "Er": (11, 12, [
        ("4I15/2", 7.5, 0), ("4I13/2", 6.5, 6495), ("4I11/2", 5.5, 10129), ("4I9/2", 4.5, 12380),
        ("4F9/2", 4.5, 15238), ("4S3/2", 1.5, 18366), ("2H11/2", 5.5, 19120), ("4F7/2", 3.5, 20498),
        ("4F5/2", 2.5, 22159), ("4F3/2", 1.5, 22495), ("2H9/2", 4.5, 24539), ("4G11/2", 5.5, 26414),
        ("4G9/2", 4.5, 27420), ("2K15/2", 7.5, 27705), ("2G7/2", 3.5, 28007), ("2P3/2", 1.5, 31630),
        ("2K13/2", 6.5, 33044), ("2P1/2", 0.5, 33176), ("4G5/2", 2.5, 33442), ("4G7/2", 3.5, 34125)]),
    "Tm": (12, 12, [
        ("3H6", 6, 153), ("3F4", 4, 5828), ("3H5", 5, 8396), ("3H4", 4, 12735), ("3F3", 3, 14598),
        ("3F2", 2, 15180), ("1G4", 4, 21352), ("1D2", 2, 28028), ("1I6", 6, 34886), ("3P0", 0, 35621),
        ("3P1", 1, 36603), ("3P2", 2, 38344)]),
    "Ho": (10, 16, [
        ("5I8", 8, 9), ("5I7", 7, 5065), ("5I6", 6, 8579), ("5I5", 5, 11146), ("5I4", 4, 13212), ("5F5", 5, 15457),
        ("5S2", 2, 18381), ("5F4", 4, 18538), ("5F3", 3, 20595), ("5F2", 2, 21040), ("3K8", 8, 21268),
        ("5G6", 6, 22180), ("5F1", 1, 22255), ("5G5", 5, 23988), ("5G4", 4, 25859), ("3K7", 7, 26059),
        ("5G(2)5", 5, 27653), ("3H6", 6, 27679), ("5F(2)2", 2, 28234), ("5G3", 3, 28875), ("3L9", 9, 28896),
        ("3K6", 6, 29941), ("3F4", 4, 29947), ("5G2", 2, 30799)]),
}
SMALL = 5e-6  # half of the last digit of the tables


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def matched(levels, calculated):
    """Index of the calculated level of each measured one, by J and order in energy."""
    seen, result = {}, []
    for _, J, _ in levels:
        same = [i for i, level in enumerate(calculated) if abs(abs(float(level["J"])) - J) < 0.1]
        result.append(same[seen.get(J, 0)])
        seen[J] = seen.get(J, 0) + 1
    return result


def strengths(rows, calculated, match):
    """{(upper, lower) of the measured levels: (U2, U4, U6, MD)}."""
    energy = [float(level["energy_cm-1_above_ground_level"]) for level in calculated]
    measured_of = {c: m for m, c in enumerate(match)}
    result = {}
    for row in rows:
        pairs = [(u, l) for u, a in enumerate(calculated) for l, b in enumerate(calculated)
                 if a["label"] == row["upper"] and b["label"] == row["lower"]
                 and abs(energy[u] - energy[l] - float(row["dE_cm-1"])) < 0.11]
        if len(pairs) != 1:
            raise SystemExit(f"row {row} fits {len(pairs)} pairs of levels")
        if not all(c in measured_of for c in pairs[0]):
            continue
        upper, lower = sorted((measured_of[c] for c in pairs[0]), reverse=True)
        values = [float(row[key]) for key in ("U2", "U4", "U6", "|<L+2S>|^2_hbar2")]
        if max(values) > SMALL:
            result[upper, lower] = values
    return result


def plain(x, digits):
    return f"{x:.{digits}f}".rstrip("0").rstrip(".") or "0"


def write(ion, folder, out):
    electrons, default, levels = ENERGY[ion]
    calculated = read(folder / f"f4n_{ion}_levels.csv")
    match = matched(levels, calculated)
    pairs = strengths(read(folder / f"f4n_{ion}_U2U4U6.csv"), calculated, match)
    ground = levels[0][2]
    note = "The data file names no origin. Barycentres scatter by about this sigma between fluorides"
    if ground:
        note += f". Counted there from the lowest Stark level; {ground} cm^-1 subtracted"
    if ion == "Tm":
        note += ". 1I6 and 3P0 are exchanged there"
    text = [
        f"# {ion}3+, 4f{electrons}. Written by tools/ion_data.py.",
        f'symbol = "{ion}"',
        f"f_electrons = {electrons}",
        f"default_levels = {default}",
        "",
        "[levels]",
        'unit = "cm^-1"',
        "sigma = 50",
        'source = "nanoparticletools"',
        f'where = "species data of {ion}, energy levels"',
        'kind = "measured"',
        f'note = "{note}"',
        "rows = [",
    ]
    for (label, J, energy), c in zip(levels, match):
        value = float(calculated[c]["energy_cm-1_above_ground_level"])
        text.append(f'  {{ label = "{label}", J = {plain(J, 1)}, energy = {energy - ground}, calculated = {plain(value, 1)} }},')
    text += [
        "]",
        "",
        "[strengths]",
        'source = "carnall1989"',
        'where = "Table I, free-ion parameters for LaF3"',
        'kind = "calculated"',
        'note = "Intermediate coupling in 4f^n with F2, F4, F6, alpha, beta, gamma and zeta; the paper gives the parameters, the matrix elements are computed from them"',
        "rows = [",
    ]
    for (upper, lower), (U2, U4, U6, MD) in sorted(pairs.items()):
        md = f", MD = {plain(MD, 6)}" if MD > SMALL else ""
        text.append(f'  {{ upper = "{levels[upper][0]}", lower = "{levels[lower][0]}", '
                    f'U = [{plain(U2, 5)}, {plain(U4, 5)}, {plain(U6, 5)}]{md} }},')
    text.append("]\n")
    (out / f"{ion}.toml").write_text("\n".join(text))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    for name in ENERGY:
        write(name, Path(sys.argv[1]), Path(sys.argv[2]))

"""scripts/bench [--runs N] [--quick] [MEASUREMENT...]: the figures of docs/performance.md.

Every comparison runs both sides in turn in the same run, so that a noisy machine disturbs both; what is printed are
medians. CPU is the sender's own, user and system. The daemon's figures include its start, and every outcome is
committed with fsync (SQLite WAL, synchronous=FULL) before the run counts as ended.
With no MEASUREMENT named all of them run and docs/performance.md and .svg are written anew.
Environment: BENCH_DIR (where the databases stand; a new folder in /tmp).
"""
import argparse

import measurements
import report


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("measurement", nargs="*", help=", ".join(measurements.ALL))
    parser.add_argument("--runs", type=int, default=5, help="how often each is measured (5)")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the sizes: to try it out")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md though not all was measured")
    options = parser.parse_args()
    if unknown := set(options.measurement) - set(measurements.ALL):
        parser.error(f"no such measurement: {', '.join(unknown)}; there are {', '.join(measurements.ALL)}")
    part = 20 if options.quick else 1
    sizes = measurements.Sizes(runs=options.runs, messages=50_000 // part, signed=20_000 // part, distant=4_000 // part,
                               slow_disk=30_000 // part, many=1_000_000 // part, few=10_000 // part,
                               watched=50_000 // part, reports=100_000 // part,
                               leaving=500_000 // part, leaving_for=15 if part == 1 else 1)
    results = measurements.run(options.measurement or list(measurements.ALL), sizes)
    report.to_terminal(results)
    if options.write or not options.measurement and not options.quick:
        report.write(results, sizes)


main()

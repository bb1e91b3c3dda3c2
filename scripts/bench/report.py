"""Prints the measurements as a table, and writes docs/performance.md with its plot."""
import datetime
import html
import os
import pathlib
import platform
import subprocess

from scene import ROOT

DOCS = ROOT / "docs"
GREEN, RED, GREY, INK = "#3c8d5a", "#c05a45", "#8a8f98", "#24292f"


def number(value):
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 100 else f"{value:.3g}"


def target(row):
    if row.least is not None:
        return f"at least {number(row.least)} {row.unit}"
    return f"at most {number(row.most)} {row.unit}" if row.most is not None else ""


def verdict(row):
    if row.least is None and row.most is None:
        return ""
    if row.met:
        return "met"
    bound = row.least if row.least is not None else row.most
    return f"**missed by {abs(row.median - bound) / bound * 100:.0f} %**"


def to_terminal(results):
    for rows in results.values():
        for row in rows:
            spread = f"{number(min(row.values))} to {number(max(row.values))}" if len(row.values) > 1 else ""
            print(f"{row.what:60} {number(row.median):>9} {row.unit:6} {spread:20} {target(row):20} {verdict(row)}")


def machine():
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) / 2**20
    revision = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                              check=False).stdout.strip()
    return (f"{os.cpu_count()} × {model}, {memory:.0f} GiB, Linux {platform.release()}; revision {revision or 'unknown'}, "
            f"{datetime.date.today().isoformat()}")


def distances(rows):
    """The rates at a distance, a line for each round trip and kind of pipelining."""
    trips, counts, ways = (sorted({getattr(row, name) for row in rows}) for name in ("round_trip", "connections", "pipelining"))
    rate = {(row.round_trip, row.connections, row.pipelining): row.median for row in rows}
    lines = [f"| round trip | `pipelining` | {' | '.join(f'{count} connection' + 's' * (count > 1) for count in counts)} |",
             "|---|---|" + "---|" * len(counts)]
    for trip in trips:
        for way in reversed(ways):
            figures = " | ".join(f"{number(rate[trip, count, way])} /s" for count in counts)
            lines.append(f"| {trip} ms | `{way}` | {figures} |")
    return "\n".join(lines)


def at_a_distance(results):
    if "distant" not in results:
        return ""
    return f"""
## At a distance

Messages a second over relays that are so far away (a proxy holds every octet back for half of the round trip; one run each):

{distances(results["distant"])}

One connection carries a message in two round trips (`within`) or in one (`across`), so connections × 1 000 ÷ (2 or 1 × milliseconds) is what
to expect, until the machine or the relay has no more. [configuration.md](configuration.md#waiting-less-for-a-relay) says how many connections that makes.
"""


def table(results):
    lines = ["| what | median | of | target | |", "|---|---|---|---|---|"]
    for name, rows in results.items():
        if name == "distant":
            continue
        for row in rows:
            spread = f"{number(min(row.values))} to {number(max(row.values))}" if len(row.values) > 1 else "one run"
            lines.append(f"| {row.what} | {number(row.median)} {row.unit} | {spread} | {target(row)} | {verdict(row)} |")
    return "\n".join(lines)


def plot(results):
    """A bar for each target: its length is the reached share of the target; the line marks the target itself."""
    bars = []
    for rows in results.values():
        for row in rows:
            if row.least is not None:
                bars.append((row, row.median / row.least))
            elif row.most is not None:
                bars.append((row, row.most / row.median if row.median else 4.0))
    left, unit, height = 400, 160, 24
    width, tall = left + unit * 3 + 90, height * len(bars) + 60
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {tall}" font-family="sans-serif" '
             f'font-size="12" role="img" aria-label="What was measured, as multiples of the targets">',
             f'<rect width="{width}" height="{tall}" fill="#ffffff"/>']
    for index, (row, ratio) in enumerate(bars):
        y, shown = 40 + index * height, min(ratio, 3)
        parts.append(f'<text x="{left - 8}" y="{y + 13}" text-anchor="end" fill="{INK}">{html.escape(row.what)}</text>')
        parts.append(f'<rect x="{left}" y="{y + 2}" width="{shown * unit:.0f}" height="{height - 8}" rx="2" '
                     f'fill="{GREEN if row.met else RED}"/>')
        parts.append(f'<text x="{left + shown * unit + 6:.0f}" y="{y + 13}" fill="{INK}">{number(row.median)} '
                     f'{html.escape(row.unit)}</text>')
    parts.append(f'<line x1="{left + unit}" y1="28" x2="{left + unit}" y2="{tall - 16}" stroke="{GREY}" stroke-dasharray="4 3"/>')
    parts.append(f'<text x="{left + unit}" y="22" text-anchor="middle" fill="{GREY}">target (longer is better)</text></svg>')
    return "\n".join(parts) + "\n"


def write(results, sizes):
    profile = DOCS / "performance-profile.md"
    missed = [row for rows in results.values() for row in rows if not row.met]
    summary = "Every target is met." if not missed else (
        "Missed: " + "; ".join(f"{row.what} ({number(row.median)} {row.unit}, {target(row)})" for row in missed) + ".")
    (DOCS / "performance.svg").write_text(plot(results))
    (DOCS / "performance.md").write_text(f"""# Performance

Written by `./dev bench`. {summary}

![What was measured, as multiples of the targets](performance.svg)

{table(results)}
{at_a_distance(results)}
## How it was measured

- Machine: {machine()}.
- Durability: SQLite in WAL mode with `synchronous=FULL`. Every delivery is committed as `sending` before its envelope leaves and
  every outcome is committed with an fsync before a run counts as ended. smtp-source, nodemailer and libcurl's upload keep nothing.
  A reader is told that he has left after the commit of his departure, with its fsync; those who ask at the same moment share one.
- Sizes: {number(sizes.messages)} deliveries beside smtp-source, {number(sizes.signed)} signed, {number(sizes.distant)} over the slow
  wire, {number(sizes.slow_disk)} with slow syncs; messages of the size above, a text and an HTML part, personalised; 20 connections;
  Postfix's smtp-sink on loopback, without TLS.
- `pipelining: across`, which smtp-sink copes with; the default, `within`, where a line says so.
- Readers who leave: a mailing of {number(sizes.leaving)}, {sizes.leaving_for} s of it with wrk, which opens a connection for each departure, on the same cores.
- {sizes.runs} runs, each with both sides in turn; medians. A run of ours is the whole program, from its start to its exit.
- CPU is user and system time of the sending process. The sink's is not counted, but it shares the machine's cores.
- "Longest wait of another writer" is how long a second process, asking every millisecond as our own commands do, did not get the write lock during the fan-out.
- Reports: {number(sizes.reports)} of one mailing, each as Postfix writes them with the header of what was sent; two of five suppress an address, two count,
  one is about the sender. The rate is that of the whole daemon, which commits each fifty with an fsync before it moves them.
{profile.read_text() if profile.exists() else ""}""")

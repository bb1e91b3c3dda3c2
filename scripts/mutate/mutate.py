#!/usr/bin/python3
"""Puts small faults into lib/, one at a time, and tells which of them no test notices.

    mutate.py [--seed S] [PATH...] [N]    N faults (20) in these files or folders (lib/), drawn at random

The tests run without sanitizers: the file of the same name first, then all that depend on the library, up to the first that
fails or takes much longer than without the fault. build/mutate/verdicts keeps what was found for this commit: a run that
was stopped goes on, and one with more faults repeats nothing. scripts/mutate/equivalent lists the faults that change nothing,
each with its reason. Only sources are changed, no headers. Exits 1 if a fault survives that is not in that list.
"""
import argparse
import concurrent.futures
import dataclasses
import hashlib
import json
import os
import pathlib
import random
import shutil
import sys
import threading
import time

import mutations
from program import BUILD, OF_THE_PROGRAM, ROOT, Program, output_of, run

EQUIVALENT = pathlib.Path(__file__).resolve().parent / "equivalent"
VERDICTS = BUILD / "verdicts"


@dataclasses.dataclass(frozen=True)
class Mutant:
    source: pathlib.Path
    fault: mutations.Fault

    def text(self):
        return self.fault.applied_to(self.source.read_text(encoding="utf-8"))

    def place(self):
        original = self.source.read_text(encoding="utf-8")
        return f"{self.source.relative_to(ROOT)}:{original.count(chr(10), 0, self.fault.begin) + 1}"

    def lines(self):
        """The line of the fault, without and with it."""
        number = int(self.place().rpartition(":")[2]) - 1
        return tuple(text.split("\n")[number].strip() for text in (self.source.read_text(encoding="utf-8"), self.text()))

    def key(self, commit):
        return f"{commit} {self.source.relative_to(ROOT)} {self.fault.begin} {self.fault.end} {self.fault.new!r}"


def state_of_the_tree():
    """Names what is tested: the commit, and what was changed since."""
    changes = output_of("git", "diff", "HEAD", "--", "lib", "tests", "daemon")
    commit = output_of("git", "rev-parse", "--short=12", "HEAD").strip()
    return commit if not changes else f"{commit}+{hashlib.sha256(changes.encode()).hexdigest()[:8]}"


def equivalents():
    """(file, line with the fault) of each that is known to change nothing."""
    rows = [line.split(" | ") for line in EQUIVALENT.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    if short := [row for row in rows if len(row) < 3]:
        sys.exit(f"scripts/mutate/equivalent: expected FILE | LINE | REASON, got {short[0]}")
    return {(row[0], " | ".join(row[1:-1])) for row in rows}


class Trial:
    """Runs the tests against mutants, several at a time. Threads share it."""

    def __init__(self, program):
        self.program = program
        self.durations = {}
        self.one_at_a_time = threading.Lock()  # the cases of OF_THE_PROGRAM all start the same file

    def command(self, executable, *chosen):
        return [str(executable), "--abort", "-w", "NoTests", *chosen]

    def duration(self, target):
        """How long these tests take without a fault; ends the run if they fail."""
        if target not in self.durations:
            began = time.monotonic()
            if run(self.command(BUILD / "tests" / target), 1800, cwd=BUILD) != 0:
                sys.exit(f"{target} fails without any fault: mend that first")
            self.durations[target] = time.monotonic() - began
        return self.durations[target]

    def notices(self, target, source, object_file, folder):
        executable = folder / target
        self.program.link(target, object_file, executable)
        limit = 30 + 4 * self.duration(target)
        own = sorted((ROOT / "tests").glob(f"{self.program.library_of(source)}/**/{source.stem}_test.cpp"))
        if own and target.startswith(self.program.library_of(source)):
            chosen = ["--filenames-as-tags", f"[#{own[0].stem}]~[.]"]
            if run(self.command(executable, *chosen), limit, cwd=BUILD) != 0:
                return True
        return run(self.command(executable), limit, cwd=BUILD) != 0

    def program_notices(self, target, object_file, folder):
        """The same, with the fault in the program that the cases start."""
        with self.one_at_a_time:
            changed, kept = folder / "paperround", folder / "kept"
            self.program.link("paperround", object_file, changed)
            shutil.copy2(BUILD / "paperround", kept)
            limit = 30 + 4 * self.duration(target)
            try:
                os.replace(changed, BUILD / "paperround")
                return run(self.command(BUILD / "tests" / target), limit, cwd=BUILD) != 0
            finally:
                os.replace(kept, BUILD / "paperround")

    def verdict(self, mutant, folder):
        """"not a program", "survived", or the tests that noticed."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        object_file = self.program.compile(mutant.source, mutant.text(), folder)
        if object_file is None:
            return "not a program"
        for target in self.program.tests_of(mutant.source):
            if target in OF_THE_PROGRAM:
                noticed = self.program_notices(target, object_file, folder)
            else:
                noticed = self.notices(target, mutant.source, object_file, folder)
            if noticed:
                return target
        return "survived"


def drawn(paths, seed):
    """All faults of these files, in an order that the seed decides: each kind has the same chance, however common it is."""
    sources = sorted({source for path in paths for source in ([path] if path.is_file() else path.rglob("*.cpp"))})
    chance = random.Random(seed)
    by_kind = {}
    for source in sources:
        for fault in mutations.faults(source.read_text(encoding="utf-8")):
            by_kind.setdefault(fault.kind.removeprefix("SQL: "), []).append(Mutant(source, fault))
    for mutants in by_kind.values():
        chance.shuffle(mutants)
    while kinds := sorted(kind for kind, mutants in by_kind.items() if mutants):
        yield by_kind[chance.choice(kinds)].pop()


def main():
    parser = argparse.ArgumentParser(usage="./dev mutate [--seed S] [PATH...] [N]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("what", nargs="*")
    options = parser.parse_args()
    count = next((int(word) for word in options.what if word.isdecimal()), 20)
    paths = [ROOT / word for word in options.what if not word.isdecimal()] or [ROOT / "lib"]
    if strange := [path for path in paths if not path.exists() or not path.is_relative_to(ROOT / "lib")]:
        sys.exit(f"{strange[0]}: expected a source or folder below lib/")
    program = Program()
    program.build()
    commit = state_of_the_tree()
    known = {}
    if VERDICTS.exists():
        known = dict(json.loads(line) for line in VERDICTS.read_text(encoding="utf-8").splitlines())
    same = equivalents()
    trial, verdicts, waiting = Trial(program), {}, drawn(paths, options.seed)
    lock = threading.Lock()

    def work(number):
        while True:
            with lock:
                mutant = next(waiting, None) if sum(v != "not a program" for v in verdicts.values()) < count else None
                if mutant is None:
                    return
                verdicts[mutant] = "begun"
            if (str(mutant.source.relative_to(ROOT)), mutant.lines()[1]) in same:
                verdict = "equivalent"
            else:
                verdict = known.get(mutant.key(commit)) or trial.verdict(mutant, BUILD / f"changed-{number}")
            with lock:
                verdicts[mutant] = verdict
                with VERDICTS.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([mutant.key(commit), verdict]) + "\n")
                if verdict != "not a program":
                    print(f"{verdict:20} {mutant.place()}: {mutant.fault.kind}", flush=True)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in [pool.submit(work, number) for number in range(os.cpu_count())]:
            result.result()
    judged = {mutant: verdict for mutant, verdict in verdicts.items() if verdict not in ("not a program", "equivalent")}
    survivors = [mutant for mutant, verdict in judged.items() if verdict == "survived"]
    for mutant in sorted(survivors, key=Mutant.place):
        before, after = mutant.lines()
        print(f"\nsurvived: {mutant.place()}: {mutant.fault.kind}\n    - {before}\n    + {after}")
    print(f"\n{len(judged) - len(survivors)} of {len(judged)} faults were noticed; "
          f"{sum(verdict == 'equivalent' for verdict in verdicts.values())} change nothing (scripts/mutate/equivalent)")
    sys.exit(1 if survivors else 0)


main()

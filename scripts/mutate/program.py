"""Builds the tests without sanitizers, and again with one source replaced.

A changed source is compiled by itself and linked in front of the libraries: its symbols win over those of the archive that
holds the original (--allow-multiple-definition). So nothing else is compiled, and the build folder stays as it was.
"""
import json
import pathlib
import re
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build" / "mutate"
# Their cases start the program itself.
OF_THE_PROGRAM = ["engine_tests", "integration_tests"]


def run(command, seconds=None, **options):
    """The exit status, or None if it took longer."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True, **options)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        # Servers that a case has started are in its group, too.
        subprocess.run(["kill", "-KILL", "--", f"-{process.pid}"], check=False)
        process.wait()
        return None


def output_of(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


class Program:
    def __init__(self):
        self.targets = {path.parent.name + "_tests" for path in (ROOT / "tests").glob("*/*_test.cpp")}
        self.targets |= set(OF_THE_PROGRAM)
        self.links = {}
        self.units = []

    def build(self):
        subprocess.run(["cmake", "--preset", "mutate"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["cmake", "--build", str(BUILD), "--target", "paperround", *sorted(self.targets)], cwd=ROOT, check=True)
        entries = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
        self.units = [(pathlib.Path(entry["file"]), entry["command"]) for entry in entries]
        for target in ["paperround", *sorted(self.targets)]:
            last = output_of("ninja", "-C", str(BUILD), "-t", "commands", target).splitlines()[-1]
            # What follows the linker's command asks the new executable for its cases.
            self.links[target] = next(part for part in last.split(" && ") if " -o " in part)

    def library_of(self, source):
        return source.relative_to(ROOT / "lib").parts[0]

    def tests_of(self, source):
        """The executables that depend on this source: its own folder's first, those that start the program last."""
        library = self.library_of(source)
        archive = f"lib/libpaperround_{library}.a"
        users = [target for target in sorted(self.targets) if archive in self.links[target] and target not in OF_THE_PROGRAM]
        users.sort(key=lambda target: target != f"{library}_tests")
        return users + OF_THE_PROGRAM

    def compile_command(self, source, text_file, object_file):
        unit, command = next((unit, command) for unit, command in self.units
                             if f"paperround_{self.library_of(source)}.dir" in str(unit) or unit == source)
        words = shlex.split(command)
        words[words.index("-o") + 1] = str(object_file)
        words[words.index("-c") + 1] = str(text_file)
        return [word for word in words if not word.startswith("-Werror")] + ["-w"]

    def compile(self, source, text, folder):
        """The object file of this source with another text, or None if the compiler refuses it."""
        text_file = folder / source.name
        text_file.write_text(text, encoding="utf-8")
        object_file = folder / "changed.o"
        # 120 s: a change can make a constant expression endless.
        return object_file if run(self.compile_command(source, text_file, object_file), 120, cwd=BUILD) == 0 else None

    def link(self, target, object_file, executable):
        command = re.sub(r" -o \S+", lambda _: f" -o {executable} {object_file} -Wl,--allow-multiple-definition", self.links[target],
                         count=1)
        subprocess.run(shlex.split(command), cwd=BUILD, check=True, capture_output=True)

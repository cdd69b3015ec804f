#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Would the tests notice? Changes one token at random in a layer's sources and runs that layer's tests.

    tests/mutation/mutate.py --count 200 --seed 1                  all layers; may be stopped and called again
    tests/mutation/mutate.py --count 20 --seed 7 --layer imaging   one layer
    tests/mutation/mutate.py --seed 1 --report                     what is known so far, as a table
    tests/mutation/mutate.py --seed 1 --count 200 --list           which changes these are, without running anything
    tests/mutation/mutate.py --seed 1 --count 200 --commit 1a2b3c  goes on with an older commit

A change is one of: a relation (< <= > >= == !=), one more or one less (+ 1, - 1, a number), a negation (! added or
removed), a bool (true, false, && and ||). It is made in a copy of the committed tree below build/mutation, never in the
tree itself, and taken back before the next one, however that ends. The same seed, commit and layers give the same
changes; results are appended to build/mutation/SEED-COMMIT.jsonl, and what stands there is not done again.

The tests that are named like the changed file run first, then the quick ones, then the slow ones, up to the first
failure; all of them before a change has survived. How long each takes without any change is kept in
build/mutation/PRESET-COMMIT.seconds.json. One that takes ten times as long (20 s at least) hangs: the change is killed.

A survivor needs a test, or a reason why nothing differs. Exit code 1 when there was any.
"""
import argparse
import collections
import dataclasses
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYERS = {"imaging": "app/imaging", "core": "app/core", "transport": "app/transport", "http": "app/http",
          "netclient": "netclient", "netboot": "app/netboot"}

RELATIONS = ["<", "<=", ">", ">=", "==", "!="]
NEIGHBOURS = {"<": ["<=", ">"], "<=": ["<", ">="], ">": [">=", "<"], ">=": [">", "<="], "==": ["!="], "!=": ["=="]}

# What is no code: comments, string and character literals (raw ones included), preprocessor lines.
NO_CODE = re.compile(r'''//[^\n]* | /\*.*?\*/ | R"\((?:.*?)\)" | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])+' (?!\w) |
                         ^[ \t]*\#(?:\\\n|[^\n])*''', re.S | re.M | re.X)
# clang-format puts spaces around operators, and none around the brackets of templates.
RELATION = re.compile(r" (<=|>=|==|!=|<|>) ")
STEP = re.compile(r" ([+-]) 1\b(?![.'\w])")
NUMBER = re.compile(r"(?<![\w.'])(\d+)(?![\w.'])")
NEGATION = re.compile(r"(?<![\w!=])!(?=[\w:(*])")
CONDITION = re.compile(r"\b(?:if|while) \((?!const |auto |int |qint64 |quint\d+ |size_t |bool )")
BOOL = re.compile(r"\b(true|false)\b")
LOGIC = re.compile(r" (&&|\|\|)(?=\s)")


QUICK = 2  # seconds that a quick test takes at most
PATIENCE, LEAST_LIMIT = 10, 20  # a test may take so many times as long as without a change, and so many seconds

# What ctest says of a test that has ended, and of those that failed.
ENDED = re.compile(r"^ *\d+/\d+ Test +#\d+: (\S+) \.+.* ([\d.]+) sec", re.M)
FAILED = re.compile(r"^\s+\d+ - (\S+) \((.+?)\)", re.M)
# In ctest's list of tests: what follows is this tool's.
MARK = "\n# The order and the limits of tests/mutation\n"


@dataclasses.dataclass(frozen=True)
class Change:
    begin: int
    end: int
    new: str
    kind: str


def blanked(text):
    """The same length, with everything that is no code replaced by spaces."""
    return NO_CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def condition_end(code, begin):
    """The index of the bracket that closes the one at `begin`."""
    depth = 0
    for at in range(begin, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return at
    return -1


def changes_of(text):
    """Every single change that may be made in a source text."""
    code = blanked(text)
    found = []
    for m in RELATION.finditer(code):
        if code.startswith("template", code.rfind("\n", 0, m.start()) + 1):
            continue
        found += [Change(m.start(1), m.end(1), new, "relation") for new in NEIGHBOURS[m[1]]]
    for m in STEP.finditer(code):
        found.append(Change(m.start(1), m.end(1), "-" if m[1] == "+" else "+", "one more or less"))
        found.append(Change(m.start(), m.end(), "", "one more or less"))
    for m in NUMBER.finditer(code):
        found.append(Change(m.start(1), m.end(1), str(int(m[1], 0 if m[1] == "0" else 10) + 1), "one more or less"))
    for m in NEGATION.finditer(code):
        found.append(Change(m.start(), m.end(), "", "negation"))
    for m in CONDITION.finditer(code):
        end = condition_end(code, m.end() - 1)
        inside = code[m.end():end]
        if end > 0 and ";" not in inside and not re.search(r"[^=!<>]=[^=]", inside):
            found.append(Change(m.end(), end, f"!({text[m.end():end]})", "negation"))
    for m in BOOL.finditer(code):
        found.append(Change(m.start(), m.end(), "false" if m[1] == "true" else "true", "bool"))
    for m in LOGIC.finditer(code):
        found.append(Change(m.start(1), m.end(1), "||" if m[1] == "&&" else "&&", "bool"))
    return found


def line_of(text, change):
    return text.count("\n", 0, change.begin) + 1


def changed(text, change):
    return text[:change.begin] + change.new + text[change.end:]


def described(text, change):
    first, last = text.rfind("\n", 0, change.begin) + 1, text.find("\n", change.end)
    before = text[first:last]
    after = changed(text, change)[first:last + len(change.new) - (change.end - change.begin)]
    return " ".join(before.split()), " ".join(after.split())


def sources(tree, layer):
    return sorted(path.relative_to(tree).as_posix() for path in (tree / LAYERS[layer]).rglob("*.cpp"))


def pick(tree, layers, seed, index):
    """The change number `index`: the layer by turns, file and place by chance, files by their number of places."""
    chance = random.Random(f"{seed}/{index}")
    layer = layers[index % len(layers)]
    places = []
    for name in sources(tree, layer):
        places += [(name, change) for change in changes_of((tree / name).read_text())]
    kind = chance.choice(sorted({change.kind for _, change in places}))
    name, change = chance.choice([place for place in places if place[1].kind == kind])
    return layer, name, change


def words(name):
    """Of a file's or a test's name; backups.cpp and backup are the same one."""
    return {word.rstrip("s") for word in pathlib.PurePath(name).stem.split("_")}


def groups(tests, name, seconds):
    """All of the tests, those that are likely to notice a change of the file `name` soonest first."""
    shared = {test: len(words(test) & words(name)) for test in tests}
    ordered = sorted(tests, key=lambda test: (-shared[test], seconds[test], test))
    akin = [test for test in ordered if shared[test]]
    quick = [test for test in ordered if not shared[test] and seconds[test] <= QUICK]
    slow = [test for test in ordered if not shared[test] and seconds[test] > QUICK]
    return [group for group in (akin, quick, slow) if group]


def limit(seconds):
    return max(LEAST_LIMIT, round(PATIENCE * seconds))


def failures(output):
    return [test + " (timeout)" * (why == "Timeout") for test, why in FAILED.findall(output)]


def unpack(commit, folder):
    archive = subprocess.run(["git", "-C", ROOT, "archive", commit], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)


class Tree:
    """The copy in which changes are made, built and tested."""

    def __init__(self, folder, preset, jobs, exclude, kept):
        self.folder, self.preset, self.jobs, self.exclude = folder, preset, jobs, exclude
        self.binaries = folder / "build" / preset
        self.kept = kept
        self.seconds = json.loads(kept.read_text()) if kept.exists() else {}
        self.environment = {**os.environ, "CCACHE_BASEDIR": str(folder), "CCACHE_NOHASHDIR": "1", "LC_ALL": "C.UTF-8",
                            "CCACHE_SLOPPINESS": "pch_defines,time_macros"}

    def make(self, commit):
        """Of the commit, and only that: begins anew when it is of another one."""
        mark = self.folder / ".commit"
        if not mark.exists() or mark.read_text() != commit:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            unpack(commit, self.folder)
            mark.write_text(commit)
        if not (self.binaries / "build.ninja").exists():
            code, output = self.run("cmake", "--preset", self.preset, "--log-level=WARNING", "-DPS_WERROR=OFF")
            if code != 0:
                raise SystemExit(f"{commit[:12]} cannot be configured with the preset {self.preset}:\n{output[-3000:]}")

    def run(self, *command, timeout=None):
        done = subprocess.run(command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=timeout)
        return done.returncode, done.stdout

    def tests(self, layer):
        text = (self.folder / "tests" / layer / "CMakeLists.txt").read_text()
        names = re.findall(r"^\s*ps_test\((\w+)", text, re.M)
        return [name for name in names if not re.fullmatch(self.exclude, name)]

    def build(self, layer):
        targets = [word for name in self.tests(layer) for word in ("--target", "tst_" + name)]
        return self.run("cmake", "--build", "--preset", self.preset, "-j", str(self.jobs), *targets)

    def order(self, layer, tests):
        """Has ctest run these tests in this order and each within its limit.

        Neither can be said in the call: a test's own TIMEOUT goes before --timeout. In ctest's list what stands last holds.
        """
        path = self.binaries / "tests" / layer / "CTestTestfile.cmake"
        lines = [f"set_tests_properties({test} PROPERTIES COST {len(tests) - at} TIMEOUT {limit(self.seconds[test])})\n"
                 for at, test in enumerate(tests)]
        path.write_text(path.read_text().partition(MARK)[0] + MARK + "".join(lines))
        # It would begin with what failed last, and that was by another change.
        (self.binaries / "Testing" / "Temporary" / "CTestCostData.txt").unlink(missing_ok=True)

    def ctest(self, tests):
        pattern = "^(" + "|".join(tests) + ")$"
        return self.run("ctest", "--preset", self.preset, "-R", pattern, "-j", str(self.jobs), "--stop-on-failure",
                        "--no-tests=error")

    def check(self, layer):
        """(passed, the failed tests' names) without any change. Keeps how long each took the first time."""
        tests = self.tests(layer)
        if all(test in self.seconds for test in tests):
            self.order(layer, sorted(tests, key=lambda test: -self.seconds[test]))
        code, output = self.ctest(tests)
        if code == 0:
            self.seconds = {**{test: float(seconds) for test, seconds in ENDED.findall(output)}, **self.seconds}
            new = self.kept.with_suffix(".new")
            new.write_text(json.dumps(self.seconds, indent=1))
            new.replace(self.kept)
        return code == 0, failures(output)

    def test(self, layer, name):
        """(passed, the failed tests' names) after a change of the file `name`."""
        for tests in groups(self.tests(layer), name, self.seconds):
            self.order(layer, tests)
            code, output = self.ctest(tests)
            if code != 0:
                return False, failures(output)
        return True, []


def try_change(tree, layer, name, change):
    """killed, survived or does-not-build, and by what. The file is as before afterwards, whatever happens."""
    path = tree.folder / name
    text = path.read_text()
    try:
        path.write_text(changed(text, change))
        code, output = tree.build(layer)
        if "interrupted by user" in output:
            raise KeyboardInterrupt  # ninja's words; nothing is known of the change
        if code != 0:
            return "does-not-build", ""
        passed, failed = tree.test(layer, name)
        return ("survived", "") if passed else ("killed", " ".join(failed))
    finally:
        path.write_text(text)


def load(path):
    if not path.exists():
        return {}
    results = {}
    for line in path.read_text().splitlines():
        try:
            result = json.loads(line)
        except ValueError:
            continue  # cut off when it was stopped
        results[result["index"]] = result
    return results


def append(path, result):
    cut_off = path.exists() and not path.read_bytes().endswith(b"\n")
    with open(path, "a", encoding="utf-8") as file:
        file.write("\n" * cut_off + json.dumps(result) + "\n")


def report(results):
    table = collections.defaultdict(collections.Counter)
    for result in results.values():
        table[result["layer"]][result["result"]] += 1
        table["all"][result["result"]] += 1
    columns = ["killed", "survived", "does-not-build"]
    print(f"| {'layer':10} | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))
    for layer in [*LAYERS, "all"]:
        if layer in table:
            print(f"| {layer:10} | " + " | ".join(f"{table[layer][c]:>{len(c)}}" for c in columns) + " |")
    survivors = [result for result in results.values() if result["result"] == "survived"]
    for result in sorted(survivors, key=lambda r: (r["file"], r["line"])):
        print(f"\nsurvived: {result['file']}:{result['line']} ({result['kind']})\n  - {result['before']}\n  + {result['after']}")
    return survivors


def go(tree, layers, seed, count, record, results, tell=print):
    """Does what is not in `results` yet, and appends it to the file `record`."""
    checked = set()
    for index in range(count):
        if index in results:
            continue
        layer, name, change = pick(tree.folder, layers, seed, index)
        if layer not in checked:
            code, output = tree.build(layer)
            if code != 0:
                raise SystemExit(f"{layer} does not build as it is:\n{output[-3000:]}")
            passed, failed = tree.check(layer)
            if not passed:
                raise SystemExit(f"{layer}: these tests fail without any change: {' '.join(failed)}")
            checked.add(layer)
        text = (tree.folder / name).read_text()
        before, after = described(text, change)
        started = time.monotonic()
        result, by = try_change(tree, layer, name, change)
        results[index] = {"index": index, "layer": layer, "file": name, "line": line_of(text, change), "kind": change.kind,
                          "before": before, "after": after, "result": result, "by": by,
                          "seconds": round(time.monotonic() - started)}
        append(record, results[index])
        tell(f"{index}: {result:14} {name}:{line_of(text, change)} {before!r} -> {after!r} {by}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--layer", action="append", choices=list(LAYERS))
    parser.add_argument("--commit", default="HEAD", help="the one that is changed, when it is not the newest")
    parser.add_argument("--preset", default="mutation")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--exclude", default="", help="tests that are left out, a regular expression for whole names")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "mutation")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--report", action="store_true")
    arguments = parser.parse_args()
    layers = arguments.layer or list(LAYERS)
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--verify", arguments.commit + "^{commit}"], check=True,
                            stdout=subprocess.PIPE, text=True).stdout.strip()
    which = arguments.seed + ("-" + "-".join(layers) if arguments.layer else "")
    record = arguments.folder / f"{which}-{commit[:12]}.jsonl"
    if arguments.list:
        with tempfile.TemporaryDirectory() as folder:
            unpack(commit, folder)
            for index in range(arguments.count):
                layer, name, change = pick(pathlib.Path(folder), layers, arguments.seed, index)
                text = (pathlib.Path(folder) / name).read_text()
                before, after = described(text, change)
                print(f"{index}: {name}:{line_of(text, change)}\n  - {before}\n  + {after}")
        return 0
    results = load(record)
    if not arguments.report:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        kept = arguments.folder / f"{arguments.preset}-{commit[:12]}.seconds.json"
        tree = Tree(arguments.folder / "tree", arguments.preset, arguments.jobs, arguments.exclude, kept)
        tree.make(commit)
        go(tree, layers, arguments.seed, arguments.count, record, results)
    return 1 if report(results) else 0


if __name__ == "__main__":
    sys.exit(main())

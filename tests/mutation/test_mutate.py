# SPDX-License-Identifier: GPL-3.0-or-later
"""What mutate.py finds in a source, and that it puts back, records and resumes."""
import json
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

import mutate

SOURCE = '''// SPDX: if (a < b) true
#include <x> // 1
#define LIMIT 5
template<class T, int n = 3>
bool f(int a)
{
    const char *text = "a < 1 && true";
    const char letter = '1';
    if (a < 10 && !done(a))
        return false; /* a == b */
    return a - 1 == LIMIT;
}
'''


def afters(text):
    return [mutate.described(text, change)[1] for change in mutate.changes_of(text)]


class FinderTest(unittest.TestCase):
    def test_every_kind(self):
        found = afters(SOURCE)
        for expected in ("if (a <= 10 && !done(a))", "if (a > 10 && !done(a))", "if (a < 11 && !done(a))",
                         "if (a < 10 && done(a))", "if (a < 10 || !done(a))", "if (!(a < 10 && !done(a)))",
                         "return true; /* a == b */", "return a + 1 == LIMIT;", "return a == LIMIT;",
                         "return a - 1 != LIMIT;"):
            self.assertIn(expected, found)

    def test_what_is_no_code_stays(self):
        for change in mutate.changes_of(SOURCE):
            after = mutate.changed(SOURCE, change)
            for kept in ("// SPDX: if (a < b) true", "#include <x> // 1", "#define LIMIT 5", '"a < 1 && true"', "'1'",
                         "/* a == b */"):
                self.assertIn(kept, after, change)

    def test_templates_and_declarations_are_no_conditions(self):
        text = "    if (const auto x = f(); !x)\n    std::vector<int> list;\n    while (int y = g()) h();\n"
        self.assertEqual([mutate.changed(text, c) for c in mutate.changes_of(text)],
                         [text.replace("!x", "x")])

    def test_the_tree_has_places_in_every_layer(self):
        for layer in mutate.LAYERS:
            layer, name, change = mutate.pick(mutate.ROOT, [layer], "1", 0)
            text = (mutate.ROOT / name).read_text()
            self.assertNotEqual(mutate.changed(text, change), text)

    def test_the_same_seed_is_the_same_change(self):
        layers = list(mutate.LAYERS)
        self.assertEqual(mutate.pick(mutate.ROOT, layers, "1", 3), mutate.pick(mutate.ROOT, layers, "1", 3))
        self.assertEqual(mutate.pick(mutate.ROOT, layers, "1", 3)[0], layers[3])


class OrderTest(unittest.TestCase):
    SECONDS = {"backup_path": 6.6, "backup_sink": 10.7, "chunk_list": 0.1, "files": 2.0, "station": 6.2, "store": 2.1}

    def groups(self, name):
        return mutate.groups(list(self.SECONDS), name, self.SECONDS)

    def test_named_alike_then_quick_then_slow(self):
        self.assertEqual(self.groups("app/core/backup_sink.cpp"),
                         [["backup_sink", "backup_path"], ["chunk_list", "files"], ["store", "station"]])

    def test_more_words_go_before_fewer_seconds_and_a_plural_is_the_same_word(self):
        self.assertEqual(self.groups("app/core/station_backups.cpp")[0], ["station", "backup_path", "backup_sink"])
        self.assertEqual(self.groups("app/core/backup_path.cpp")[0], ["backup_path", "backup_sink"])
        self.assertEqual(self.groups("app/core/import/source_file.cpp")[0], ["files"])

    def test_a_folder_is_no_word(self):
        self.assertEqual(mutate.words("app/store/chunk_list.cpp"), {"chunk", "list"})

    def test_every_test_is_in_one_group(self):
        for name in ("backup_sink.cpp", "sum.cpp", "chunk_station_backup_file_store.cpp"):
            self.assertEqual(sorted(sum(self.groups(name), [])), sorted(self.SECONDS))
            self.assertNotIn([], self.groups(name))

    def test_limits(self):
        self.assertEqual([mutate.limit(seconds) for seconds in (0, 0.5, 2, 2.1, 30)], [20, 20, 20, 21, 300])


LIST = """# CMake generated Testfile for
add_test([=[a_one]=] "/tst_a_one")
set_tests_properties([=[a_one]=] PROPERTIES  TIMEOUT "120")
add_test([=[two]=] "/tst_two")
set_tests_properties([=[two]=] PROPERTIES  TIMEOUT "120")
"""

PASSED = """Test project /build
    Start 7: a_one
    Start 8: two
1/2 Test  #8: two ..............   Passed    0.25 sec
2/2 Test #7: a_one ............   Passed   12.50 sec

100% tests passed, 0 tests failed out of 2
"""

HUNG = """1/1 Test  #7: a_one ............***Timeout  125.02 sec

0% tests passed, 1 tests failed out of 1

The following tests FAILED:
	  7 - a_one (Timeout)
Errors while running CTest
"""


class CallTest(unittest.TestCase):
    """What is asked of ctest, and what its words are taken for."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        sources = self.folder / "tree" / "tests" / "core"
        sources.mkdir(parents=True)
        (sources / "CMakeLists.txt").write_text("ps_test(a_one LINK ps_core)\nps_test(two LINK ps_core TIMEOUT 300)\n")
        self.list = self.folder / "tree" / "build" / "p" / "tests" / "core" / "CTestTestfile.cmake"
        self.list.parent.mkdir(parents=True)
        self.list.write_text(LIST)
        self.tree = self.new_tree()

    def new_tree(self):
        tree = mutate.Tree(self.folder / "tree", "p", 2, "", self.folder / "p.seconds.json")
        tree.run = self.run_ctest
        self.calls, self.answers = [], []
        return tree

    def run_ctest(self, *command):
        self.calls.append((command[command.index("-R") + 1], self.list.read_text()))
        return self.answers.pop(0)

    def checked(self):
        self.answers = [(0, PASSED)]
        self.assertEqual(self.tree.check("core"), (True, []))

    def test_how_long_they_took_is_kept_from_the_first_run(self):
        self.checked()
        self.assertEqual(self.calls, [("^(a_one|two)$", LIST)])
        self.assertEqual(self.tree.seconds, {"a_one": 12.5, "two": 0.25})
        self.tree = self.new_tree()
        self.answers = [(0, PASSED.replace("12.50", "99.00"))]
        self.tree.check("core")
        self.assertIn("a_one PROPERTIES COST 2 TIMEOUT 125)", self.calls[0][1])
        self.assertEqual(json.loads(self.tree.kept.read_text()), {"a_one": 12.5, "two": 0.25})

    def test_a_failed_run_says_nothing_of_how_long_they_take(self):
        self.answers = [(8, HUNG)]
        self.assertEqual(self.tree.check("core"), (False, ["a_one (timeout)"]))
        self.assertFalse(self.tree.kept.exists())

    def test_a_call_for_each_group(self):
        self.checked()
        self.answers = [(0, ""), (0, "")]
        self.assertEqual(self.tree.test("core", "app/core/ones.cpp"), (True, []))
        lines = LIST + mutate.MARK
        self.assertEqual(self.calls[1:],
                         [("^(a_one)$", lines + "set_tests_properties(a_one PROPERTIES COST 1 TIMEOUT 125)\n"),
                          ("^(two)$", lines + "set_tests_properties(two PROPERTIES COST 1 TIMEOUT 20)\n")])

    def test_ends_with_the_group_that_fails(self):
        self.checked()
        self.answers = [(0, ""), (8, HUNG)]
        self.assertEqual(self.tree.test("core", "app/core/other.cpp"), (False, ["a_one (timeout)"]))
        self.assertEqual([pattern for pattern, _ in self.calls[1:]], ["^(two)$", "^(a_one)$"])
        self.answers = [(8, HUNG.replace("Timeout", "SEGFAULT"))]
        self.assertEqual(self.tree.test("core", "app/core/one.cpp"), (False, ["a_one"]))

    def test_what_failed_last_does_not_come_first(self):
        self.checked()
        costs = self.list.parents[2] / "Testing" / "Temporary" / "CTestCostData.txt"
        costs.parent.mkdir(parents=True)
        costs.write_text("a_one 1 12.5\n---\na_one\n")
        self.answers = [(0, ""), (0, "")]
        self.tree.test("core", "app/core/other.cpp")
        self.assertFalse(costs.exists())


class CommitTest(unittest.TestCase):
    def test_an_older_commit(self):
        with tempfile.TemporaryDirectory() as folder:
            root, tree = pathlib.Path(folder) / "root", pathlib.Path(folder) / "tree"

            def git(*words):
                return subprocess.run(["git", "-C", root, "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True,
                                      stdout=subprocess.PIPE, text=True).stdout.strip()
            root.mkdir()
            tree.mkdir()
            git("init", "-q")
            for text in ("older", "newer"):
                (root / "a.cpp").write_text(text)
                git("add", ".")
                git("commit", "-q", "-m", text)
            with mock.patch.object(mutate, "ROOT", root):
                mutate.unpack(git("rev-parse", "HEAD~1"), tree)
            self.assertEqual((tree / "a.cpp").read_text(), "older")


class FakeTree:
    """Its "test" passes as long as the source has no "<=" in it; "+" does not build."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.source = self.folder / mutate.LAYERS["core"] / "a.cpp"
        self.source.parent.mkdir(parents=True)
        self.source.write_text("    return a < 10;\n    return b - 1;\n")
        self.seen = []

    def build(self, _layer):
        return (1 if "+" in self.source.read_text() else 0), ""

    def check(self, layer):
        return self.test(layer, "")

    def test(self, _layer, _name):
        text = self.source.read_text()
        self.seen.append(text)
        if "> 10" in text:
            raise KeyboardInterrupt
        return "<=" not in text, ["tst"] if "<=" in text else []


class RunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = FakeTree(folder.name)
        self.text = self.tree.source.read_text()
        self.record = self.tree.folder / "record.jsonl"

    def change(self, after):
        return next(c for c in mutate.changes_of(self.text) if after in mutate.changed(self.text, c))

    def test_results_and_the_file_is_put_back(self):
        for after, expected in (("<= 10", "killed"), ("b + 1", "does-not-build"), ("return b;", "survived")):
            self.assertEqual(mutate.try_change(self.tree, "core", "app/core/a.cpp", self.change(after))[0], expected)
            self.assertEqual(self.tree.source.read_text(), self.text)
        with self.assertRaises(KeyboardInterrupt):
            mutate.try_change(self.tree, "core", "app/core/a.cpp", self.change("> 10"))
        self.assertEqual(self.tree.source.read_text(), self.text)

    def run_all(self, count, seed):
        results = mutate.load(self.record)
        try:
            mutate.go(self.tree, ["core"], seed, count, self.record, results, tell=lambda *_, **__: None)
        except KeyboardInterrupt:
            return None
        return results

    def test_goes_on_where_it_was(self):
        seed = next(s for s in map(str, range(50)) if all(
            "> 10" not in mutate.changed(self.text, mutate.pick(self.tree.folder, ["core"], s, i)[2]) for i in range(6)))
        first = self.run_all(3, seed)
        self.assertEqual(sorted(first), [0, 1, 2])
        self.record.write_bytes(self.record.read_bytes() + b'{"index": 3, "cut off')
        again = self.run_all(6, seed)
        self.assertEqual(sorted(again), list(range(6)))
        self.assertEqual([again[i] for i in range(3)], [first[i] for i in range(3)])
        self.assertEqual(mutate.load(self.record), again)

    def test_a_layer_that_fails_as_it_is_is_not_changed(self):
        self.tree.source.write_text("    return a <= 10;\n")
        with self.assertRaises(SystemExit):
            self.run_all(1, "1")


if __name__ == "__main__":
    unittest.main()

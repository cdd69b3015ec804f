# SPDX-License-Identifier: GPL-3.0-or-later
"""What mutate.py finds in a source, and that it puts back, records and resumes."""
import pathlib
import tempfile
import unittest

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

    def test(self, _layer):
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

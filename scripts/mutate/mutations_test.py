#!/usr/bin/python3
"""What counts as a fault, and what is left alone."""
import unittest

import mutations


def changed(text):
    return {(fault.kind, fault.applied_to(text)) for fault in mutations.faults(text)}


def texts(text):
    return {new for _, new in changed(text)}


class FaultsTest(unittest.TestCase):
    def test_bounds_conditions_and_constants_are_changed(self):
        self.assertEqual(texts("if (a < 10 && b == c) f();"),
                         {"if (a <= 10 && b == c) f();", "if (a < 11 && b == c) f();", "if (a < 9 && b == c) f();",
                          "if (a < 10 || b == c) f();", "if (a < 10 && b != c) f();"})

    def test_least_and_most_change_places(self):
        self.assertIn(("least, most", "x = std::max(a, b);"), changed("x = std::min(a, b);"))

    def test_a_statement_and_a_branch_are_dropped(self):
        text = "void f() {\n    rows.push_back(1);\n    if (!rows) return;\n    count += 2;\n}\n"
        self.assertIn("void f() {\n    ;\n    if (!rows) return;\n    count += 2;\n}\n", texts(text))
        self.assertIn("void f() {\n    rows.push_back(1);\n    ;\n    count += 2;\n}\n", texts(text))
        self.assertIn("void f() {\n    rows.push_back(1);\n    if (!rows) return;\n    ;\n}\n", texts(text))

    def test_a_state_becomes_another_that_the_file_names(self):
        self.assertIn(("another state", "a(State::held); b(State::held);"), changed("a(State::sent); b(State::held);"))

    def test_conditions_of_sql_are_changed_in_each_part_of_the_literal(self):
        text = 'q("SELECT id FROM t "\n  "WHERE a = ?1 AND b <= ?2 ORDER BY c DESC")'
        self.assertIn(text.replace(" AND b <= ?2", ""), texts(text))
        self.assertIn(text.replace("AND", "OR"), texts(text))
        self.assertIn(text.replace("<=", "<"), texts(text))
        self.assertIn(text.replace("DESC", "ASC"), texts(text))

    def test_comments_messages_templates_and_assertions_are_left_alone(self):
        for text in ("// a < 1 && b == 2\n", 'say("a < 1 && true");', "#include <a1>\n", "std::vector<int> v;",
                     "static_assert(a == 1);", "auto&& x = y;", "'1'"):
            self.assertEqual(texts(text), set(), text)


unittest.main()

#!/usr/bin/python3
"""The demo's check must fail for every way in which mail can go wrong."""
import pathlib
import tempfile
import unittest

import maildir

PUBLISHED, OLD = "The first snow — late", "Counting swifts"
SUBSCRIBERS = ["ana@example.org", "bo@example.net"]


class CheckTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        (pathlib.Path(self.folder.name) / "new").mkdir()

    def mail(self, to, subject="=?utf-8?Q?The_first_snow_=E2=80=94_late?=", envelope=None):
        number = len(maildir.received(self.folder.name))
        (pathlib.Path(self.folder.name) / "new" / f"{number}.host").write_text(
            f"To: {to}\nSubject: {subject}\nX-RcptTo: {envelope or to}\n\nHello\n", encoding="ascii")

    def problems(self):
        return maildir.check(self.folder.name, SUBSCRIBERS, PUBLISHED, [OLD])

    def test_one_message_each_is_right(self):
        for address in SUBSCRIBERS:
            self.mail(address)
        self.assertEqual(self.problems(), [])

    def test_a_display_name_does_not_matter(self):
        self.mail('"Ana, the first" <ana@example.org>', envelope="ana@example.org")
        self.mail("bo@example.net")
        self.assertEqual(self.problems(), [])

    def test_an_empty_maildir_is_wrong(self):
        self.assertEqual(self.problems(), ["ana@example.org: no message", "bo@example.net: no message"])

    def test_a_missing_message_is_named(self):
        self.mail("ana@example.org")
        self.assertEqual(self.problems(), ["bo@example.net: no message"])

    def test_a_second_copy_is_named(self):
        for address in [*SUBSCRIBERS, "bo@example.net"]:
            self.mail(address)
        self.assertEqual(self.problems(), ["bo@example.net: 2 messages"])

    def test_a_stranger_is_named(self):
        for address in [*SUBSCRIBERS, "cy@example.com"]:
            self.mail(address)
        self.assertEqual(self.problems(), ["cy@example.com: mailed, and no subscriber"])

    def test_an_old_post_is_named_even_if_everybody_has_one_message(self):
        self.mail("ana@example.org")
        self.mail("bo@example.net", subject=OLD)
        self.assertEqual(self.problems(), ["1.host: the old post “Counting swifts” was mailed to bo@example.net"])

    def test_another_subject_is_named(self):
        self.mail("ana@example.org")
        self.mail("bo@example.net", subject="Hello")
        self.assertEqual(self.problems(), ["1.host: about “Hello”, not “The first snow — late”"])

    def test_a_message_delivered_to_someone_else_is_named(self):
        self.mail("ana@example.org")
        self.mail("bo@example.net", envelope="ana@example.org")
        self.assertEqual(
            self.problems(), ["1.host: To says ['bo@example.net'], but it was delivered to ana@example.org"])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""The runner itself: whatever becomes of the machine, a case that did not report has failed. No VM is started here."""

import io
import json
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from host.report import Report, listen  # noqa: E402


def end(case, state="ok", why=""):
    return [{"event": "begin", "case": case, "limit": 0}, {"event": "end", "case": case, "state": state, "why": why}]


def machine(*said, then=""):
    """A stand-in for QEMU: a shell that prints this, and does `then`."""
    lines = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in said)
    return ["/bin/sh", "-c", f"cat <<'END'\n{lines}END\n{then}"]


class Runner(unittest.TestCase):
    def hear(self, command, names=("a", "b"), seconds=20, **limits):
        self.said = io.StringIO()
        report = Report(names, self.said)
        report.missing(listen(command, report, seconds, **limits))
        return report.summary("test"), report.states

    def test_all_well(self):
        self.assertEqual(self.hear(machine(*end("a"), *end("b"), {"event": "done"})), (True, {"a": "ok", "b": "ok"}))

    def test_awaited_is_no_failure_and_alone_no_success(self):
        self.assertEqual(self.hear(machine(*end("a"), *end("b", "awaited", "x"), {"event": "done"})),
                         (True, {"a": "ok", "b": "awaited"}))
        self.assertFalse(self.hear(machine(*end("a", "awaited", "x"), {"event": "done"}), names=("a",))[0])

    def test_a_failure(self):
        self.assertEqual(self.hear(machine(*end("a", "FAIL", "because"), *end("b"), {"event": "done"})),
                         (False, {"a": "FAIL", "b": "ok"}))
        self.assertIn("| because", self.said.getvalue())

    def test_a_missing_result(self):
        self.assertEqual(self.hear(machine(*end("a"), {"event": "done"})), (False, {"a": "ok", "b": "FAIL"}))

    def test_a_machine_that_crashes(self):
        good, states = self.hear(machine(*end("a"), end("b")[0]))
        self.assertEqual((good, states), (False, {"a": "ok", "b": "FAIL"}))
        self.assertIn("the machine ended", self.said.getvalue())

    def test_a_machine_that_hangs_is_ended(self):
        for limits in ({"ready": 2, "late": 1}, {"seconds": 3}):
            began = time.monotonic()
            good, states = self.hear(machine(*end("a"), end("b")[0], then="sleep 60"), **limits)
            self.assertEqual((good, states), (False, {"a": "ok", "b": "FAIL"}))
            self.assertLess(time.monotonic() - began, 20)

    def test_a_machine_that_never_came_up(self):
        self.assertEqual(self.hear(["/bin/false"]), (False, {"a": "FAIL", "b": "FAIL"}))

    def test_reports_that_nobody_asked_for(self):
        good, states = self.hear(machine(*end("a"), *end("b"), *end("c"), "no json", {"event": "done"}))
        self.assertFalse(good)
        self.assertEqual(states["c"], "FAIL")
        self.assertFalse(self.hear(machine(*end("a", "fine"), *end("b"), {"event": "done"}))[0])
        self.assertFalse(self.hear(machine(*end("a"), *end("a"), *end("b"), {"event": "done"}))[0], "twice")


if __name__ == "__main__":
    unittest.main()

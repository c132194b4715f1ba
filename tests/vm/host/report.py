"""What the guest says, as one line a case; and who has not been heard of."""

import sys
import time

from . import escapes
from .machine import Machine

# To boot and to install hardened; and what a case may be late, since the guest itself ends it in time.
READY_SECONDS, LATE_SECONDS = 900, 120


class Report:
    def __init__(self, names, out=sys.stdout):
        self.names, self.out = list(names), out
        self.states, self.tables, self.current = {}, {}, None
        self.width = max(map(len, self.names), default=0)
        self.colour = out.isatty()
        self.began = self.case_began = time.monotonic()

    def line(self, name, state, seconds=None, why=""):
        self.states[name] = state
        shown = f"{state:<7}"
        if self.colour:
            shown = f"\033[{ {'ok': 32, 'FAIL': 31}.get(state, 33) }m{shown}\033[0m"
        took = "" if seconds is None else f"{seconds:6.1f} s"
        tail = f"  ({why})" if state == "awaited" else ""
        print(f"{shown} {name:<{self.width}} {took}{tail}".rstrip(), file=self.out)
        if state == "FAIL":
            print("\n".join("        | " + text for text in why.strip().splitlines()), file=self.out)
        self.out.flush()

    def hear(self, message):
        event = message["event"]
        if event == "begin":
            # By the host's clock: that of an emulated processor loses time when it is not given any.
            self.current, self.case_began = message["case"], time.monotonic()
        elif event == "end":
            self.current, took = None, time.monotonic() - self.case_began
            known = message["state"] in ("ok", "FAIL", "awaited") and message["case"] in self.names
            if known and message["case"] not in self.states:
                self.line(message["case"], message["state"], took, message["why"])
            else:
                self.line(message["case"], "FAIL", why=f"an unexpected report: {message}")
        elif event == "installed":
            print(f"        ready after {time.monotonic() - self.began:.0f} s", file=self.out, flush=True)
        elif event == "row":
            self.tables.setdefault(message["table"], []).append(message["cells"])
        elif event == "broken":
            print(f"        the VM could not be made ready: {message['why']}", file=self.out, flush=True)
        elif event == "noise":
            print(f"        | {message['text']}", file=self.out, flush=True)

    def missing(self, why):
        for name in self.names:
            if name not in self.states:
                self.line(name, "FAIL", why=why if name == self.current else f"it never ran: {why}")

    def print_tables(self):
        for title, rows in self.tables.items():
            heads = list(dict.fromkeys(key for row in rows for key in row))
            cells = [heads] + [[str(row.get(key, "")) for key in heads] for row in rows]
            widths = [max(len(row[n]) for row in cells) for n in range(len(heads))]
            print(f"\n{title}", file=self.out)
            for row in cells:
                print("  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths)).rstrip(), file=self.out)

        if rows := self.tables.get("escapes"):
            proved = [row for row in rows if row["proved"]]
            for kind, (count, today, awaited) in escapes.counts((row["class"], row["awaited"]) for row in proved).items():
                print(f"  {kind}: {count} techniques as expected: {today} {escapes.MEANING[kind]}; {awaited} awaited", file=self.out)
            print(f"  {len(rows) - len(proved)} not as expected", file=self.out)

    def summary(self, boot):
        count = {state: list(self.states.values()).count(state) for state in ("ok", "awaited", "FAIL")}
        good = count["FAIL"] == 0 and count["ok"] > 0
        print(f"\nVM ({boot}): {count['ok']} ok, {count['awaited']} awaited, {count['FAIL']} failed "
              f"of {len(self.names)} cases in {time.monotonic() - self.began:.0f} s", file=self.out, flush=True)
        return good


def listen(command, report, seconds, ready=READY_SECONDS, late=LATE_SECONDS):
    """Runs the machine until it says that it is done, dies, or is silent for too long; returns which, for those cases
    that did not report."""
    end, silence = time.monotonic() + seconds, time.monotonic() + ready
    with Machine(command) as vm:
        for message in vm.messages(lambda: min(silence, end)):
            if message is None:
                return f"the whole suite has {seconds} s" if time.monotonic() >= end else "nothing more was heard of the VM"
            report.hear(message)
            if message["event"] == "done":
                return "the VM is done and reported nothing of it"
            silence = time.monotonic() + message.get("limit", ready) + late
    return "the machine ended"

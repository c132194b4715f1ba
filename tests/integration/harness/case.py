"""A test program: unittest, and one private engine for all of its tests.

    class Update(EngineCase):
        def test_it(self):
            with self.engine.start("hardened") as box: ...

    if __name__ == "__main__":
        main()
"""

import sys
import unittest

from .engine import Engine, need_world
from .install import install


class EngineCase(unittest.TestCase):
    policies = ("observe",)  # beside policy.yaml: hardened-observe reads observe.yaml
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.engine = Engine(install(*cls.policies))
        cls.engine.__enter__()
        cls.addClassCleanup(cls.engine.stop)


def main():
    need_world()
    program = unittest.main(verbosity=2, exit=False)
    ran = program.result.testsRun - len(program.result.skipped)
    if ran == 0:
        print("no test ran: that is a failure too", file=sys.stderr)
        sys.exit(1)
    sys.exit(0 if program.result.wasSuccessful() else 1)

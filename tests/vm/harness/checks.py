"""Assertions that say what they saw: python's own `assert` would only say where."""

import re


def holds(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(seen, expected, what):
    if seen != expected:
        raise AssertionError(f"{what}: expected {expected!r}, saw {seen!r}")


def below(seen, most, what):
    """Sets: nothing is in the first that is not in the second."""
    if not set(seen) <= set(most):
        raise AssertionError(f"{what}: {sorted(set(seen) - set(most))} is more than allowed")


def matches(seen, pattern, what):
    if re.search(pattern, seen) is None:
        raise AssertionError(f"{what}: expected something like '{pattern}', saw {seen!r}")

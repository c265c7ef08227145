"""The parts of `make test`: each runs to its end, and one that fails fails the whole."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.side_by_side import APART, GIVE_WAY, PARTS, Part, run

ROOT = Path(__file__).parents[1]


def python(name: str, code: str) -> Part:
    return Part(name, (sys.executable, "-c", code))


def test_all_parts_run_to_their_end_and_print_in_one_piece(
    capfd: pytest.CaptureFixture[str],
) -> None:
    parts = [
        python(
            "one",
            "import sys; print('first', flush=True); print('wrong', file=sys.stderr); sys.exit(3)",
        ),
        python("two", "print('second')"),
        python("three", "import os; print(os.environ['OMP_WAIT_POLICY'])"),
    ]
    assert run(parts, lanes=1) == 1
    printed = capfd.readouterr().out
    assert printed.index("one: FAILED") < printed.index("first\nwrong\n")
    assert "two: passed" in printed
    assert "second\n" in printed
    assert "PASSIVE" in printed
    assert printed.endswith("FAILED: one\n")


def test_it_passes_where_every_part_does(capfd: pytest.CaptureFixture[str]) -> None:
    assert run([python("one", ""), python("two", "")]) == 0
    assert capfd.readouterr().out.endswith("All parts passed.\n")


def test_a_part_that_cannot_be_started_is_no_pass() -> None:
    with pytest.raises(OSError, match="no-such-program"):
        run([Part("none", ("no-such-program",))])


def test_no_test_is_left_out_or_run_twice() -> None:
    named = [
        argument
        for part in PARTS
        for argument in part.command
        if argument.startswith(("tests", "--ignore="))
    ]
    tests = [argument for argument in named if not argument.startswith("--")]
    left_out = [argument.partition("=")[2] for argument in named if argument.startswith("--ignore")]
    assert sorted(tests) == sorted(["tests", *APART])
    assert sorted(left_out) == sorted(APART)
    assert all((ROOT / path).exists() for path in APART)


def test_whatever_runs_beside_the_browser_gives_way_to_it() -> None:
    browser, *others = PARTS
    assert browser.name == "browser"
    assert GIVE_WAY[0] not in browser.command
    assert all(part.command[: len(GIVE_WAY)] == GIVE_WAY for part in others)

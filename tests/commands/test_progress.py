"""The progress bar."""

import io

import pytest

from tts.commands import progress
from tts.commands.progress import Progress, clock, describe
from tts.synthesizer import Word


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


WORDS = (Word("one", 0.1, 0.4, (0, 250)), Word("two", 0.5, 0.9, (251, 500)))


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.4, "0:59"), (60, "1:00"), (3599.6, "1:00:00"), (36_061, "10:01:01")]
)
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_describe() -> None:
    assert describe(65, 250, 1000, 10) == "[######..................]  25%  1:05 of speech, 0:30 left"
    assert describe(65, 0, 1000, 10) == describe(65, 10, None, 10) == "1:05 of speech"
    assert describe(1, 1200, 1000, 10).startswith("[########################] 100%")


def test_counts_what_was_heard_and_clears_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    terminal = Terminal()
    with Progress(terminal, 500) as bar:
        bar.update(0.08, WORDS)
        bar.update(0.6, ())
    lines = terminal.getvalue().split(progress.CLEAR_LINE)
    assert lines[1] == "0:00 of speech" and " 50%" in lines[2] and lines[-1] == ""


@pytest.mark.parametrize(
    ("stream", "total", "wanted"), [(io.StringIO(), 9999, True), (Terminal(), 20, True), (Terminal(), 9999, False)]
)
def test_quiet_where_nobody_waits(
    stream: io.StringIO, total: int, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    with Progress(stream, total, wanted) as bar:
        bar.update(1.0, WORDS)
    assert stream.getvalue() == ""

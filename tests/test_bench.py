"""The bench: its arithmetic, and that it runs."""

import json

import pytest

from tts.bench import SENTENCE, percentile
from tts.cli import main


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3.0], 50, 3.0), ([4, 1, 3, 2], 50, 2), ([4, 1, 3, 2], 95, 4), (list(range(1, 101)), 95, 95), ([1, 2], 0, 1)],
)
def test_percentile(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_the_sentence_has_the_length_the_figures_are_for() -> None:
    assert len(SENTENCE) == 60


def test_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "say", "--runs", "2", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["runs"] == 2
    assert 0 < figures["first_block_p50_ms"] <= figures["first_block_p95_ms"]
    assert 0 < figures["rtf"] and 0 <= figures["leading_silence_ms"] < 1000


def test_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "start", "--runs", "1", "--voice", "dora"]) == 0
    figures = dict(line.split() for line in capsys.readouterr().out.splitlines())
    assert float(figures["first_sample_p50_s"]) > 0 and float(figures["audible_p50_s"]) > 0


@pytest.mark.parametrize("what", ["say", "start"])
def test_mistakes(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", what, "--runs", "0"]) == 2
    assert main(["bench", what, "--runs", "1", "--voice", "nobody"]) == 2
    zero, nobody = capsys.readouterr().err.splitlines()
    assert zero.startswith("tts: error: runs is 0") and nobody.startswith("tts: error: unknown voice 'nobody'")

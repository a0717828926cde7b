"""Letter rules learnt from a toy dictionary say its words, and survive the trip to disk."""

from pathlib import Path

import pytest

from training.letters import train
from training.trees import Growth
from tts.errors import CheckpointError
from tts.text.letters import LetterRules, features, vowel_groups

TOY = {"bat": "bˈæt", "bate": "bˈAt", "cat": "kˈæt", "cate": "kˈAt", "mat": "mˈæt", "mate": "mˈAt", "cab": "kˈæb",
       "tab": "tˈæb", "tabe": "tˈAb", "cot": "kˈɑt", "cote": "kˈOt", "mot": "mˈɑt", "mote": "mˈOt"}  # fmt: skip


@pytest.fixture()
def rules(tmp_path: Path) -> LetterRules:
    path = tmp_path / "toy.bin"
    path.write_bytes(train(TOY | {word + word: phones + phones[0] + phones[2:] for word, phones in TOY.items()} | TOY,
                           Growth(1, 0.1)))  # fmt: skip
    return LetterRules(path)


def test_toy_words_and_a_new_one(rules: LetterRules) -> None:
    assert {word: rules.phones(word) for word in TOY} == TOY
    assert rules.phones("tat") == "tˈæt"
    assert rules.phones("") == ""
    assert rules.phones("c-a'b!") == "kˈæb"


def test_damage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.bin"
    with pytest.raises(CheckpointError, match="cannot read"):
        LetterRules(path)
    path.write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="holds no letter rules"):
        LetterRules(path)
    path.write_bytes(train(TOY, Growth(1, 0.1))[:40])
    with pytest.raises(CheckpointError, match="damaged"):
        LetterRules(path)


def test_features_see_letters_and_past_but_not_future_sounds() -> None:
    assert features("cat", 1, [4], False) != features("cat", 1, [5], False)
    assert features("cat", 1, [4], False) != features("cab", 1, [4], False)
    assert features("cat", 1, [4], False) != features("cat", 1, [4], True)
    assert [vowel_groups(word) for word in ("", "b", "aa", "banana", "beau")] == [0, 0, 1, 3, 1]

"""The packed lexicon gives back what was packed; the user's lexicon names its bad lines."""

import random
from pathlib import Path

import pytest

from tts.errors import CheckpointError, TextError
from tts.text.lexicon import BLOCK_WORDS, PackedLexicon, UserLexicon, check_phones, data_dir, fold, pack


def random_entries(count: int) -> dict[str, str]:
    source = random.Random(7)
    return {
        "".join(source.choices("abcdefghij'", k=source.randint(1, 12))): "".join(source.choices("abdˈəɹʤ", k=5))
        for _ in range(count)
    }


@pytest.mark.parametrize("count", [1, 2, BLOCK_WORDS, BLOCK_WORDS + 1, 3 * BLOCK_WORDS])
def test_packing_loses_nothing(tmp_path: Path, count: int) -> None:
    entries = random_entries(count)
    path = tmp_path / "some.lex"
    path.write_bytes(pack(entries.items()))
    lexicon = PackedLexicon(path)
    assert dict(lexicon.items()) == entries
    assert all(lexicon.get(word) == phones for word, phones in entries.items())


@pytest.mark.parametrize("word", ["", "a", "zzz", "aab~", "é"])
def test_absent_words_are_absent(tmp_path: Path, word: str) -> None:
    path = tmp_path / "some.lex"
    path.write_bytes(pack([("aaa", "ə"), ("aac", "ɪ"), ("mm", "m")]))
    assert PackedLexicon(path).get(word) is None
    assert word not in PackedLexicon(path)


def test_damage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "some.lex"
    with pytest.raises(CheckpointError, match="cannot read the lexicon .*some.lex"):
        PackedLexicon(path)
    path.write_bytes(b"hello")
    with pytest.raises(CheckpointError, match="not a packed lexicon"):
        PackedLexicon(path)
    whole = pack(random_entries(50).items())
    path.write_bytes(whole[:20])
    with pytest.raises(CheckpointError, match="damaged"):
        PackedLexicon(path)
    path.write_bytes(whole[:-40] + bytes(40))
    with pytest.raises(CheckpointError, match="damaged in block 0"):
        PackedLexicon(path).get("a")


def test_shipped_lexicon_is_small_and_speakable() -> None:
    path = data_dir() / "en.lex"
    assert path.stat().st_size < 1_200_000
    lexicon = PackedLexicon(path)
    entries = dict(lexicon.items())
    assert len(entries) > 110_000
    for phones in set(entries.values()):
        check_phones(phones)


def test_user_lexicon_reads_both_forms(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("\ufeff# words\n\nGIF\tʤˈɪf\nDon’t\ten\tdˈOnt\n  # indented\nsaya\tms\tsˈajə\n", "utf-8")
    mine = UserLexicon.load(path)
    assert mine.get("gif", "en") == mine.get("Gif", "ms") == "ʤˈɪf"
    assert mine.get("don't", "en") == "dˈOnt"
    assert mine.get("saya", "en") is None
    assert mine.get("nothing", "ms") is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("word", "expected word<TAB>phones"),
        ("word phones", "expected word<TAB>phones"),
        ("\tə", "expected word<TAB>phones"),
        ("a\tb\tc\td", "expected word<TAB>phones"),
        ("word\tfr\tə", "unknown language 'fr'; allowed: en, ms"),
        ("word\tw@d", "unknown phones @"),
        ("word\t", "no phones"),
        ("word\tˈˌ", "no phones"),
        ("two words\tə", "one word a line"),
    ],
)
def test_user_lexicon_names_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text(f"# first\nfine\tfˈIn\n{line}\n", "utf-8")
    with pytest.raises(TextError) as caught:
        UserLexicon.load(path)
    assert str(caught.value).startswith(f"{path}:3: ")
    assert message in str(caught.value)


def test_user_lexicon_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="cannot read the lexicon"):
        UserLexicon.load(tmp_path / "none.tsv")
    path = tmp_path / "latin.tsv"
    path.write_bytes(b"caf\xe9\tk\n")
    with pytest.raises(TextError, match="not UTF-8 text: byte 3"):
        UserLexicon.load(path)


def test_fold_meets_typing_habits() -> None:
    assert fold(" Don’t ") == "don't"
    assert fold("CAFE\u0301") == "café"

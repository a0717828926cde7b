"""Matches the words of the corpus's sentences with the phones that were spoken for them.

The corpus separates words by spaces but runs some together ("ʌvðə"), so each sentence is aligned word by word at the
least total edit distance to a first guess; only words that stand alone on both sides count.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tts.text.types import Lang, Token

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[,.;:!?()]")
_MERGED = 3  # words that may have been run together


@dataclass(frozen=True)
class Sentence:
    """One sentence of the corpus: its word and mark tokens, and all its phones."""

    tokens: tuple[Token, ...]
    phonemes: str


def sentences(corpus: Path, lang: Lang, splits: Sequence[str]) -> Iterator[Sentence]:
    """Sentences without digits, in file order."""
    for line in (corpus / "metadata.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["lang"] == lang and row["split"] in splits and not re.search(r"\d", row["text"]):
            yield Sentence(tuple(tokenize(row["text"], lang)), row["phonemes"])


def tokenize(text: str, lang: Lang) -> Iterator[Token]:
    """Words and marks of plain text, without normalising it."""
    for match in _WORD.finditer(text):
        kind = "word" if match.group()[0].isalpha() else "mark"
        if kind == "word":
            yield Token(match.group(), *match.span(), lang=lang)
        else:
            yield Token(match.group(), *match.span(), kind="mark", lang=lang)


def distance(left: str, right: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            diagonal, row[j] = row[j], min(diagonal + (a != b), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def match(guesses: Sequence[str], spoken: Sequence[str]) -> list[int | None]:
    """For each guessed word the index of the spoken word that is this word and no other, or None."""
    rows, columns = len(guesses) + 1, len(spoken) + 1
    best = [[float("inf")] * columns for _ in range(rows)]
    step = [[1] * columns for _ in range(rows)]
    best[0][0] = 0.0
    for i in range(1, rows):
        for j in range(max(1, i - _MERGED - len(guesses) // 4), min(columns, i + 2)):
            for merged in range(1, min(_MERGED, i) + 1):
                cost = best[i - merged][j - 1] + distance("".join(guesses[i - merged : i]), spoken[j - 1])
                if cost < best[i][j]:
                    best[i][j], step[i][j] = cost, merged
    owner: list[int | None] = [None] * len(guesses)
    i, j = rows - 1, columns - 1
    if best[i][j] == float("inf"):
        return owner
    while i > 0:
        if step[i][j] == 1:
            owner[i - 1] = j - 1
        i, j = i - step[i][j], j - 1
    return owner


def spoken_words(sentence: Sentence, guess: Callable[[Token], str]) -> Iterator[tuple[int, str]]:
    """(index of the token, its phones) for each word of the sentence that was spoken by itself."""
    places = [i for i, token in enumerate(sentence.tokens) if token.kind == "word"]
    spoken = re.sub(r"[,.;:!?()]", " ", sentence.phonemes).split()
    for i, j in zip(places, match([guess(sentence.tokens[i]) for i in places], spoken), strict=True):
        if j is not None:
            yield i, spoken[j]

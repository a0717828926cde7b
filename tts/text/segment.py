"""Groups pronounced tokens into segments the acoustic model speaks in one go, as they come.

The first segment is short, so that speech starts early; later ones are as long as the training sentences. Every token lands in exactly
one segment, in order. Where a segment ends depends only on the tokens up to there (and, for one too long, on its own marks), so
text that arrives in pieces gives the same segments as whole text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tts.text.types import Token

FIRST_CLAUSE = 24  # phones: the first segment may end at a comma from here on
FIRST_SENTENCE = 12  # ... and at a full stop from here on
SENTENCE = 40  # later segments end at a full stop from here on; shorter sentences are spoken with the next
CLAUSE = 80  # ... and at a comma from here on
LIMIT = 125  # the longest training sentence has 139
SHORTEST_PART = 24  # an over-long segment is not cut before this
FINAL_MARKS, CLAUSE_MARKS = ".?!", ",;:)"
CONJUNCTIONS = frozenset("and or but because which that when while if so than with for to dan atau tetapi tapi kerana yang apabila jika untuk dengan".split())


@dataclass(frozen=True)
class Spoken:
    """A token and its phones ("" for marks and breaks)."""

    token: Token
    phones: str

    @property
    def length(self) -> int:
        """Symbols it adds to a segment."""
        if self.token.kind == "word":
            return len(self.phones) + (not self.token.joined)
        return 1 if self.token.kind == "mark" else 0


class Grouper:
    """Collects tokens; `add` returns the groups they complete, `flush` what is left."""

    def __init__(self) -> None:
        self._held: list[Spoken] = []
        self._length = 0
        self._first = True

    def add(self, spoken: Iterable[Spoken]) -> Iterator[list[Spoken]]:
        """Groups that these tokens complete."""
        for one in spoken:
            if self._held and self._begins_anew(one):
                yield self._close(len(self._held))
            while self._held and self._length + one.length > LIMIT and self._has_phones():
                yield self._close(_best_cut(self._held, one))
            self._held.append(one)
            self._length += one.length
            if self._ends_here(one):
                yield self._close(len(self._held))

    def flush(self) -> Iterator[list[Spoken]]:
        """The last group, if anything is left."""
        if self._held:
            yield self._close(len(self._held))

    def reset(self) -> None:
        """Drops what is held."""
        self._held, self._length = [], 0

    def has_words(self) -> bool:
        """Whether what is held has a word that was written, not only emoji."""
        return any(one.phones and one.token.tag != "emoji" for one in self._held)

    def _has_phones(self) -> bool:
        return any(one.phones for one in self._held)

    def _begins_anew(self, one: Spoken) -> bool:
        last = self._held[-1].token
        spoken = self._has_phones()
        return spoken and one.token.kind != "mark" and (last.kind == "break" != one.token.kind or last.voice != one.token.voice)

    def _ends_here(self, one: Spoken) -> bool:
        if one.token.kind != "mark" or not self._has_phones():
            return False
        sentence, clause = (FIRST_SENTENCE, FIRST_CLAUSE) if self._first else (SENTENCE, CLAUSE)
        return self._length >= (sentence if one.token.text in FINAL_MARKS else clause) and one.token.text != "("

    def _close(self, count: int) -> list[Spoken]:
        group, self._held = self._held[:count], self._held[count:]
        self._length = sum(one.length for one in self._held)
        self._first = False
        return group


def _best_cut(held: list[Spoken], following: Spoken) -> int:
    """Where to cut a group that is too long: after its last sentence, clause, before a conjunction, or after a word."""
    best: dict[str, int] = {}
    length = 0
    for place, one in enumerate(held, start=1):
        length += one.length
        after = held[place].token if place < len(held) else following.token
        if length < SHORTEST_PART or after.joined or after.kind == "mark":
            continue
        if one.token.kind == "mark":
            best["sentence" if one.token.text in FINAL_MARKS else "clause"] = place
        elif after.text.lower() in CONJUNCTIONS:
            best["conjunction"] = place
        else:
            best["word"] = place
    return next((best[kind] for kind in ("sentence", "clause", "conjunction", "word") if kind in best), len(held))

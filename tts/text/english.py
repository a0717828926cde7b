"""English words to the corpus's phones: dictionary, word structure, letters; and how words change in company."""

from collections.abc import Callable
from dataclasses import dataclass

from tts.symbols import VOWELS
from tts.text import english_words, homographs
from tts.text.letters import LetterRules, stress_once
from tts.text.lexicon import PackedLexicon, data_dir

LETTER_NAMES = {
    "a": "ˈA", "b": "bˈi", "c": "sˈi", "d": "dˈi", "e": "ˈi", "f": "ˈɛf", "g": "ʤˈi", "h": "ˈAʧ", "i": "ˈI",
    "j": "ʤˈA", "k": "kˈA", "l": "ˈɛl", "m": "ˈɛm", "n": "ˈɛn", "o": "ˈO", "p": "pˈi", "q": "kjˈu", "r": "ˈɑɹ",
    "s": "ˈɛs", "t": "tˈi", "u": "jˈu", "v": "vˈi", "w": "dˈʌbᵊljˌu", "x": "ˈɛks", "y": "wˈI", "z": "zˈi",
}  # fmt: skip


@dataclass(frozen=True)
class WeakForm:
    """How a function word sounds inside a clause, before a vowel, before a pause, after one, and alone."""

    inside: str
    before_vowel: str
    before_pause: str
    after_pause: str
    alone: str


def _weak_forms() -> dict[str, WeakForm]:
    forms = {}
    for line in (data_dir() / "en_weak.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            word, inside, *others = line.split("\t")
            forms[word] = WeakForm(inside, *(inside if form == "-" else form for form in others))
    return forms


WEAK_FORMS = _weak_forms()


@dataclass(frozen=True)
class Pair:
    """What each of two function words sounds like when they are said as one."""

    first: str
    second: str


def _pairs() -> dict[tuple[str, str], Pair]:
    lines = (data_dir() / "en_joined.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {(first, second): Pair(said, then) for first, second, said, then in rows}


PAIRS = _pairs()


_MOST_LETTERS = 40  # longer "words" are read letter group by letter group, so that time stays linear


@dataclass(frozen=True)
class Company:
    """What a word stands between: folded neighbour words, "" for a pause, and the first sound that follows."""

    previous: str = ""
    following: str = ""
    next_sound: str = ""

    @property
    def alone(self) -> bool:
        """Whether there is a pause on both sides."""
        return not self.previous and not self.following


_ALONE = Company()


class English:
    """Pronounces English words."""

    def __init__(self, hidden: Callable[[str], bool] | None = None) -> None:
        """Opens the dictionary.

        Args:
            hidden: words that the dictionary shall not give away, for measuring the rules; None for none.
        """
        self._lexicon = PackedLexicon(data_dir() / "en.lex")
        self._hidden = hidden
        self._letters: LetterRules | None = None

    def known(self, word: str) -> bool:
        """Whether the dictionary has this folded word."""
        return word in self._lexicon

    def phones(self, word: str, company: Company = _ALONE, tag: str | None = None) -> str:
        """Phones of a folded word (letters, apostrophes, hyphens) among its neighbours; "" if it has no letter."""
        if "-" in word and word not in self._lexicon:
            parts = [part for part in word.split("-") if part.strip("'")]
            return " ".join(filter(None, (self.phones(part) for part in parts)))
        chosen = homographs.choose(word, tag, company.previous, company.following)
        said = chosen or _paired(word, company) or _weak(word, company) or self._alone(word)
        vowel_next = company.next_sound[:1] in tuple(VOWELS)
        return said + "ɹ" if vowel_next and said.endswith("əɹ") else said

    def _alone(self, word: str) -> str:
        found = self._lookup(word) or self._lookup(word.strip("'")) or english_words.build(word, self._lookup)
        if found:
            return found
        plain = word.replace("'", "")
        if not set(plain) & set("aeiouy"):
            return "".join(LETTER_NAMES.get(letter, "") for letter in plain)
        pieces = [plain[i : i + _MOST_LETTERS] for i in range(0, len(plain), _MOST_LETTERS)]
        return stress_once("".join(self._unknown(piece) for piece in pieces))

    def _lookup(self, word: str) -> str | None:
        return None if self._hidden and self._hidden(word) else self._lexicon.get(word)

    def _unknown(self, word: str) -> str:
        if self._letters is None:
            self._letters = LetterRules(data_dir() / "en_letters.bin")
        spelt = self._letters.phones(word)
        guesses = english_words.assemble(word, self._lookup)
        return next((built for built, doubt in guesses if _differ(built, spelt) <= doubt * len(spelt)), spelt)


def _paired(word: str, company: Company) -> str | None:
    """The word's part of a pair said as one: with the word before it, else with the word after."""
    before, after = PAIRS.get((company.previous, word)), PAIRS.get((word, company.following))
    if before:
        vowel_next = company.next_sound[:1] in tuple(VOWELS)
        return "ðɪ" if before.second == "ðə" and vowel_next else before.second
    return after.first if after else None


def _weak(word: str, company: Company) -> str | None:
    form = WEAK_FORMS.get(word)
    if form is None:
        return None
    if company.alone:
        return form.alone
    if not company.following:
        return form.before_pause
    if company.next_sound[:1] in tuple(VOWELS):
        return form.before_vowel
    return form.inside if company.previous else form.after_pause


def _differ(left: str, right: str) -> int:
    """Edit distance of two pronunciations without their stress."""
    left, right = (phones.replace("ˈ", "").replace("ˌ", "") for phones in (left, right))
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            diagonal, row[j] = row[j], min(diagonal + (a != b), row[j] + 1, row[j - 1] + 1)
    return row[-1]

"""One word of normalised text to phones: forced phones, the user's lexicon, letter names, then the language's rules."""

import unicodedata
from functools import lru_cache
from pathlib import Path

from tts.symbols import STRESS
from tts.text import malay
from tts.text.english import LETTER_NAMES, PAIRS, Company, English
from tts.text.lexicon import UserLexicon, check_phones, fold
from tts.text.types import Token

_CACHED_WORDS = 4096
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz'-")
# Latin letters that do not fall apart into a plain letter and an accent.
_LATIN = str.maketrans({
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "ng",
    "‐": "-", "‑": "-", "–": "-", "ʼ": "'", "‘": "'", "`": "'",
})  # fmt: skip


class Pronouncer:
    """Phones of word tokens. Recent words are remembered; one object may serve many threads."""

    def __init__(self, lexicon: Path | None = None) -> None:
        """Opens the lexicons.

        Args:
            lexicon: the user's lexicon file (see `UserLexicon`), or None.

        Raises:
            TextError: the user's lexicon cannot be read.
            CheckpointError: the lexicon of the package is missing or damaged.
        """
        self._user = UserLexicon.load(lexicon) if lexicon else UserLexicon({})
        self._english = English()
        self._english_word = lru_cache(_CACHED_WORDS)(self._english.phones)
        self._malay_word = lru_cache(_CACHED_WORDS)(malay.phones)

    def phones(self, token: Token, previous: Token | None = None, following: Token | None = None) -> str:
        """Phones of one word token, with stress marks; "" for a mark, a break or a word without Latin letters.

        Args:
            token: what to speak.
            previous, following: its neighbours, where there are any; they choose between homographs and weak forms.

        Raises:
            TextError: `token.phones` is given and not speakable.
        """
        if token.phones is not None:
            return check_phones(token.phones)
        if token.kind != "word":
            return ""
        word = plain_letters(token.text)
        if token.spell:
            names = malay.LETTER_NAMES if token.lang == "ms" else LETTER_NAMES
            return _one_beat([names[letter] for letter in word if letter in names])
        known = self._user.get(token.text, token.lang)
        if known is not None:
            return known
        if token.lang == "ms":
            return self._malay_word(word)
        company = Company(_neighbour(previous), _neighbour(following), self._first_sound(following))
        return self._english_word(word, company, _sense(token))

    def joined(self, token: Token, following: Token | None, previous: Token | None = None) -> bool:
        """Whether two neighbours are said as one word ("of the"), so that no space stands between their phones.

        Args:
            token, following: two neighbours.
            previous: the token before; a word that is joined to it already is not joined to the next as well.
        """
        if following is None or not (_plain(token) and _plain(following)):
            return False
        words = [plain_letters(token.text), plain_letters(following.text)]
        if any(self._user.get(word, "en") for word in words):
            return False
        taken = previous is not None and _plain(previous) and (plain_letters(previous.text), words[0]) in PAIRS
        return (words[0], words[1]) in PAIRS and not taken

    def _first_sound(self, token: Token | None) -> str:
        if token is None or token.kind != "word":
            return ""
        return self.phones(token).lstrip(STRESS)[:1]


def plain_letters(text: str) -> str:
    """`text` as a to z, apostrophes and hyphens: folded, accents taken off, all else passed over."""
    decomposed = unicodedata.normalize("NFKD", fold(text).translate(_LATIN))
    return "".join(letter for letter in decomposed.casefold() if letter in _LETTERS)


def _plain(token: Token) -> bool:
    """Whether the English rules decide how `token` is said."""
    return token.kind == "word" and token.lang == "en" and token.phones is None and not token.spell


def _one_beat(names: list[str]) -> str:
    """Names of letters, the last one stressed, the others less."""
    return " ".join([*(name.replace("ˈ", "ˌ") for name in names[:-1]), *names[-1:]])


def _neighbour(token: Token | None) -> str:
    return plain_letters(token.text) or "-" if token is not None and token.kind == "word" else ""


def _sense(token: Token) -> str | None:
    """The tag, or the sense that a capital shows ("Polish")."""
    return "nation" if token.tag is None and token.text == "Polish" else token.tag

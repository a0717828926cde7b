"""One word of normalised text to phones: forced phones, the user's lexicon, letter names, then the language's rules."""

import unicodedata
from pathlib import Path

from tts.text import malay
from tts.text.english import LETTER_NAMES, English
from tts.text.lexicon import UserLexicon, check_phones, fold
from tts.text.types import Token


class Pronouncer:
    """Phones of word tokens."""

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

    def phones(self, token: Token, previous: Token | None = None, following: Token | None = None) -> str:
        """Phones of one word token, with stress marks; "" for a mark, a break or a word without letters.

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
        word = _plain_letters(fold(token.text))
        if token.spell:
            names = malay.LETTER_NAMES if token.lang == "ms" else LETTER_NAMES
            return " ".join(names[letter] for letter in word if letter in names)
        known = self._user.get(token.text, token.lang)
        if known is not None:
            return known
        return malay.phones(word) if token.lang == "ms" else self._english.phones(word)


def _plain_letters(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in decomposed if letter.isascii() and (letter.isalpha() or letter in "'-"))

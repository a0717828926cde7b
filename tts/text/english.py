"""English words to the corpus's phones: dictionary, then word structure, then letters."""

from tts.text.lexicon import PackedLexicon, data_dir

LETTER_NAMES = {
    "a": "ˈA", "b": "bˈi", "c": "sˈi", "d": "dˈi", "e": "ˈi", "f": "ˈɛf", "g": "ʤˈi", "h": "ˈAʧ", "i": "ˈI",
    "j": "ʤˈA", "k": "kˈA", "l": "ˈɛl", "m": "ˈɛm", "n": "ˈɛn", "o": "ˈO", "p": "pˈi", "q": "kjˈu", "r": "ˈɑɹ",
    "s": "ˈɛs", "t": "tˈi", "u": "jˈu", "v": "vˈi", "w": "dˈʌbᵊljˌu", "x": "ˈɛks", "y": "wˈI", "z": "zˈi",
}  # fmt: skip
_PLAIN = dict(zip("abcdefghijklmnopqrstuvwxyz", "æbkdɛfɡhɪʤklmnɑpkɹstʌvwkiz", strict=True))


class English:
    """Pronounces English words."""

    def __init__(self, lexicon: PackedLexicon | None = None) -> None:
        self._lexicon = lexicon or PackedLexicon(data_dir() / "en.lex")

    def phones(self, word: str) -> str:
        """Phones of a folded word; "" if it has no letter."""
        return self._lexicon.get(word) or "".join(_PLAIN.get(letter, "") for letter in word)

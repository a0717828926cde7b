"""English words to the corpus's phones: dictionary, then word structure, then letters; and how words change in company."""

from dataclasses import dataclass

from tts.text.lexicon import PackedLexicon, data_dir
from tts.text.letters import LetterRules

LETTER_NAMES = {
    "a": "ˈA", "b": "bˈi", "c": "sˈi", "d": "dˈi", "e": "ˈi", "f": "ˈɛf", "g": "ʤˈi", "h": "ˈAʧ", "i": "ˈI",
    "j": "ʤˈA", "k": "kˈA", "l": "ˈɛl", "m": "ˈɛm", "n": "ˈɛn", "o": "ˈO", "p": "pˈi", "q": "kjˈu", "r": "ˈɑɹ",
    "s": "ˈɛs", "t": "tˈi", "u": "jˈu", "v": "vˈi", "w": "dˈʌbᵊljˌu", "x": "ˈɛks", "y": "wˈI", "z": "zˈi",
}  # fmt: skip
SOUNDED = "aeiouəɛɪɔʊʌæɑɜᵊᵻAIOWY"


@dataclass(frozen=True)
class WeakForm:
    """How a function word sounds inside a clause, before a vowel, before a pause and after one."""

    inside: str
    before_vowel: str
    before_pause: str
    after_pause: str


def _weak_forms() -> dict[str, WeakForm]:
    forms = {}
    for line in (data_dir() / "en_weak.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            word, inside, *others = line.split("\t")
            forms[word] = WeakForm(inside, *(inside if form == "-" else form for form in others))
    return forms


WEAK_FORMS = _weak_forms()


class English:
    """Pronounces English words."""

    def __init__(self) -> None:
        self._lexicon = PackedLexicon(data_dir() / "en.lex")
        self._letters: LetterRules | None = None

    def phones(self, word: str) -> str:
        """Phones of a folded word said alone; "" if it has no letter."""
        return self._lexicon.get(word) or self._by_letters(word)

    def _by_letters(self, word: str) -> str:
        if self._letters is None:
            self._letters = LetterRules(data_dir() / "en_letters.bin")
        return self._letters.phones(word)

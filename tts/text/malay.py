"""Malay words to the corpus's phones by rule, in standard Malaysian pronunciation.

Final a and the e of affixes are schwa; marked roots say which other e is taling; i and u are lowered in a root's closed
last syllable; final k is a glottal stop. Stress falls on the last syllable but one and never on a schwa.
"""

import re
from dataclasses import dataclass

from tts.text.malay_words import Split, analyse

LETTER_NAMES = {
    "a": "ˈA", "b": "bˈi", "c": "sˈi", "d": "dˈi", "e": "ˈi", "f": "ˈɛf", "g": "ʤˈi", "h": "ˈɛʧ", "i": "ˈI",
    "j": "ʤˈe", "k": "kˈe", "l": "ˈɛl", "m": "ˈɛm", "n": "ˈɛn", "o": "ˈo", "p": "pˈi", "q": "kˈiu", "r": "ˈar",
    "s": "ˈɛs", "t": "tˈi", "u": "jˈu", "v": "vˈi", "w": "dˈabəlju", "x": "ˈɛks", "y": "wˈI", "z": "zˈɛd",
}  # fmt: skip
_VOWELS = "aeiouéëəɛɔIWY"
_FIXED = {"di": "di", "ke": "kə", "dan": "dan", "yang": "jaŋ", "sang": "saŋ", "pada": "pˌadə", "dari": "dˌari",
          "daripada": "dˌaripˌadə", "sebagai": "səbˌaɡI", "manakala": "mˌanakˈalə", "malaysia": "məlˈesiə"}  # fmt: skip
_RESPELL = [
    (re.compile(pattern), said)
    for pattern, said in (
        ("x", "ks"), ("ngg", "ŋɡ"), ("ng", "ŋ"), ("ny", "ɲ"), ("sy|sh", "ʃ"), ("kh", "x"), ("gh", "ɡ"), ("ch", "ʧ"),
        ("ph", "f"), ("th", "t"), ("dh", "d"), ("dz", "z"), ("qu", "kw"), ("ck", "k"),
        ("c(?=[bdfgklmnpqrstvwxz]|$)", "k"), ("nk", "ŋk"), ("ee", "i"), ("oo", "u"), ("c", "ʧ"), ("j", "ʤ"),
        ("y(?=[aeiouéë])", "j"), ("y$", "i"), ("y", "j"), ("g", "ɡ"), ("q", "k"), (r"([^aeiouéëəIWYr.])\1+", r"\1"),
        ("r+", "r"),
    )
]  # fmt: skip
_CONSONANTS_END = re.compile(f"([{_VOWELS}])([^{_VOWELS}.]+)$")


def phones(word: str) -> str:
    """Phones of a folded word, its hyphenated parts said as one; "" if it has no letter."""
    return "".join(_part(part) for part in word.replace("'", "").split("-") if part)


def _part(word: str) -> str:
    if word in _FIXED:
        return _FIXED[word]
    if not set(word) & set("aeiouy"):
        return "".join(LETTER_NAMES.get(letter, "") for letter in word)
    split = analyse(word)
    return stress(_merge(split))


def _merge(split: Split) -> str:
    """All pieces of the word in phones, without stress; "." parts vowels of different syllables."""
    root = _root(split)
    endings = split.suffix + split.clitic
    if root.endswith("a") and (not endings or endings[0] in "knl") and (_count(root) > 1 or split.prefixes):
        root = root[:-1] + "ə"
    if root.endswith("k") and not split.suffix.startswith(("a", "i")):
        root = root[:-1] + "ʔ"
    suffix = _suffix(root, split.suffix, split.clitic)
    prefixes = "".join(sounds(prefix).replace("e", "ə") for prefix in split.prefixes)
    joint = "." if prefixes.endswith(("ə", "i")) and root[:1] in tuple(_VOWELS) else ""
    return prefixes + joint + root + suffix


def _suffix(root: str, suffix: str, clitic: str) -> str:
    said = suffix
    if suffix == "an" and root.endswith("a"):
        said = "ʔan"
    elif suffix == "i" and root.endswith(("a", "u")):
        said = ".i"
    tail = {"nya": "ɲə", "pun": "pon"}.get(clitic, clitic)
    return said + (tail if clitic else "")


def _root(split: Split) -> str:
    root = sounds(split.root)
    if split.dropped:
        root = root[1:]
    root = _diphthongs(root)
    root = _choose_e(root, bare=not split.prefixes).replace("or", "ɔr")
    if not split.suffix:
        root = _lower(root)
    return root.replace("aa", "aʔa").replace("a.a", "aʔa")


def sounds(spelling: str) -> str:
    """Letters as consonant phones; vowels stay as they are spelt."""
    for pattern, said in _RESPELL:
        spelling = pattern.sub(said, spelling)
    return spelling


def _diphthongs(root: str) -> str:
    """ai, au, oi as diphthongs at the end and inside; as two syllables before the last consonants."""
    root = re.sub(f"([ao])([iu])(?=[^{_VOWELS}.]+$)", r"\1.\2", root)
    for pair, said in (("ai", "I"), ("au", "W"), ("oi", "Y")):
        root = root.replace(pair, said)
    return root


def _choose_e(root: str, bare: bool) -> str:
    """Every e of a root as ə (pepet), or as ɛ or e (taling), where the root is not marked."""
    vowels = [i for i, symbol in enumerate(root) if symbol in _VOWELS]
    closed = _CONSONANTS_END.search(root)
    for place, i in enumerate(vowels):
        if root[i] == "e" and _taling(root, vowels, place, closed is not None, bare):
            root = root[:i] + "é" + root[i + 1 :]
    root = root.replace("e", "ə").replace("ë", "ə")
    return _taling_quality(root)


def _taling(root: str, vowels: list[int], place: int, closed: bool, bare: bool) -> bool:
    i = vowels[place]
    last = vowels[-1]
    if i == last:
        return not root.endswith("isme") if not closed else not root.endswith(("er", "jen"))
    if i + 1 in vowels or root[i + 1 : i + 2] == ".":
        return not (bare and root[:i] in ("k", "s"))
    if len(vowels) == 2:
        return root[last] in "oé" or (root[last] == "e" and not root.endswith(("er", "jen")))
    return i == 0 and bare and root[1:2] not in ("m", "n", "ŋ")


def _taling_quality(root: str) -> str:
    """é as e in the last syllable of several and before another é, else as ɛ."""
    vowels = [i for i, symbol in enumerate(root) if symbol in _VOWELS]
    said = list(root)
    for place, i in enumerate(vowels):
        if root[i] == "é":
            last = place == len(vowels) - 1
            close = len(vowels) > 1 if last else root[vowels[place + 1]] == "é"
            said[i] = "e" if close else "ɛ"
    return "".join(said)


def _lower(root: str) -> str:
    """i as e and u as o in the closed last syllable of a root of several syllables."""
    match = _CONSONANTS_END.search(root)
    if match and match.group(1) in "iu" and _count(root) > 1:
        return root[: match.start()] + {"i": "e", "u": "o"}[match.group(1)] + match.group(2)
    return root


def _count(phones: str) -> int:
    return sum(symbol in _VOWELS for symbol in phones)


@dataclass(frozen=True)
class _Beat:
    """A vowel, where it is, and whether it can carry stress."""

    at: int
    full: bool


def stress(phones: str) -> str:
    """`phones` with marks: primary on the last vowel but one, secondary on earlier ones in turn, none on schwa."""
    phones = phones.replace(".", "")
    beats = [_Beat(i, symbol != "ə") for i, symbol in enumerate(phones) if symbol in _VOWELS]
    main = max(len(beats) - 2, 0)
    marks: dict[int, str] = {}
    for place, beat in enumerate(beats[: main + 1]):
        if place == main and beat.full:
            marks[beat.at] = "ˈ"
        elif place + 1 < main and beat.full and (place == 0 or beats[place - 1].at not in marks):
            marks[beat.at] = "ˌ"
    return "".join(marks.get(i, "") + symbol for i, symbol in enumerate(phones))

"""Characters as people type them to the few kinds the rules know, with every character's place in the original.

Composes accents (Unicode NFC), unifies quotes, dashes and spaces, turns digits of other scripts into ASCII ones, and
replaces what cannot be spoken by a space, saying so: scripts other than Latin are named.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

OBJECT = "\ufffc"  # stands for something markup put here
SENTENCE_END = "\x1e"  # put by markup; text itself has no control characters once it is clean
SAME = {
    "‘": "'", "’": "'", "‛": "'", "ʼ": "'", "′": "'", "`": "'", "´": "'", "ʻ": "'", "“": '"', "”": '"',
    "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "‹": '"', "›": '"', "‐": "-", "‑": "-", "−": "-",
    "‒": "–", "―": "—", "⁃": "•", "·": "•", "‣": "•", "▪": "•", "●": "•", "∕": "/", "⁄": "/", "،": ",",
    "、": ",", "，": ",", "。": ".", "．": ".", "；": ";", "：": ":", "！": "!", "？": "?", "؟": "?", "؛": ";",
    "¿": " ", "¡": " ", "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "µ": "μ", "º": "°",
    "˚": "°", "（": "(", "）": ")", "％": "%", "＄": "$", "￡": "£", "￥": "¥",
}  # fmt: skip
_SPOKEN_GREEK = "πμΩ"
_SILENT = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\ufe0e\ufe0f\u20e3")


@dataclass(frozen=True)
class Clean:
    """Cleaned text and, for each of its characters, the half-open span it had in the original.

    Attributes:
        text: the cleaned text.
        starts, ends: as long as `text`.
        warnings: what was left out, one clear line a kind.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    warnings: tuple[str, ...] = ()

    def slice(self, start: int, end: int) -> "Clean":
        """Characters `start` to `end`."""
        return Clean(self.text[start:end], self.starts[start:end], self.ends[start:end])


def clean(text: str, starts: Sequence[int] | None = None, ends: Sequence[int] | None = None) -> Clean:
    """Cleans `text`, whose characters lie at `starts` and `ends` of the original (by default at 0, 1, 2 ...)."""
    starts = range(len(text)) if starts is None else starts
    ends = range(1, len(text) + 1) if ends is None else ends
    if text.isascii() and text.isprintable() and "`" not in text:
        return Clean(text, starts, ends)
    out: list[str] = []
    out_starts: list[int] = []
    out_ends: list[int] = []
    warnings: dict[str, None] = {}
    at = 0
    while at < len(text):
        stop = at + 1
        while stop < len(text) and ord(text[stop]) > 0x2FF and unicodedata.combining(text[stop]):
            stop += 1
        spoken, warning = _replace(text[at:stop])
        if warning:
            warnings[warning] = None
        out += spoken
        out_starts += [starts[at]] * len(spoken)
        out_ends += [ends[stop - 1]] * len(spoken)
        at = stop
    return Clean("".join(out), out_starts, out_ends, tuple(warnings))


def _replace(cluster: str) -> tuple[str, str | None]:
    """What stands for one character and its combining marks, and what to warn of."""
    char = cluster[0]
    if len(cluster) == 1 and (char.isascii() and char.isprintable() or char in "\n\t" or char == OBJECT):
        return SAME.get(char, char), None
    if char in SAME:
        return SAME[char], None
    if char in _SILENT:
        return "", None
    category = unicodedata.category(char)
    if category == "Cs":
        return " ", "left out a lone surrogate (half of a damaged character)"
    if category in ("Cc", "Co", "Cn"):
        return (
            (" ", None) if char.isspace() else (" ", f"left out the control or unassigned character U+{ord(char):04X}")
        )
    if category == "Nd":
        return str(unicodedata.decimal(char)), None
    if category in ("No", "Nl"):
        return _numeral(char)
    if category in ("Zs", "Zl", "Zp"):
        return ("\n\n" if category == "Zp" else " "), None
    if category[0] == "L":
        return _letter(unicodedata.normalize("NFC", cluster))
    if category[0] == "M":
        return "", None if char < "\u0370" else f"left out {_script(char)} text: that script is not supported"
    return char, None


def _numeral(char: str) -> tuple[str, str | None]:
    """Superscripts, circled and Roman numerals and fractions, as plain text where the rules have no sign for them."""
    if char in "²³½¼¾⅓⅔⅛":
        return char, None
    plain = unicodedata.normalize("NFKC", char).replace("⁄", "/")
    if plain.isascii():
        if "SUPERSCRIPT" in unicodedata.name(char, ""):
            return "^" + plain, None
        return (plain if plain.isalpha() else f" {plain} "), None
    return " ", f"left out the number sign U+{ord(char):04X}: it is not supported"


def _letter(cluster: str) -> tuple[str, str | None]:
    char = cluster[0]
    if char in _SPOKEN_GREEK:
        return char, None
    if "LATIN" in unicodedata.name(char, ""):
        folded = char if char.isalpha() and char < "\u0250" else unicodedata.normalize("NFKC", char)
        plain = "".join(
            letter for letter in unicodedata.normalize("NFD", folded) if letter.isalpha() and letter < "\u0250"
        )
        if not plain:
            return " ", f"left out the letter {char} (U+{ord(char):04X}): it has no sound here"
        return (char if char < "\u0250" and plain.isascii() else plain), None
    compatible = unicodedata.normalize("NFKC", char)
    if compatible != char and compatible.isascii():
        return compatible, None
    return " ", f"left out {_script(char)} text: that script is not supported"


_SCRIPTS = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}


def _script(char: str) -> str:
    name = unicodedata.name(char, "unknown").split()[0].split("-")[0]
    return _SCRIPTS.get(name, name.capitalize())

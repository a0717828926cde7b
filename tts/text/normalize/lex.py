"""Cuts clean text into items (words, dates, sums of money, marks ...) with one ordered table of patterns.

All patterns are free of nested repetition, and the text handed in is a window of bounded length, so the time is linear.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from tts.text.normalize.clean import OBJECT, SENTENCE_END
from tts.text.normalize.tables import CURRENCIES, FINALS, INNER, MAGNITUDES, MONTHS, TITLES, UNITS
from tts.text.types import Lang

NUM = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]*\d)|\d{1,3}(?:\.\d{3}){2,}(?![\d.]*\d)|\d+(?:\.\d+)?|\.\d+)"
_END = r"(?![^\W_])"  # not in the midst of a word or number
_START = r"(?<![^\W_])"
LETTER = "[^\\W\\d_²³½¼¾⅓⅔⅛]"
_WORD = rf"{LETTER}+(?:'{LETTER}+)*"


def _one_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_MONTH = rf"(?!(?:may|march|mar)\b)(?i:{_one_of(MONTHS)})"  # in small letters those are other words
_CUR = _one_of(CURRENCIES)
_LONG, _SHORT = _one_of(k for k in MAGNITUDES if len(k) > 3), _one_of(k for k in MAGNITUDES if len(k) < 4)
_MAG = rf"(?:\ (?P<mag>{_LONG})|\ ?(?P<mag2>{_SHORT})){_END}"
_SIGN = rf"(?P<sign>(?<![\w.)])[+-])?{_START}"
_SPAN = rf"(?P<num>{NUM})(?:\ ?[-–—]\ ?(?P<to>{NUM}))?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|hb)?"
_PATH = rf"[^\s<>\"{OBJECT}]*[^\s<>\".,;:!?()'{OBJECT}]"  # of an address, without the marks of the sentence at its end
_AMPM = r"(?:[aApP]\.\ ?[mM]\.|[aApP][mM])"
_PART = r"(?:pagi|petang|malam|tengah\ hari|tengah\ malam|tgh\ hari|ptg|pg|mlm)"
_TLD = "com|org|net|my|edu|gov|io|co|uk|info|biz|ai|app|dev|tv|me|sg|id"

PATTERNS: tuple[tuple[str, str], ...] = (
    ("object", OBJECT),
    ("url", rf"{_START}(?:(?i:https?|ftp)://|www\.){_PATH}/?"),
    ("email", rf"{_START}[\w.+-]{{1,64}}@[^\W_][\w-]*(?:\.[\w-]+)+"),
    ("url", rf"{_START}[^\W_][\w-]*(?:\.[^\W_][\w-]*)*\.(?:{_TLD}){_END}(?:/{_PATH}/?|/)?"),
    ("hashtag", rf"\#{LETTER}\w*"),
    ("handle", rf"{_START}@[^\W_]\w*"),
    ("date_iso", rf"{_START}\d{{4}}-\d{{2}}-\d{{2}}(?:[T\ ]\d{{2}}:\d{{2}}(?::\d{{2}})?Z?)?{_END}"),
    ("date_slash", rf"{_START}\d{{1,2}}(?P<sep>[/.-])\d{{1,2}}(?P=sep)(?:\d{{4}}|\d{{2}}){_END}"),
    ("date_dmy", rf"{_START}{_DAY}(?:\ of)?[\ -](?P<month>{_MONTH})(?!')\.?(?:,?[\ -](?P<year>\d{{4}}))?{_END}"),
    ("date_mdy", rf"{_START}(?P<month>{_MONTH})\.?\ {_DAY}(?![\d:%]|[.,/]\d)(?:,?\ (?P<year>\d{{4}}))?{_END}"),
    ("date_my", rf"{_START}(?P<month>{_MONTH})\.?\ (?P<year>(?:1\d|20)\d\d)(?![.,/:]\d|%){_END}"),
    ("time", rf"{_START}(?P<h>\d{{1,2}})[:.](?P<m>\d{{2}})\ ?(?P<part>{_AMPM}|{_PART}){_END}"),
    ("time", rf"{_START}(?P<h>\d{{1,2}})\ ?(?P<part>{_AMPM}){_END}"),
    ("time", rf"(?i:(?<=pukul\ )|(?<=jam\ )|(?<=pkl\ ))(?P<h>\d{{1,2}})\.(?P<m>\d{{2}}){_END}(?!\.\d)"),
    ("time", rf"{_START}(?P<h>\d{{1,2}}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?{_END}(?!:\d)"),
    ("money", rf"(?P<sign>(?<![\w.)])-)?{_START}(?P<cur>{_CUR})\ ?(?P<num>{NUM})(?:{_MAG})?"),
    ("money", rf"{_START}(?P<num>{NUM})\ ?(?P<cur>USD|MYR|SGD|EUR|GBP|€|£){_END}"),
    ("money", rf"{_START}(?P<num>{NUM})(?P<cur>¢)"),
    ("phone", rf"(?<!\w)\+\d{{1,3}}(?:[\ -]?\(?\d{{1,4}}\)?){{1,5}}{_END}"),
    ("phone", rf"(?<!\w)\(\d{{2,3}}\)\ ?\d{{3,4}}[\ -]?\d{{3,4}}{_END}"),
    ("phone", rf"{_START}(?:0\d{{1,2}}[\ -]\d{{3,4}}[\ -]?\d{{3,4}}|0\d{{9,10}}|1-?[38]00-\d\d-?\d-?\d{{3,4}}){_END}"),
    ("phone", rf"{_START}(?:(?:1-)?\d{{3}}-\d{{3}}-\d{{4}}|\d{{3}}-\d{{4}}){_END}"),
    ("decade", rf"'?{_START}(?:\d\d)?\d0'?s{_END}"),
    ("percent", rf"{_SIGN}{_SPAN}\ ?(?P<unit>[%‰])"),
    ("quantity", rf"{_SIGN}{_SPAN}\ ?(?P<unit>{_one_of(UNITS)})(?:(?P<power>[23²³])(?!\d))?{_END}(?!')"),
    ("decade", rf"{_START}(?P<num>\d{{2,4}})-an{_END}"),
    ("ordinal", rf"{_START}(?P<num>\d{{1,3}}(?:,\d{{3}})+|\d+)(?:st|nd|rd|th){_END}"),
    ("ordinal", rf"{_START}(?i:ke)-?(?P<num>\d+){_END}"),
    ("fraction", rf"{_START}(?:(?P<whole>\d+)\ )?(?P<top>\d{{1,3}})/(?P<bottom>\d{{1,4}}){_END}(?!/)"),
    ("fraction", rf"{_START}(?P<whole>\d+)?\ ?(?P<sign>[½¼¾⅓⅔⅛])"),
    ("version", rf"{_START}(?!\d{{1,3}}(?:\.\d{{3}}){{2,}}{_END})[vV]?\d+(?:\.\d+){{2,}}{_END}"),
    ("range", rf"{_START}(?P<num>{NUM})\ ?[-–—]\ ?(?P<to>{NUM}){_END}(?!-\d)"),
    ("magnitude", rf"{_SIGN}(?P<num>{NUM})(?P<mag>[kKM]|bn|mn){_END}"),
    ("product", rf"{_START}(?P<num>{NUM})(?:[xX×]|(?P<sign>\ [xX]\ ))(?P<to>{NUM})"),
    ("number", rf"(?P<sign>(?<![\w.)])[+-])?(?P<num>{NUM}){_END}(?!'|\.\d)"),
    ("number", rf"{_START}(?P<num>\d+\.\d+)(?={LETTER})"),
    ("alnum", rf"[^\W_]*\d[^\W_]*(?:-\d+{_END}|[²³])?|{_WORD}-\d+{_END}|{_WORD}[²³]"),
    ("dotted", rf"{_START}(?:[A-Za-z]\.){{2,}}|{_START}(?i:ph\.d\.|[bm]\.sc\.)"),
    ("abbr", rf"{_START}(?P<abbr>(?i:dr|st|no|nos|dato|{_one_of(TITLES | FINALS | INNER)}))\.(?!\.|[^\W_]*\.[^\W_])"),
    ("initial", rf"{_START}[A-Z]\.(?=\ ?[A-Z])"),
    ("words", rf"{_WORD}(?:-{_WORD})+"),
    ("word", _WORD),
    ("ellipsis", r"\.{2,}|…"),
    ("dash", r"[—–]|-{2,}|(?<=\s)-(?=\s)"),
    ("mark", r"[.,;:!?]+"),
    ("bracket", r"[()\[\]{}]"),
    ("sentence", SENTENCE_END),
    ("paragraph", r"\n[\ \t]*\n\s*"),
    ("space", r"\s+"),
    ("other", r"."),
)  # fmt: skip


# Kinds that cannot occur in a window without a digit; most windows have none and need only the small rest of the table.
_NUMERIC = frozenset(
    "date_iso date_slash date_dmy date_mdy date_my time money phone percent quantity decade ordinal fraction version "
    "range magnitude product number alnum".split()
)


@lru_cache(maxsize=2)
def _master(numeric: bool) -> re.Pattern[str]:
    """One alternation; each alternative's groups get a number of their own so that names may repeat."""
    parts = []
    for index, (kind, pattern) in enumerate(PATTERNS):
        if kind in _NUMERIC and not numeric:
            continue
        renamed = re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{index}>", pattern)
        renamed = re.sub(r"\(\?P=(\w+)\)", rf"(?P=\1_{index})", renamed)
        parts.append(f"(?P<p{index}>{renamed})")
    return re.compile("|".join(parts), re.VERBOSE | re.DOTALL)


@dataclass
class Item:
    """One match: what kind it is, its text and place in the window, and the named parts of its pattern."""

    kind: str
    text: str
    start: int
    end: int
    parts: dict[str, str] = field(default_factory=dict)
    lang: Lang = "en"

    def get(self, name: str) -> str:
        """A named part, "" where it is absent."""
        return self.parts.get(name, "")


def lex(text: str) -> list[Item]:
    """Items of a window of clean text, spaces left out; together with the spaces they cover it without overlap."""
    items = []
    for match in _master(any(char.isnumeric() for char in text)).finditer(text):
        index = int((match.lastgroup or "p0")[1:])
        kind = PATTERNS[index][0]
        if kind == "space":
            continue
        suffix = f"_{index}"
        parts = {
            name[: -len(suffix)]: value for name, value in match.groupdict().items() if value and name.endswith(suffix)
        }
        items.append(Item(kind, match.group(), match.start(), match.end(), parts))
    return items

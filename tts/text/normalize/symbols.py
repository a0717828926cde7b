"""Marks, dashes, symbols and emoji: heard as a pause, spoken by name, or silent."""

from tts.text.normalize.around import Around
from tts.text.normalize.lex import Item
from tts.text.normalize.tables import EMOJI, SYMBOLS

_TO = ("to", "hingga")
_BETWEEN_NUMBERS = {
    "-": ("minus", "tolak"), "/": ("divided by", "bahagi"), "^": ("to the power of", "kuasa"), "*": ("times", "darab"),
}  # fmt: skip
_BEFORE_NUMBERS = {"-": ("minus", "tolak"), "~": ("about", "kira ~kira"), "#": ("number", "nombor")}
_SPREADS = frozenset(("time", "date", "money", "quantity", "percent", "ordinal", "decade", "alnum"))
_ONCE = "&=#~" + "".join(EMOJI)  # repeated, they are said once


def spoken(item: Item, around: Around, warnings: list[str]) -> str:
    """What is spoken of an item that is neither word nor number; warns of what is left out unheard."""
    after = around.at(1)
    if item.kind == "mark":
        return _mark(item, around)
    if item.kind == "ellipsis":
        return "." if after is None or after.text[0].isupper() else ","
    if item.kind == "dash":
        return _TO[item.lang == "ms"] if _spreads(around) else ","
    if item.kind in ("paragraph", "sentence"):
        return "."
    if item.kind == "bracket":
        return item.text if item.text in "()" else ""
    if item.kind == "initial":
        return f"^{item.text[0]}"
    return _symbol(item, around, warnings) if item.kind == "other" else ""


def _mark(item: Item, around: Around) -> str:
    """One mark for a run of them, the strongest; a name for one inside a word ("node.js") or ratio ("16:9")."""
    before, after = around.at(-1), around.at(1)
    if (
        item.text in ".:"
        and before is not None
        and after is not None
        and before.end == item.start
        and item.end == after.start
    ):
        if item.text == "." and before.text[-1].isalnum() and after.text[0].islower():
            return ("dot", "titik")[item.lang == "ms"]
        if item.text == ":" and before.text[-1].isdecimal() and after.text[0].isdecimal():
            return ("to", "berbanding")[item.lang == "ms"]
    if set(item.text) == {".", ","}:  # "24 hrs., "
        return ","
    return next(mark for mark in "?!.;:," if mark in item.text)


def _spreads(around: Around) -> bool:
    """Whether a dash stands between two of a kind: "9am-5pm", "$5–$6"."""
    before, after = around.at(-1), around.at(1)
    if before is None or after is None:
        return False
    kind, other = before.kind.partition("_")[0], after.kind.partition("_")[0]
    return kind in _SPREADS and (kind == other or (kind == "money" and other in ("number", "magnitude")))


def _symbol(item: Item, around: Around, warnings: list[str]) -> str:
    char, malay = item.text, int(item.lang == "ms")
    before, after = around.at(-1), around.at(1)
    if before is not None and before.text == char and char in _ONCE:
        return ""
    if char in EMOJI:
        return EMOJI[char][malay]
    numeric = after is not None and after.text[0].isdecimal()
    if char == "-" and _spreads(around):
        return _TO[malay]
    attached = before is not None and before.end == item.start and before.text[-1].isalnum()
    between = numeric and before is not None and before.text[-1].isdecimal() and before.kind != "alnum"
    if char in _BETWEEN_NUMBERS and (between or (char == "^" and numeric and attached)):
        school_year = char == "/" and around.lengths() == (4, 2)
        return "" if school_year else _BETWEEN_NUMBERS[char][malay]
    if char == "/" and before is not None and after is not None and before.kind[:4] == after.kind[:4] == "word":
        return ("or", "atau")[malay]
    if char == "#" and not attached and not numeric or char == "-" and attached:
        return ""
    if numeric and char in _BEFORE_NUMBERS:
        return _BEFORE_NUMBERS[char][malay]
    if char in "<>" and not numeric:
        return ""
    if char in SYMBOLS:
        return SYMBOLS[char][malay]
    if char in "•|":
        return ","
    if ord(char) > 0x7F:
        warnings.append(f"left out the symbol {char} (U+{ord(char):04X}): it has no spoken name here")
    return ""

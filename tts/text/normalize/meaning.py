"""Text whose meaning markup states (`say-as`): characters, cardinal, ordinal, digits, date, time ..."""

import re

from tts.text.normalize import dates, numbers, quantities
from tts.text.normalize.lex import Item, lex
from tts.text.normalize.tables import SYMBOLS
from tts.text.types import Lang

MEANINGS = (
    "characters", "spell-out", "verbatim", "cardinal", "number", "ordinal", "digits", "date", "time", "telephone",
    "currency", "fraction", "unit", "address",
)  # fmt: skip
_FIELDS = {"y": 4, "m": 2, "d": 2}
_CURRENCY_CODE = re.compile(r"([A-Z]{3})\s*([\d.,]+)$")


def spoken(text: str, meaning: str, detail: str, lang: Lang) -> str | None:
    """What is spoken (in the notation of `words`), or None where the text does not fit and is to be read as it stands.

    Args:
        text: clean text.
        meaning: one of MEANINGS.
        detail: for dates the order of day, month and year, such as "dmy" or "md".
        lang: language to speak in.
    """
    text = text.strip()
    if meaning in ("characters", "spell-out", "verbatim"):
        return " ".join(filter(None, (_character(char, lang) for char in text)))
    if meaning == "date":
        return _date(text, detail or "dmy", lang)
    digits = "".join(char for char in text if char.isdecimal())
    if not digits:
        return None
    if meaning == "digits":
        return numbers.digits(digits, lang)
    if meaning == "telephone":
        return quantities.phone(Item("phone", text, 0, len(text), lang=lang))
    if meaning in ("cardinal", "number") and re.fullmatch(r"[-+]?[\d,]*\.?\d+", text):
        return numbers.number(text, lang)
    if meaning == "ordinal" and re.fullmatch(r"(?:ke-?)?[\d,]+(?:st|nd|rd|th)?", text):
        return numbers.ordinal(digits, lang)
    if meaning == "time":
        return _as(text.replace(".", ":", 1) if re.match(r"\d+\.\d\d", text) else text, "time", lang, dates.time)
    if meaning == "currency":
        code = _CURRENCY_CODE.match(text)
        return _as(text if not code else code[1] + code[2], "money", lang, quantities.money)
    return None


def _as(text: str, kind: str, lang: Lang, rule: object) -> str | None:
    items = lex(text)
    if len(items) != 1 or items[0].kind != kind:
        return None
    items[0].lang = lang
    return str(rule(items[0]))  # type: ignore[operator]


def _character(char: str, lang: Lang) -> str:
    if char.isdecimal():
        return numbers.digits(char, lang)
    if char.isalpha():
        return "^" + char
    names = {
        ".": ("dot", "titik"),
        ",": ("comma", "koma"),
        "-": ("dash", "sengkang"),
        "_": ("underscore", "garis bawah"),
        "/": ("slash", "garis miring"),
    }
    pair = names.get(char) or SYMBOLS.get(char)
    return pair[lang == "ms"] if pair else ""


def _date(text: str, order: str, lang: Lang) -> str | None:
    parts = re.findall(r"\d+", text)
    if len(parts) == 1 and len(parts[0]) == sum(_FIELDS.get(field, 99) for field in order):
        digits, parts = parts[0], []
        for field in order:
            parts.append(digits[: _FIELDS[field]])
            digits = digits[_FIELDS[field] :]
    if len(parts) != len(order) or not set(order) <= set("dmy"):
        return None
    fields = dict(zip(order, parts, strict=True))
    month, day = int(fields.get("m", "1")), int(fields.get("d", "1"))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return dates.say(
        fields.get("d", ""), month if "m" in fields else 0, fields.get("y", ""), lang, order.find("m") < order.find("d")
    )

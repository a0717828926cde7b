"""Dates and times of day, English and Malay."""

from tts.text.normalize import numbers
from tts.text.normalize.lex import Item
from tts.text.normalize.tables import MONTH_NAMES, MONTHS
from tts.text.types import Lang

_PARTS = {"tgh hari": "tengah hari", "ptg": "petang", "pg": "pagi", "mlm": "malam"}


def say(day: str, month: int, year: str, lang: Lang, month_first: bool = False) -> str:
    """A date in words; "" or 0 leaves out a part."""
    name = MONTH_NAMES[lang][month - 1] if month else ""
    tail = f" {numbers.year(year, lang)}" if year else ""
    if not day:
        return f"{name}{tail}".strip()
    if lang == "ms":
        return f"{numbers.cardinal(str(int(day)), lang)} {name}{tail}"
    ordinal = numbers.ordinal(str(int(day)), lang)
    comma = " ," if year else ""
    return f"{name} {ordinal}{comma}{tail}" if month_first else f"the {ordinal} of {name}{comma}{tail}"


def date_iso(item: Item) -> str:
    """ "2024-03-21", also with a time of day."""
    year, month, day = item.text[:10].split("-")
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return " ".join(numbers.digits(part, item.lang) for part in (year, month, day))
    spoken = say(day, int(month), year, item.lang)
    if len(item.text) < 16:
        return spoken
    return f"{spoken} , {_clock(int(item.text[11:13]), item.text[14:16], item.lang)}"


def date_slash(item: Item) -> str:
    """ "21/03/2024": day first, as Malaysia and Britain write it, unless only month first makes sense."""
    separator = item.get("sep")
    first, second, year = item.text.split(separator)
    day, month = (first, second) if int(second) <= 12 else (second, first)
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        between = {
            "/": {"en": " slash ", "ms": " per "}[item.lang],
            ".": {"en": " point ", "ms": " titik "}[item.lang],
            "-": " ",
        }
        return between[separator].join(numbers.cardinal(part, item.lang) for part in (first, second, year))
    if len(year) == 2:
        year = ("20" if int(year) < 50 else "19") + year
    return say(day, int(month), year, item.lang)


def date_named(item: Item) -> str:
    """ "3 March 2024", "March 3rd, 2024", "3 Mac", "Mac 2024"."""
    month = MONTHS[item.get("month").lower()]
    if not item.get("day"):
        return f"{MONTH_NAMES[item.lang][month - 1]} {numbers.year(item.get('year'), item.lang)}"
    month_first = item.text.lower().startswith(item.get("month").lower())
    return say(item.get("day"), month, item.get("year"), item.lang, month_first)


def _clock(hour: int, minute: str, lang: Lang, seconds: str = "") -> str:
    spoken = numbers.cardinal(str(hour), lang)
    if minute and int(minute):
        zero = {"en": "oh ", "ms": "kosong "}[lang] if minute[0] == "0" else ""
        spoken += f" {zero}{numbers.cardinal(str(int(minute)), lang)}"
    if seconds and int(seconds):
        word = ("second" if int(seconds) == 1 else "seconds") if lang == "en" else "saat"
        spoken += f" {'and ' if lang == 'en' else ''}{numbers.cardinal(str(int(seconds)), lang)} {word}"
    return spoken


def time(item: Item) -> str:
    """ "7:05 p.m.", "19:30", Malay "8.30 pagi"."""
    hour, minute, part = int(item.get("h")), item.get("m"), item.get("part")
    spoken = _clock(hour, minute, item.lang, item.get("s"))
    if not part:
        on_the_hour = item.lang == "en" and minute == "00" and not item.get("s") and hour <= 12
        if hour == 0 and item.lang == "en":
            return f"zero hours{'' if minute == '00' else ' ' + numbers.cardinal(str(int(minute)), 'en')}"
        return f"{spoken} o'clock" if on_the_hour else spoken
    letter = part[0].lower()
    if part.replace(".", "").replace(" ", "").lower() not in ("am", "pm"):
        return f"{spoken} {_PARTS.get(part, part)}"
    if item.lang == "en":
        return f"{spoken} ^{letter}m"
    return f"{spoken} {_malay_part(hour, letter)}"


def _malay_part(hour: int, letter: str) -> str:
    if letter == "a":
        return "tengah malam" if hour == 12 else "pagi"
    if hour in (12, 1):
        return "tengah hari"
    return "petang" if hour < 7 else "malam"

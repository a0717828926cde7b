"""Numbers with something attached: money, units, percentages, ranges, fractions, telephone numbers, years."""

from tts.text.normalize import numbers
from tts.text.normalize.lex import Item
from tts.text.normalize.tables import CURRENCIES, MAGNITUDES, SYMBOLS, UNITS
from tts.text.types import Lang

_TO = {"en": "to", "ms": "hingga"}
_POWERS = {"2": ("square", "persegi"), "²": ("square", "persegi"), "3": ("cubic", "padu"), "³": ("cubic", "padu")}
_PAIRS = (("24", "7"), ("9", "11"))  # known by their two numbers
_FRACTIONS = {"½": ("1", "2"), "¼": ("1", "4"), "¾": ("3", "4"), "⅓": ("1", "3"), "⅔": ("2", "3"), "⅛": ("1", "8")}


def money(item: Item) -> str:
    """ "$3.50" is "three dollars and fifty cents", "RM1.2 juta" "one point two million ringgit"."""
    lang, amount = item.lang, item.get("num")
    names = CURRENCIES["$" if item.get("cur") == "¢" else item.get("cur")]
    one, many, cent, cents = names[:4] if lang == "en" else (names[4], names[4], names[5], names[5])
    sign = _sign(item, lang)
    if item.get("cur") == "Rp" and len(amount.partition(".")[2]) == 3:
        amount = amount.replace(".", "")  # Indonesian thousands
    if item.get("cur") == "¢":
        return f"{numbers.number(amount, lang)} {cent if amount == '1' else cents}"
    magnitude = item.get("mag") or item.get("mag2")
    if magnitude:
        return f"{sign}{numbers.number(amount, lang)} {MAGNITUDES[magnitude][lang == 'ms']} {many}"
    whole, _, part = amount.rpartition(".") if amount.count(".") == 1 else (amount, "", "")
    if part and len(part) != 2:
        return f"{sign}{numbers.number(amount, lang)} {many}"
    units = f"{numbers.number(whole or '0', lang)} {one if whole == '1' else many}"
    if not part.strip("0"):
        return sign + units
    rest = f"{numbers.cardinal(part.lstrip('0'), lang)} {cent if part == '01' else cents}"
    if not whole.strip("0,"):
        return sign + rest
    return f"{sign}{units} and {rest}" if lang == "en" else f"{sign}{units} {rest}"


def quantity(item: Item) -> str:
    """ "5 km/h" is "five kilometers per hour"."""
    lang = item.lang
    one, many, malay = UNITS[item.get("unit")]
    unit = malay if lang == "ms" else (one if item.get("num") == "1" and not item.get("to") else many)
    if item.get("power"):
        english, malay_power = _POWERS[item.get("power")]
        unit = f"{english} {unit}" if lang == "en" else f"{unit} {malay_power}"
    return f"{_amount(item, lang)} {unit}"


def percent(item: Item) -> str:
    """ "3.5%" is "three point five percent"."""
    return f"{_amount(item, item.lang)} {SYMBOLS[item.get('unit')][item.lang == 'ms']}"


def _amount(item: Item, lang: Lang) -> str:
    spoken = _sign(item, lang) + numbers.number(item.get("num"), lang)
    return f"{spoken} {_TO[lang]} {numbers.number(item.get('to'), lang)}" if item.get("to") else spoken


def _sign(item: Item, lang: Lang) -> str:
    names = {"-": ("minus ", "negatif "), "+": ("plus ", "tambah ")}
    return names.get(item.get("sign"), ("", ""))[lang == "ms"]


def spread(item: Item) -> str:
    """A range: "10-12" is "ten to twelve", "2019–2021" two years."""
    low, high = item.get("num"), item.get("to")
    both = [low, high]
    if (
        item.lang == "en"
        and looks_like_year(low)
        and (looks_like_year(high) or (len(high) == 2 and int(high) > int(low[2:])))
    ):
        return f"{numbers.year(low, 'en')} to {numbers.year(high, 'en')}"
    return f" {_TO[item.lang]} ".join(numbers.number(value, item.lang) for value in both)


def looks_like_year(text: str) -> bool:
    """Four digits from 1100 to 2099."""
    return len(text) == 4 and text.isdecimal() and 1100 <= int(text) <= 2099


def fraction(item: Item) -> str:
    """ "3/4", "1 1/2", "2½"; other pairs are read as two numbers ("24/7")."""
    lang, whole = item.lang, item.get("whole")
    if item.get("sign"):
        top, bottom = _FRACTIONS[item.get("sign")]
    else:
        top, bottom = item.get("top"), item.get("bottom")
        if bottom[0] == "0" or top[0] == "0" or (top, bottom) in _PAIRS or int(top) >= int(bottom) or int(bottom) > 100:
            slash = "" if (top, bottom) in _PAIRS else ("out of " if lang == "en" else "daripada ")
            if int(bottom) and int(top) > int(bottom) and slash:
                slash = "over " if lang == "en" else "per "
            head = f"{numbers.cardinal(whole, lang)} " if whole else ""
            return f"{head}{numbers.cardinal(top, lang)} {slash}{numbers.cardinal(bottom, lang)}"
    spoken = numbers.fraction(top, bottom, lang)
    if not whole:
        return spoken
    if lang == "ms":
        return f"{numbers.cardinal(whole, lang)} {spoken}"
    return f"{numbers.cardinal(whole, lang)} and {'a half' if (top, bottom) == ('1', '2') else spoken}"


def decade(item: Item) -> str:
    """ "1990s" is "nineteen nineties", "80s" "eighties", Malay "1990-an" "seribu ... puluhan"."""
    years = item.get("num") or "".join(char for char in item.text if char.isdecimal())
    if item.get("num"):
        return numbers.cardinal(years, "ms") + "an"
    if item.lang == "ms":
        return numbers.cardinal(years, "ms") + "an"
    return numbers.plural(numbers.year(years, "en"))


def phone(item: Item) -> str:
    """A telephone number digit by digit, with a pause between groups."""
    groups = "".join(char if char.isdecimal() else " " for char in item.text).split()
    plus = {"en": "plus ", "ms": "tambah "}[item.lang] if item.text[0] == "+" else ""
    return plus + " , ".join(numbers.digits(group, item.lang) for group in groups)


def product(item: Item) -> str:
    """ "4x100" is "four by one hundred", "2 x 3" "two times three"."""
    by = {"en": "times" if item.get("sign") else "by", "ms": "darab" if item.get("sign") else "kali"}[item.lang]
    return f"{numbers.number(item.get('num'), item.lang)} {by} {numbers.number(item.get('to'), item.lang)}"


def version(item: Item) -> str:
    """ "1.2.3" is "one point two point three"; numbers over 999 digit by digit."""
    dot = {"en": " point ", "ms": " titik "}[item.lang]
    head = "version " if item.text[0] in "vV" and item.lang == "en" else ("versi " if item.text[0] in "vV" else "")
    return head + dot.join(numbers.cardinal(part, item.lang, 3) for part in item.text.lstrip("vV").split("."))


def magnitude(item: Item) -> str:
    """ "5k" is "five thousand"."""
    return f"{_amount(item, item.lang)} {MAGNITUDES[item.get('mag')][item.lang == 'ms']}"

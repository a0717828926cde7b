"""Numbers in words, English and Malay: cardinals, ordinals, decimals, years, digits, fractions.

Every function takes decimal digits as text, so that nothing is lost to floats, and costs time linear in their count:
what is too long to be named as a quantity is read digit by digit.
"""

from tts.text.types import Lang

MAX_PLAIN_DIGITS = 15  # an ungrouped run longer than this is an identifier, not a quantity
MAX_GROUPED_DIGITS = 21  # the largest quantity with a name

_EN_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
_EN_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_EN_PARTS = {2: ("half", "halves"), 4: ("quarter", "quarters")}
_MS_SMALL = (
    "kosong",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "lapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)
_MS_SCALES = ("", "ribu", "juta", "bilion", "trilion", "kuadrilion", "kuintilion")
_POINT = {"en": "point", "ms": "perpuluhan"}
_MINUS = {"en": "minus", "ms": "negatif"}


def digits(text: str, lang: Lang) -> str:
    """Each digit named: "407" is "four zero seven"."""
    names = _EN_SMALL if lang == "en" else _MS_SMALL
    return " ".join(names[int(digit)] for digit in text if digit.isdecimal())


def cardinal(text: str, lang: Lang, limit: int = MAX_GROUPED_DIGITS) -> str:
    """A whole number: "120" is "one hundred twenty"; read digit by digit from `limit` digits or with leading zeros."""
    if len(text) > limit or (len(text) > 1 and text[0] == "0"):
        return digits(text, lang)
    groups = []
    while text:
        groups.append(int(text[-3:]))
        text = text[:-3]
    under_thousand, scales = (_en_hundreds, _EN_SCALES) if lang == "en" else (_ms_hundreds, _MS_SCALES)
    words = []
    for power in range(len(groups) - 1, -1, -1):
        if not groups[power]:
            continue
        if lang == "ms" and power == 1 and groups[power] == 1:
            words.append("seribu")
            continue
        words += [under_thousand(groups[power]), scales[power]]
    return " ".join(word for word in words if word) or digits("0", lang)


def _en_hundreds(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    words = [_EN_SMALL[hundreds], "hundred"] if hundreds else []
    if rest >= 20:
        words.append(_EN_TENS[rest // 10])
        rest %= 10
    if rest:
        words.append(_EN_SMALL[rest])
    return " ".join(words)


def _ms_hundreds(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    words = []
    if hundreds:
        words.append("seratus" if hundreds == 1 else f"{_MS_SMALL[hundreds]} ratus")
    if rest >= 20:
        words.append(f"{_MS_SMALL[rest // 10]} puluh")
        rest %= 10
    if rest >= 12:
        words.append(f"{_MS_SMALL[rest - 10]} belas")
    elif rest:
        words.append(_MS_SMALL[rest])
    return " ".join(words)


def number(text: str, lang: Lang) -> str:
    """A number as written, with sign, groups of digits, decimals: "-1.50" is "minus one point five zero"."""
    sign = ""
    if text[:1] in "+-":
        sign = _MINUS[lang] + " " if text[0] == "-" else ("plus " if lang == "en" else "tambah ")
        text = text[1:]
    if text.count(".") > 1:  # 1.000.000 groups by dots
        text = text.replace(".", "")
    whole, point, part = text.partition(".")
    limit = MAX_GROUPED_DIGITS if "," in whole else MAX_PLAIN_DIGITS
    spoken = cardinal(whole.replace(",", "") or "0", lang, limit)
    if point and part:
        spoken += f" {_POINT[lang]} {digits(part, lang)}"
    return sign + spoken


def ordinal(text: str, lang: Lang) -> str:
    """ "21" is "twenty first", in Malay "kedua puluh satu"."""
    spoken = cardinal(text, lang)
    if lang == "ms":
        return "pertama" if text == "1" else "ke" + spoken
    head, _, last = spoken.rpartition(" ")
    if last in _EN_ORDINALS:
        last = _EN_ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return f"{head} {last}".strip()


def year(text: str, lang: Lang) -> str:
    """ "1999" is "nineteen ninety nine", "2005" "two thousand five"; in Malay a plain number."""
    value = int(text)
    if lang == "ms" or not 1000 <= value <= 9999 or value % 1000 < 10:
        return cardinal(text, lang)
    century, rest = divmod(value, 100)
    if rest == 0:
        return f"{cardinal(str(century), lang)} hundred"
    tail = f"oh {_EN_SMALL[rest]}" if rest < 10 else _en_hundreds(rest)
    return f"{cardinal(str(century), lang)} {tail}"


def plural(spoken: str) -> str:
    """The decade of an English number: "nineteen ninety" gives "nineteen nineties"."""
    return spoken[:-1] + "ies" if spoken.endswith("y") else spoken + "s"


def fraction(above: str, below: str, lang: Lang) -> str:
    """ "3", "4" is "three quarters" or "tiga suku"; "1", "2" is "one half" or "setengah"."""
    top = cardinal(above, lang)
    if lang == "ms":
        if (above, below) == ("1", "2"):
            return "setengah"
        if below == "4" and above in ("1", "3"):
            return "suku" if above == "1" else "tiga suku"
        return f"{'se' if above == '1' else top + ' '}per{cardinal(below, lang)}"
    one = above == "1"
    if int(below) in _EN_PARTS:
        return f"{top} {_EN_PARTS[int(below)][0 if one else 1]}"
    return f"{top} {ordinal(below, lang)}{'' if one else 's'}"


_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def roman(text: str) -> int | None:
    """Value of a Roman numeral up to 399 in its usual form, or None: "XIV" is 14, "IIX" none."""
    total = 0
    for letter, following in zip(text, text[1:] + "I", strict=False):
        if letter not in _ROMAN:
            return None
        total += _ROMAN[letter] if _ROMAN[letter] >= _ROMAN.get(following, 0) else -_ROMAN[letter]
    return total if total > 0 and _to_roman(total) == text else None


def _to_roman(value: int) -> str:
    out = ""
    for size, letters in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        out += letters * (value // size)
        value %= size
    return out

"""Words and numbers whose reading depends on their neighbours: years, Roman numerals, capitals, Malay doubling."""

from tts.text import language
from tts.text.normalize import numbers, tables, words
from tts.text.normalize.abbreviations import undotted
from tts.text.normalize.around import Around
from tts.text.normalize.lex import Item
from tts.text.normalize.tables import DAYS, MALAY_SHORT, MALAY_TITLES, SYMBOLS
from tts.text.types import Lang

YEAR_CUES = frozenset(
    "in since year by from until till before after during of around circa early late mid spring summer autumn fall "
    "winter class back for pre post tahun sejak pada".split()
)
_PARTS = "pagi,petang,malam,tengah hari,tengah malam,tgh hari,ptg,pg,mlm".split(",")
_NOT_COUNTED = frozenset("was is has does this as its his us always perhaps plus versus vs was s".split())
_NOT_AFTER_YEARS = frozenset("people men women children percent".split())
_DIAL_CUES = frozenset(
    "call dial dialled dialed phone ring text hubungi telefon dail room flight bus route pin zip box "
    "postcode poskod pos".split()
)


def number(item: Item, around: Around) -> str:
    """A plain number: a year where its surroundings say so, digits after "call", otherwise a quantity."""
    text, lang = item.get("num"), item.lang
    previous = around.previous_word().lower()
    if text.isdecimal() and not item.get("sign"):
        if len(text) >= 3 and (previous in _DIAL_CUES or _is_postcode(text, around)):
            return numbers.digits(text, lang)
        if lang == "en" and len(text) == 4 and _is_year(text, previous, around):
            return numbers.year(text, lang)
    return numbers.number(item.get("sign") + text, lang)


def _is_postcode(text: str, around: Around) -> bool:
    """Five digits between a comma and a name: "..., 47300 Petaling Jaya"."""
    before = around.at(-1)
    return len(text) == 5 and before is not None and before.text == "," and around.next_word()[:1].isupper()


def _is_year(text: str, previous: str, around: Around) -> bool:
    following = around.next_word().lower()
    counted = following.endswith("s") and following not in _NOT_COUNTED
    if counted or following in _NOT_AFTER_YEARS:
        return False
    return 1900 <= int(text) <= 2099 or (previous in YEAR_CUES and 1000 <= int(text) <= 2099)


def word(item: Item, around: Around) -> str:
    """A word of letters: Roman numeral, acronym, short Malay spelling, CamelCase, or itself."""
    text, lang = item.text, item.lang
    if text.isupper() and not around.shouting:
        value = words.roman(text, around.previous_word(), lang, not around.next_word())
        if value is not None:
            return value
    if len(text) == 1:
        return _letter(text, around)
    body, tick, ending = text.partition("'")
    if body.isupper() and len(body) > 1:
        spoken = words.acronym(body, around.shouting, language.known(body.lower()))
        gap = " ~" if spoken[0] == "^" else ""
        return f"{spoken}{gap}'{ending.lower()}" if tick else spoken
    if len(body) == 1 and body.isupper() and ending == "s":
        return f"^{body} ~'s"
    if text[-1] == "s" and len(text) in (3, 4) and text[:-1].isupper() and not tick:
        spoken = words.acronym(text[:-1], False, language.known(text[:-1].lower()))
        return spoken + (" ~'s" if spoken[0] == "^" else "s")
    if lang == "ms" and text.lower() in MALAY_SHORT and not text.isupper():
        return MALAY_SHORT[text.lower()]
    return undotted(text, around) or words.split_camel(text)


def _letter(text: str, around: Around) -> str:
    """A letter on its own is named, but for the English words "a" and "I" and the interjection "o"."""
    inside = bool(around.previous_word()) and not around.shouting
    plain = text in "aIio" or (text in "AO" and not inside)
    return text if around.lang == "en" and plain else "^" + text


def hyphenated(item: Item, around: Around) -> str:
    """ "well-known", "anak-anak": parts spoken without a gap; parts in capitals as acronyms."""
    out: list[str] = []
    parts = item.text.split("-")
    if all(part.lower() in DAYS and part.istitle() for part in parts):
        return (" to " if item.lang == "en" else " hingga ").join(DAYS[part.lower()] for part in parts)
    for part in parts:
        spoken = word(Item("word", part, item.start, item.end, lang=item.lang), Around([item], 0, around.shouting))
        out.append(spoken)
    return " ".join((piece if not place or piece[0] in "^~" else "~" + piece) for place, piece in enumerate(out))


def _is_doubled(base: str, lang: Lang) -> bool:
    """Whether the 2 after a word stands for the word again, as in the Malay "buku2"."""
    if not (base.isalpha() and len(base) > 2 and (base.islower() or base.istitle())):
        return False
    return language.guess(base, "en") == "ms" or (lang == "ms" and base.islower() and language.score(base) > 0)


def alnum(item: Item, around: Around) -> str:
    """Letters with digits: "buku2" is "buku-buku" in Malay, "COVID-19" and "MP3" are read in parts."""
    base = item.text[:-1]
    if item.text[-1] in "2²" and _is_doubled(base, item.lang):
        whole = MALAY_SHORT.get(base.lower(), base)
        return f"{whole} ~{whole}"
    if item.text.isdecimal():
        return numbers.number(item.text, item.lang)
    if item.text[-1] in "xX" and base.isdecimal():
        return f"{numbers.number(base, item.lang)} {'times' if item.lang == 'en' else 'kali'}"
    if item.text[-1] in "²³":
        power = SYMBOLS[item.text[-1]][item.lang == "ms"]
        rest = numbers.number(base, item.lang) if base.isdecimal() else words.letters_and_digits(base, item.lang)
        return f"{rest} {power}"
    return words.letters_and_digits(item.text, item.lang)


def is_shouting(items: list[Item]) -> bool:
    """Whether the window is written in capitals: at least two common words are, and hardly any word is not."""
    texts = [item.text for item in items if item.kind == "word" and len(item.text) > 1]
    upper = [text for text in texts if text.isupper()]
    acronyms = words.SPELT | words.READ
    common = [text for text in upper if text not in acronyms and any(letter in "AEIOUY" for letter in text)]
    return sum(language.known(text.lower()) for text in common) >= 2 and len(upper) > 2 * (len(texts) - len(upper))


def evidence(item: Item) -> float:
    """How Malay an item looks by itself (see `language.score`); 0 for what says nothing."""
    if item.kind in ("word", "words"):
        if item.text.isupper() and len(item.text) > 1:
            return 0.0
        best = max((language.score(part) for part in item.text.lower().split("-")), key=abs)
        if best < 0 and item.text[0].isupper() and best > -5:
            return best * 0.6
        return best
    month = item.get("month").lower()
    if month:
        return 6.0 if month in tables.MONTHS_MS_ONLY else (-4.0 if month in tables.MONTHS_EN_ONLY else 0.0)
    if item.get("mag") in tables.MALAY_MAGNITUDES or item.text[:3].lower() == "ke-" or item.text.endswith("-an"):
        return 6.0
    if item.kind == "time" and item.get("part") in _PARTS:
        return 6.0
    if item.kind == "abbr":
        return 3.0 if item.get("abbr").lower() in MALAY_TITLES | {"bhd", "sdn", "dll", "dsb", "dato", "spt"} else 0.0
    return 0.0

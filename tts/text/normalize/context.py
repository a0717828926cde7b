"""Items whose reading depends on their neighbours: abbreviations, "No.", years, Roman numerals, capitals."""

from dataclasses import dataclass

from tts.text import language
from tts.text.normalize import numbers, tables, words
from tts.text.normalize.lex import Item
from tts.text.normalize.quantities import looks_like_year
from tts.text.normalize.tables import DOTTED, FINALS, INNER, MALAY_SHORT, MALAY_TITLES, NEED_NAME, SYMBOLS, TITLES

SAINTS = frozenset(
    "james john paul peter mary louis patrick george andrew thomas joseph francis anne ann michael nicholas "
    "petersburg helens helena lucia kitts "
    "martin vincent moritz albans davids ives stephen mark luke matthew anthony augustine catherine clare david".split()
)
YEAR_CUES = frozenset(
    "in since year by from until till before after during of around circa early late mid spring summer autumn fall "
    "winter class back "
    "for pre post tahun sejak pada".split()
)
STARTERS = frozenset(
    "the a he she it they we you this that these those then there but and so in on at if when while after before "
    "however my his her our "
    "dia ia kita kami mereka itu ini apabila jika tetapi pada selepas".split()
)
_NOT_COUNTED = frozenset("was is has does this as its his us always perhaps plus versus vs was s".split())
_DIAL_CUES = frozenset(
    "call dial dialled dialed phone ring text hubungi telefon dail room flight bus route pin".split()
)
_NUMERIC = ("number", "range", "fraction", "alnum", "ordinal", "version")


@dataclass(frozen=True)
class Around:
    """An item's neighbourhood: the items of the window, the item's index, and whether the window is in capitals."""

    items: list[Item]
    index: int
    shouting: bool

    def at(self, offset: int) -> Item | None:
        """The item `offset` places away, if there is one."""
        place = self.index + offset
        return self.items[place] if 0 <= place < len(self.items) else None

    def previous_word(self) -> str:
        """The word before, "" if something else stands there."""
        item = self.at(-1)
        return item.text if item is not None and item.kind in ("word", "words", "abbr") else ""

    def next_word(self) -> str:
        """The word after, "" if something else stands there."""
        item = self.at(1)
        return item.text if item is not None and item.kind in ("word", "words", "abbr", "initial", "dotted") else ""

    def ends_here(self) -> bool:
        """Whether a full stop swallowed by an abbreviation also ends the sentence."""
        item = self.at(1)
        return (
            item is None
            or item.kind == "paragraph"
            or (item.kind == "word" and item.text[0].isupper() and item.text != "I")
        )


def abbreviation(item: Item, around: Around) -> str:
    """A known abbreviation and its full stop: "Dr. Smith", "Oak Dr.", "No. 5", "No.", "etc."."""
    word, lang = item.get("abbr").lower(), item.lang
    following = around.next_word()
    if word in ("no", "nos"):
        after = around.at(1)
        numeric = after is not None and after.kind in _NUMERIC
        return ("nombor" if lang == "ms" else "number" + "s" * (word == "nos")) if numeric else f"{item.get('abbr')} ."
    if word in ("dr", "st"):
        return _doctor_or_drive(word, around, following)
    if word == "dato":
        return "dato"
    malay = int(lang == "ms")
    if word in TITLES and (word not in NEED_NAME or following[:1].isupper()):
        return TITLES[word][malay]
    if word in INNER and not (word in ("min", "max", "fig", "ed", "al") and around.at(1) is None):
        return INNER[word][malay]
    if word in FINALS:
        return FINALS[word][malay] + (" ." if around.ends_here() and not (word == "sdn") else "")
    return f"{item.get('abbr')} ."


def _doctor_or_drive(word: str, around: Around, following: str) -> str:
    previous = around.previous_word()
    street, title = ("drive", "doctor") if word == "dr" else ("street", "saint")
    named = following[:1].isupper()
    saint = word == "st" and following.lower().removesuffix("'s") in SAINTS
    after_name = previous[:1].isupper() and previous.lower() not in (
        "the",
        "dear",
        "and",
        "by",
        "dan",
        "oleh",
        "yang",
        "if",
        "when",
        "see",
        "ask",
        "dato",
    )
    if saint or (named and (not after_name or (word == "dr" and around.index < 2))):
        return title if around.items[around.index].lang == "en" or word == "st" else "doktor"
    if after_name and not (named and word == "dr"):
        return street + (" ." if around.ends_here() else "")
    if word == "dr":
        return "doctor" if around.items[around.index].lang == "en" else "doktor"
    return street if not named else title


def dotted(item: Item, around: Around) -> str:
    """ "e.g.", "U.S.", "a.m."; a full stop follows where the sentence ends."""
    key = item.text.lower()
    starts_anew = around.next_word().lower() in STARTERS and around.ends_here()
    stop = " ." if around.at(1) is None or starts_anew or (around.ends_here() and key in ("a.m.", "p.m.")) else ""
    if key in DOTTED:
        return DOTTED[key][item.lang == "ms"] + stop
    return "^" + item.text.replace(".", "") + stop


def number(item: Item, around: Around) -> str:
    """A plain number: a year where its surroundings say so, digits after "call", otherwise a quantity."""
    text, lang = item.get("num"), item.lang
    previous = around.previous_word().lower()
    if text.isdecimal() and not item.get("sign"):
        if previous in _DIAL_CUES and len(text) >= 3:
            return numbers.digits(text, lang)
        if (
            lang == "en"
            and (looks_like_year(text) or 1000 <= int(text[:5]) < 1100)
            and _is_year(text, previous, around)
        ):
            return numbers.year(text, lang)
    return numbers.number(item.get("sign") + text, lang)


def _is_year(text: str, previous: str, around: Around) -> bool:
    following = around.next_word().lower()
    counted = following.endswith("s") and following not in _NOT_COUNTED
    if previous in YEAR_CUES:
        return not counted
    return (
        1900 <= int(text) <= 2099 and not counted and following not in ("people", "men", "women", "children", "percent")
    )


def word(item: Item, around: Around) -> str:
    """A word of letters: Roman numeral, acronym, short Malay spelling, CamelCase, or itself."""
    text, lang = item.text, item.lang
    if text.isupper() and len(text) > 0 and not around.shouting:
        value = words.roman(text, around.previous_word(), lang)
        if value is not None:
            return value
    if len(text) == 1:
        return _letter(text, around)
    body, tick, ending = text.partition("'")
    if text.isupper() and len(body) > 1 or (body.isupper() and len(body) > 1 and tick):
        spoken = words.acronym(body, around.shouting, language.known(body.lower()))
        return spoken + (
            f" ~'{ending.lower()}" if tick and spoken[0] == "^" else (f"'{ending.lower()}" if tick else "")
        )
    if text[-1] == "s" and len(text) in (3, 4) and text[:-1].isupper():
        spoken = words.acronym(text[:-1], False, language.known(text[:-1].lower()))
        return spoken + (" ~'s" if spoken[0] == "^" else "s")
    if lang == "ms" and text.lower() in MALAY_SHORT and not text.isupper():
        return MALAY_SHORT[text.lower()]
    return words.split_camel(text)


def _letter(text: str, around: Around) -> str:
    """A letter on its own is named, but for the English words "a" and "I" and the interjection "o"."""
    lang, inside = around.items[around.index].lang, bool(around.previous_word())
    if (
        lang == "en"
        and (text in "aIiOo" or (text == "A" and (not inside or around.shouting)))
        and not text == "O" * inside
    ):
        return text
    return "^" + text


def hyphenated(item: Item, around: Around) -> str:
    """ "well-known", "anak-anak": parts spoken without a gap; parts in capitals as acronyms."""
    out: list[str] = []
    for part in item.text.split("-"):
        spoken = word(Item("word", part, item.start, item.end, lang=item.lang), Around([item], 0, around.shouting))
        out.append(spoken)
    return " ".join((piece if not place or piece[0] in "^~" else "~" + piece) for place, piece in enumerate(out))


def alnum(item: Item, around: Around) -> str:
    """Letters with digits: "buku2" is "buku-buku" in Malay, "COVID-19" and "MP3" are read in parts."""
    base = item.text[:-1]
    if (
        item.text[-1] in "2²"
        and base.isalpha()
        and (
            len(base) > 2
            and (
                language.guess(base, "en") == "ms"
                or (item.lang == "ms" and base.islower() and language.score(base) > 0)
            )
        )
    ):
        whole = MALAY_SHORT.get(base.lower(), base)
        return f"{whole} ~{whole}"
    if item.text.isdecimal():
        return numbers.number(item.text, item.lang)
    if item.text[-1] in "²³":
        power = SYMBOLS[item.text[-1]][item.lang == "ms"]
        rest = numbers.number(base, item.lang) if base.isdecimal() else words.letters_and_digits(base, item.lang)
        return f"{rest} {power}"
    return words.letters_and_digits(item.text, item.lang)


def is_shouting(items: list[Item]) -> bool:
    """Whether the window is written in capitals: at least two long words of letters are, and hardly any is not."""
    upper = sum(item.text.isupper() for item in items if item.kind == "word" and len(item.text) > 1)
    lower = sum(not item.text.isupper() for item in items if item.kind == "word" and len(item.text) > 1)
    known = sum(
        item.text.isupper() and len(item.text) > 1 and language.known(item.text.lower())
        for item in items
        if item.kind == "word"
    )
    return upper >= 2 and known >= 2 and upper > 2 * lower


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
    if (
        item.kind == "time"
        and item.get("part")[:1] in ("p", "m", "t")
        and len(item.get("part")) > 3
        and "." not in item.get("part")
    ):
        return 6.0
    if item.kind == "abbr":
        return 3.0 if item.get("abbr").lower() in MALAY_TITLES | {"bhd", "sdn", "dll", "dsb", "dato", "spt"} else 0.0
    return 0.0

"""Abbreviations by context: "Dr. Smith" and "Oak Dr.", "No. 5" and "No.", "e.g.", "Mr", "Mon"."""

from tts.text.normalize.around import Around
from tts.text.normalize.lex import Item
from tts.text.normalize.tables import (
    DAYS,
    DOTTED,
    ENGLISH_SHORT,
    ENGLISH_TITLES,
    FINALS,
    INNER,
    NEED_NAME,
    TITLES,
)

SAINTS = frozenset(
    "james john paul peter mary louis patrick george andrew thomas joseph francis anne ann michael nicholas "
    "petersburg helens helena lucia kitts martin vincent moritz albans davids ives stephen mark luke matthew anthony "
    "augustine catherine clare david".split()
)
STARTERS = frozenset(
    "the a he she it they we you this that these those then there but and so in on at if when while after before "
    "however my his her our dia ia kita kami mereka itu ini apabila jika tetapi pada selepas".split()
)
_NUMERIC = ("number", "range", "fraction", "alnum", "ordinal", "version")
_NOT_NAMES = frozenset("the dear and by dan oleh yang if when see ask dato".split())  # may stand before a title


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
    before = around.at(-1)
    if word == "sen" and (lang == "ms" or (before is not None and before.kind in _NUMERIC)):
        return f"{item.get('abbr')} ."  # the coin
    named = following[:1].isupper() and following.lower() not in STARTERS
    if word in TITLES and (word not in NEED_NAME or named):
        return TITLES[word][malay]
    if word in INNER and not (word in ("min", "max", "fig", "ed", "al") and around.at(1) is None):
        return INNER[word][malay] + (" ." if following[:1].isupper() and following.lower() in STARTERS else "")
    if word in FINALS:
        return FINALS[word][malay] + (" ." if around.ends_here() and not (word == "sdn") else "")
    return f"{item.get('abbr')} ."


def _doctor_or_drive(word: str, around: Around, following: str) -> str:
    previous = around.previous_word()
    street, title = ("drive", "doctor") if word == "dr" else ("street", "saint")
    named = following[:1].isupper() and following.lower().rstrip(".") not in STARTERS | {"no", "nos"}
    saint = word == "st" and following.lower().removesuffix("'s") in SAINTS
    after_name = previous[:1].isupper() and previous.lower() not in _NOT_NAMES
    if saint or (named and (not after_name or (word == "dr" and around.index < 2))):
        return title if around.lang == "en" or word == "st" else "doktor"
    if after_name and not (named and word == "dr"):
        return street + (" ." if around.ends_here() else "")
    if word == "dr":
        return "doctor" if around.lang == "en" else "doktor"
    return street if not named else title


def dotted(item: Item, around: Around) -> str:
    """ "e.g.", "U.S.", "a.m."; a full stop follows where the sentence ends."""
    key = item.text.lower()
    starts_anew = around.next_word().lower() in STARTERS and around.ends_here()
    stop = " ." if around.at(1) is None or starts_anew or (around.ends_here() and key in ("a.m.", "p.m.")) else ""
    if key in DOTTED:
        return DOTTED[key][item.lang == "ms"] + stop
    return "^" + item.text.replace(".", "") + stop


def undotted(text: str, around: Around) -> str:
    """ "Mr Smith", "vs", "Mon": abbreviations without their full stop; "" for any other word."""
    lower, following = text.lower(), around.next_word()
    if lower in ENGLISH_SHORT and around.lang == "en":
        return ENGLISH_SHORT[lower]
    if lower in ENGLISH_TITLES and text[0].isupper() and following[:1].isupper():
        return ENGLISH_TITLES[lower]
    if lower == "st" and following.lower() in SAINTS:
        return "saint"
    if lower in DAYS and text.istitle():
        after = around.at(1)
        dated = after is not None and (after.kind.startswith("date") or after.text == ",")
        return DAYS[lower] if dated or lower not in ("sat", "sun", "mon") else ""
    return ""

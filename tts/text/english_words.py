"""English words that the dictionary lacks, from words it has: endings, beginnings, British spellings, compounds."""

from collections.abc import Callable, Iterator, Sequence

from tts.symbols import VOWELS

Lookup = Callable[[str], str | None]

_SIBILANTS = "szʃʒʧʤ"
_VOICELESS = "ptkfθ" + _SIBILANTS.replace("z", "").replace("ʒ", "").replace("ʤ", "")
_ENDINGS = {
    "ing": "ɪŋ", "er": "əɹ", "ers": "əɹz", "est": "ɪst", "ness": "nəs", "less": "ləs", "ment": "mənt", "ments": "mənts",
    "ful": "fᵊl", "able": "əbᵊl", "ish": "ɪʃ", "ism": "ˌɪzəm", "ist": "ɪst", "ists": "ɪsts", "like": "lˌIk",
    "ship": "ʃˌɪp", "hood": "hˌʊd", "dom": "dəm", "wise": "wˌIz", "ward": "wəɹd", "wards": "wəɹdz", "ly": "li",
    "ings": "ɪŋz", "eth": "əθ", "y": "i",
}  # fmt: skip
# Only beginnings that did better than the letter rules on held-out words; "re", "de", "co", "pre" did not.
_BEGINNINGS = {
    "un": "ʌn", "non": "nˌɑn", "anti": "ˌæntI", "over": "ˌOvəɹ", "under": "ˌʌndəɹ", "mis": "mɪs", "dis": "dɪs",
    "inter": "ˌɪntəɹ", "super": "sˌupəɹ", "semi": "sˌɛmi", "multi": "mˌʌlti", "micro": "mˌIkɹO", "mega": "mˌɛɡə",
    "counter": "kˌWntəɹ", "ultra": "ˌʌltɹə", "cyber": "sˌIbəɹ", "auto": "ˌɔTO", "hyper": "hˌIpəɹ",
    "pseudo": "sˌudO", "self": "sˌɛlf",
}  # fmt: skip
_SECOND = {"man": "mən", "son": "sən", "land": "lənd", "men": "mɛn"}
_BRITISH = (
    ("isation", "ization"), ("isations", "izations"), ("isational", "izational"), ("ising", "izing"), ("ised", "ized"),
    ("ises", "izes"), ("iser", "izer"), ("ise", "ize"), ("yse", "yze"), ("ysed", "yzed"), ("our", "or"),
    ("ours", "ors"), ("oured", "ored"), ("tre", "ter"), ("lled", "led"), ("lling", "ling"), ("ogue", "og"),
    ("ence", "ense"),
)  # fmt: skip
_CLIPPED = {"'ll": "ᵊl", "'ve": "əv", "'re": "əɹ"}
_LEAST_STEM = 3


def build(word: str, lookup: Lookup) -> str | None:
    """Phones of `word` made from parts that `lookup` knows, or None."""
    return _from(word, lookup, (_clipped, _plural, _past, _adverb, _suffixed, _british))


def assemble(word: str, lookup: Lookup) -> Iterator[tuple[str, float]]:
    """Bolder guesses than `build`, each with the share of its sounds that may differ from what the letters suggest."""
    for rule, doubt in ((_prefixed, 0.25), (_compound, 0.1)):
        phones = rule(word, lookup)
        if phones:
            yield phones, doubt


def _from(word: str, lookup: Lookup, rules: Sequence[Callable[[str, Lookup], str | None]]) -> str | None:
    return next((phones for rule in rules if (phones := rule(word, lookup))), None)


def plural(phones: str) -> str:
    """`phones` with the ending -s or 's in its right form."""
    last = phones[-1:]
    return phones + ("ᵻz" if last in _SIBILANTS else "s" if last in _VOICELESS else "z")


def join(phones: str, ending: str) -> str:
    """`phones` with an ending: t flaps between vowels, r links, a doubled consonant is said once."""
    if ending.lstrip("ˌ")[:1] in tuple(VOWELS):
        if phones.endswith("t") and phones[-2:-1] in tuple(VOWELS + "ɹ") and "ˌ" not in ending[:1]:
            phones = phones[:-1] + "T"
        elif phones.endswith("əɹ"):
            phones += "ɹ"
    elif phones[-1:] == ending[:1]:
        phones = phones[:-1]
    return phones + ending


def _stems(stem: str) -> Iterator[str]:
    """Spellings that a stem may have had before a vowel was added to it."""
    silent = stem[-1] in "cvzu" or (len(stem) <= 4 and stem[-2] in "aeiou" and stem[-1] not in "aeiouwxy")
    yield from (stem + "e", stem) if silent else (stem, stem + "e")
    if len(stem) > _LEAST_STEM and stem[-1] == stem[-2]:
        yield stem[:-1]
    if stem.endswith("i"):
        yield stem[:-1] + "y"


def _first(stems: Iterator[str], lookup: Lookup) -> str | None:
    return next((found for stem in stems if len(stem) >= _LEAST_STEM and (found := lookup(stem))), None)


def _clipped(word: str, lookup: Lookup) -> str | None:
    for ending, said in _CLIPPED.items():
        if word.endswith(ending):
            base = lookup(word[: -len(ending)])
            return base + (said[1:] if base[-1] in VOWELS and said != "ᵊl" else said) if base else None
    if word.endswith("'d"):
        return _add_past(lookup(word[:-2]))
    return None


def _plural(word: str, lookup: Lookup) -> str | None:
    for ending in ("'s", "s'", "s"):
        if word.endswith(ending) and not word.endswith("ss"):
            stem = word[: -len(ending)]
            stems = [stem]
            if ending != "'s" and stem.endswith("ie"):
                stems.append(stem[:-2] + "y")
            if ending != "'s" and stem.endswith("e"):
                stems.append(stem[:-1])
            base = next((found for s in stems if len(s) >= 2 and (found := lookup(s) or _any(s, lookup))), None)
            return plural(base) if base else None
    return None


def _any(word: str, lookup: Lookup) -> str | None:
    """A stem that is itself built ("zoomers" from "zoomer" from "zoom")."""
    return None if word.endswith("s") else _past(word, lookup) or _suffixed(word, lookup) or _compound(word, lookup)


def _past(word: str, lookup: Lookup) -> str | None:
    return _add_past(_first(_stems(word[:-2]), lookup)) if word.endswith("ed") and len(word) > 4 else None


def _add_past(base: str | None) -> str | None:
    if base is None:
        return None
    if base[-1] in "tdT":
        return join(base, "ᵻd")
    return base + ("t" if base[-1] in _VOICELESS else "d")


def _adverb(word: str, lookup: Lookup) -> str | None:
    if word.endswith("ically"):
        base = lookup(word[:-4])
        return base + "li" if base else None
    if word.endswith("bly"):
        base = lookup(word[:-1] + "e")
        return base[:-2] + "li" if base and base.endswith("ᵊl") else None
    return None


def _suffixed(word: str, lookup: Lookup) -> str | None:
    for ending, said in _ENDINGS.items():
        stem = word[: -len(ending)]
        if word.endswith(ending) and len(stem) >= _LEAST_STEM:
            vowel = ending[0] in "aeiouy"
            base = _first(_stems(stem) if vowel else iter((stem, stem[:-1] + "y")), lookup)
            if base:
                return join(base, said)
    return None


def _british(word: str, lookup: Lookup) -> str | None:
    for ours, theirs in _BRITISH:
        if word.endswith(ours):
            found = lookup(word[: -len(ours)] + theirs)
            if found:
                return found
    return None


def _prefixed(word: str, lookup: Lookup) -> str | None:
    for beginning, said in sorted(_BEGINNINGS.items(), key=lambda item: -len(item[0])):
        rest = word[len(beginning) :]
        if word.startswith(beginning) and len(rest) >= 4:
            base = lookup(rest) or _plural(rest, lookup) or _past(rest, lookup) or _suffixed(rest, lookup)
            if base:
                return said + base
    return None


def _compound(word: str, lookup: Lookup) -> str | None:
    """Two words of the dictionary, the most even split first; the second loses its stress, or keeps some if long."""
    middle = len(word) // 2
    for shift in range(len(word)):
        for cut in {middle - shift, middle + shift}:
            if 4 <= cut <= len(word) - 3:
                first, second = lookup(word[:cut]), lookup(word[cut:])
                if first and second:
                    long = sum(symbol in VOWELS for symbol in second) > 1
                    return first + _SECOND.get(word[cut:], second.replace("ˈ", "ˌ" if long else ""))
    return None

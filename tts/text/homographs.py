"""English words with one spelling and several sounds, told apart by the token's tag or by their neighbours."""

from tts.errors import TextError
from tts.text.english_words import plural
from tts.text.lexicon import check_phones, data_dir

_BEFORE_VERB = frozenset(
    "to will would can could should must may might shall not i you we they who please let's don't didn't doesn't won't "
    "can't couldn't wouldn't shouldn't cannot i'll you'll he'll she'll we'll they'll it'll i'd you'd we'd they'd never "
    "always often also let us help".split()
)
_BEFORE_NOUN = frozenset(
    "the a an this that these those my your his her its our their no some any each every of in on for with by at from "
    "new old first last next good bad great own same such another other more most less what which whose one two three "
    "four five ten many few several much under into about without".split()
)
_BEFORE_PAST = frozenset(
    "has have had having i've you've we've they've he's she's it's was were is are be been being get gets got already "
    "he she it just who've hasn't haven't hadn't".split()
)
_BEFORE_VERB_S = frozenset("he she it who which that never always often also".split())
_BE = frozenset("is are was were be been being am i'm you're he's she's it's we're they're so very too quite".split())
# Words after (or before) which a sense is meant that grammar alone does not show.
_NEXT = {
    "live": ("adj", "music show shows stream streams streaming broadcast broadcasts concert concerts event events "
             "audio video coverage performance performances audience album wire animals tv television band from"),
    "lead": ("metal", "pipe pipes paint poisoning pencil pencils acid bullet bullets"),
    "close": ("adj", "to friend friends by call together enough relationship relationships proximity attention"),
    "bass": ("fish", "fishing boat lake"),
    "polish": ("nation", "people language government president border army zloty"),
    "minute": ("adj", "amount amounts detail details quantities particles differences"),
    "wound": ("past", "up around down"),
    "content": ("adj", "with to"),
    "tear": ("verb", "up down apart off it the them"),
    "separate": ("adj", "room rooms account accounts issue issues ways part parts things"),
    "present": ("adj", "day situation moment time state"),
}  # fmt: skip
_BEFORE = {
    "live": ("adj", "go goes going went streamed broadcast"),
    "row": ("quarrel", "terrible blazing furious political"),
    "bow": ("verb", "take to"),
    "close": ("adj", "too so very come came comes get gets got stay stayed remain remained how pretty is was"),
    "use": ("noun", "little much make making made makes"),
    "lives": ("noun", "men's women's people's children's saved lost save day-to-day daily whose"),
    "increase": ("noun", "large small big sharp further"),
    "wound": ("past", "was were he she they is are it"),
}  # fmt: skip


def _read() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for line in (data_dir() / "en_homographs.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            word, *senses = line.split("\t")
            words[word] = {tag: check_phones(phones) for tag, _, phones in (sense.partition("=") for sense in senses)}
    return words


HOMOGRAPHS = _read()


def choose(word: str, tag: str | None, previous: str, following: str) -> str | None:
    """Phones of a homograph, or None if `word` is none.

    Args:
        word: folded word.
        tag: sense asked for ("noun", "verb", "past", ...), or None; a tag the word lacks is passed over.
        previous, following: folded neighbour words, "" for a pause.
    """
    senses = HOMOGRAPHS.get(word)
    if senses is None:
        return _with_s(word, tag, previous)
    guess = tag if tag in senses else _guess(word, senses, previous, following)
    return senses.get(guess) or next(iter(senses.values()))


def _with_s(word: str, tag: str | None, previous: str) -> str | None:
    """A homograph with -s: a verb after a pronoun, else a noun if it can be one."""
    senses = HOMOGRAPHS.get(word[:-1]) if word.endswith("s") else None
    if senses is None:
        return None
    wanted = (tag or "", "verb" if previous in _BEFORE_VERB_S else "noun", "noun", "verb")
    found = next((senses[sense] for sense in wanted if sense in senses), None)
    return plural(found) if found else None


def senses(word: str) -> tuple[str, ...]:
    """The tags a homograph can be asked for.

    Raises:
        TextError: `word` is not a homograph.
    """
    if word not in HOMOGRAPHS:
        raise TextError(f"{word!r} has one pronunciation; words with several: {', '.join(sorted(HOMOGRAPHS))}")
    return tuple(HOMOGRAPHS[word])


def _guess(word: str, senses: dict[str, str], previous: str, following: str) -> str:
    for table, neighbour in ((_NEXT, following), (_BEFORE, previous)):
        tag, words = table.get(word, ("", ""))
        if neighbour and neighbour in words.split():
            return tag
    if "past" in senses and previous in _BEFORE_PAST:
        return "past"
    if "verb" in senses and previous in _BEFORE_VERB:
        return "verb"
    if "adj" in senses and previous in _BE:
        return "adj"
    if previous in _BEFORE_NOUN:
        return "noun" if "noun" in senses else "adj"
    return ""

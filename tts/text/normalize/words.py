"""Words that are not read as they stand: acronyms, abbreviations, Roman numerals, CamelCase, letters mixed with digits.

Spoken forms are written in a small notation that `expand` turns into tokens: words apart by spaces, "^BBC" for a word
to be spelt, "~anak" for one joined to the word before.
"""

import re

from tts.text.normalize import numbers
from tts.text.normalize.lex import LETTER
from tts.text.types import Lang

READ = frozenset(
    "NASA NATO UNESCO UNICEF ASEAN OPEC FIFA UEFA AIDS LASER RADAR SONAR SCUBA NAFTA INTERPOL MERCOSUR OPEC YAHOO "
    "IKEA LEGO NASDAQ UMNO PETRONAS MARA PERODUA PROTON JAKIM SIRIM MIMOS BERNAMA FELDA FAMA RISDA MARDI PAS MITI "
    "TEKUN FELCRA KEMAS GERAKAN BERSATU AMANAH MINDEF TALDEN POTUS SCOTUS SWAT PIN SIM RAM ROM LAN WAN GIF JPEG ZIP "
    "COVID SARS MERS IKIM UNIMAS UPNM UTEM UNISEL UNITEN BERSIH MAMPU SOCSO PERKESO KLIA2 ASEAN SEATO NASCAR WASP "
    "YOLO FOMO IMAX CAPTCHA BASIC COBOL ASCII SPAM SMART SUHAKAM MERALCO SPRM2 TERAJU UDA KESAS LITRAK DASH SUKE MYVI "
    "AXIA BEZZA SAGA PUNB TABUNG KOJADI".split()
)
SPELT = frozenset(
    "USA UK EU UN US IT AI TV PC CD DVD ID OK VIP FAQ DIY UFO ATM CEO CFO CTO IQ DJ PR HR QA UI IO MP PM AM ICU ER "
    "ASAP RSVP FYI BTW HQ LED KL PJ JB KK FA".split()
)
SHOUTED = frozenset(  # short words people write in capitals to stress them
    "YES NO NOT WOW ALL AND THE FOR ARE YOU NEW NOW HOW WHY WHO ONE TWO TEN TOP BIG BAD FUN HOT SO DO MY ME WE HE SHE "
    "IS BE TO OF IN ON BUT CAN GET HEY HI OH AH YAY BOO END BUY WIN OFF OUT TRY SEE SAY LET ANY OLD DAY WAY MAN "
    "LOL HAHA YA TAK NAK DAN JOM LAH INI ITU ADA DIA APA BAS TIN".split()
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_KEEP_CAMEL = re.compile(r"^(?:Mc|Mac|O'|De|Di|La|Le|Van|Fitz)[A-Z][a-z']+$")
_CAMEL_WORDS = {
    "PhD": "^PhD",
    "iOS": "^iOS",
    "macOS": "mac ^OS",
    "GitHub": "git hub",
    "LaTeX": "latex",
    "WiFi": "wi fi",
    "BSc": "^BSc",
    "MSc": "^MSc",
}
_SOUNDS = frozenset("hm hmm mm mmm shh psst brr grr tsk pst pfft zzz nth".split())  # words without a vowel letter
_MAX_LETTERS = 40  # no word of either language is longer; a longer run is read in pieces
_MAX_SPELT = 12
CARDINAL_CUES = frozenset(
    "chapter part section act scene volume vol book type phase class level stage title article appendix unit step "
    "figure table model grade tier mark rocky bowl version level war bab bahagian jilid fasa tingkatan seksyen "
    "lampiran kelas rajah jadual tahap artikel siri darjah peringkat".split()
)
REGNAL = frozenset(
    "henry louis charles elizabeth george edward william richard james john paul pius benedict francis philip "
    "philippe peter catherine nicholas alexander frederick victoria mary napoleon ramses ramesses leo gregory "
    "innocent urban clement boniface julius alfonso ferdinand carlos juan leopold christian harald olaf gustav albert "
    "otto wilhelm ivan rama mehmed suleiman murad selim ptolemy xerxes darius".split()
)


def acronym(word: str, shouting: bool, known: bool) -> str:
    """An all-capitals word: spelt or read.

    Args:
        word: two or more capital letters.
        shouting: its surroundings are in capitals as well.
        known: a dictionary has the word in lower case.
    """
    if word in READ:
        return word.capitalize()
    if word in SHOUTED:
        return word.lower()
    if word in SPELT and not (shouting and word in ("US", "IT", "AM", "OK")):
        return "^" + word
    vowels = sum(letter in "AEIOU" for letter in word) + (shouting and "Y" in word)
    if shouting and known and vowels:
        return word.lower()
    if vowels == 0 or len(word) <= 3 or (len(word) == 4 and not known):
        return spelt(word)
    return word.lower() if known or len(word) > 5 else spelt(word)


def spelt(letters: str) -> str:
    """Letters by name, in runs short enough to speak in one breath."""
    return " ".join("^" + letters[at : at + _MAX_SPELT] for at in range(0, len(letters), _MAX_SPELT))


def split_camel(word: str) -> str:
    """ "YouTube" is "you tube"; "McDonald" stays; very long words are cut."""
    if word in _CAMEL_WORDS:
        return _CAMEL_WORDS[word]
    if len(word) > _MAX_LETTERS:
        return " ".join(word[at : at + _MAX_LETTERS] for at in range(0, len(word), _MAX_LETTERS))
    if word.isascii() and len(word) <= 5 and not set(word.lower()) & set("aeiouy'") and word.lower() not in _SOUNDS:
        return spelt(word)
    if word.islower() or word.istitle() or _KEEP_CAMEL.match(word) or "'" in word:
        return word
    parts = [part for part in _CAMEL.split(word) if part]
    return " ".join(spelt(part) if part.isupper() and 1 < len(part) <= 4 else part for part in parts)


def letters_and_digits(text: str, lang: Lang) -> str:
    """ "MP3" is "M P three", "covid19" "covid nineteen", "747" "seven forty seven" only in words such as "B747"."""
    out = []
    for piece in re.findall(rf"{LETTER}+|\d+", text):
        if piece.isdecimal():
            out.append(_short_number(piece, lang))
        elif piece.isupper() and piece not in READ and (len(piece) <= 4):
            out.append(spelt(piece))
        elif len(piece) == 1:
            out.append("^" + piece)
        else:
            out.append(split_camel(piece.capitalize() if piece in READ else piece))
    return " ".join(out)


def _short_number(digits: str, lang: Lang) -> str:
    if len(digits) == 4 and 1900 <= int(digits) <= 2099:
        return numbers.year(digits, lang)
    if len(digits) == 3 and lang == "en" and digits[0] != "0" and digits[1] != "0":
        return f"{numbers.cardinal(digits[0], lang)} {numbers.cardinal(digits[1:], lang)}"
    return numbers.cardinal(digits, lang, 3)


def roman(word: str, previous: str, lang: Lang, last: bool) -> str | None:
    """A Roman numeral after a name, or None: "Henry VIII" gives "the eighth", "Chapter IV" "four".

    Args:
        word: what may be a numeral.
        previous: the word before, "" if there is none.
        lang: language to speak in.
        last: no word follows, so that "Elizabeth I" is no pronoun.
    """
    value = numbers.roman(word)
    before = previous.lower()
    if value is None or not previous or value > 99:
        return None
    if before in CARDINAL_CUES:
        return numbers.cardinal(str(value), lang)
    if len(word) == 1 and not (before in REGNAL and (word in "VX" or last)):
        return None
    if before == "dunia" or (lang == "ms" and previous[0].isupper()):
        return numbers.ordinal(str(value), "ms")
    if before in REGNAL:
        return f"the {numbers.ordinal(str(value), 'en')}"
    if previous[0].isupper() and not previous.isupper() and len(word) > 1 and value < 40:
        return numbers.cardinal(str(value), lang)
    return None

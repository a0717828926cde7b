"""The words behind abbreviations, months, currencies, units and symbols, in both languages."""

# Months: the word as written (lower case, no full stop) → number; then number → the spoken name.
MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12, "januari": 1, "februari": 2, "mac": 3, "mei": 5,
    "julai": 7, "ogos": 8, "oktober": 10, "disember": 12, "ogo": 8, "okt": 10, "dis": 12,
}  # fmt: skip
MONTHS_MS_ONLY = frozenset("januari februari mac mei julai ogos oktober disember ogo okt dis".split())
MONTHS_EN_ONLY = frozenset("january february march may june july august october december mar aug oct dec".split())
MONTH_NAMES = {
    "en": "January February March April May June July August September October November December".split(),
    "ms": "Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember".split(),
}

# Currency: how it is written → (English one, many, hundredth, hundredths; Malay unit, hundredth).
_DOLLAR = ("dollar", "dollars", "cent", "cents", "dolar", "sen")


def _dollar(en: str, ms: str) -> tuple[str, ...]:
    return (f"{en} dollar", f"{en} dollars", "cent", "cents", f"dolar {ms}", "sen")


CURRENCIES: dict[str, tuple[str, ...]] = {
    "$": _DOLLAR, "US$": _dollar("U S", "Amerika"), "USD": _dollar("U S", "Amerika"),
    "S$": _dollar("Singapore", "Singapura"),
    "SGD": _dollar("Singapore", "Singapura"), "A$": _dollar("Australian", "Australia"),
    "AUD": _dollar("Australian", "Australia"), "HK$": _dollar("Hong Kong", "Hong Kong"),
    "RM": ("ringgit", "ringgit", "sen", "sen", "ringgit", "sen"),
    "MYR": ("ringgit", "ringgit", "sen", "sen", "ringgit", "sen"),
    "£": ("pound", "pounds", "penny", "pence", "paun", "peni"),
    "GBP": ("pound", "pounds", "penny", "pence", "paun", "peni"),
    "€": ("euro", "euros", "cent", "cents", "euro", "sen"), "EUR": ("euro", "euros", "cent", "cents", "euro", "sen"),
    "¥": ("yen", "yen", "sen", "sen", "yen", "sen"), "JPY": ("yen", "yen", "sen", "sen", "yen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise", "rupee", "paisa"),
    "Rp": ("rupiah", "rupiah", "sen", "sen", "rupiah", "sen"),
    "₩": ("won", "won", "jeon", "jeon", "won", "jeon"), "฿": ("baht", "baht", "satang", "satang", "baht", "satang"),
    "₱": ("peso", "pesos", "centavo", "centavos", "peso", "sentavo"),
}  # fmt: skip
MAGNITUDES = {
    "hundred": ("hundred", "ratus"), "thousand": ("thousand", "ribu"), "million": ("million", "juta"),
    "billion": ("billion", "bilion"), "trillion": ("trillion", "trilion"), "ratus": ("hundred", "ratus"),
    "ribu": ("thousand", "ribu"), "juta": ("million", "juta"), "bilion": ("billion", "bilion"),
    "trilion": ("trillion", "trilion"), "k": ("thousand", "ribu"), "K": ("thousand", "ribu"), "m": ("million", "juta"),
    "M": ("million", "juta"), "mn": ("million", "juta"), "bn": ("billion", "bilion"), "bil": ("billion", "bilion"),
    "B": ("billion", "bilion"),
}  # fmt: skip
MALAY_MAGNITUDES = frozenset(("ratus", "ribu", "juta", "bilion", "trilion"))

# Units: as written → (English one, English many, Malay).
UNITS: dict[str, tuple[str, str, str]] = {
    "km/h": ("kilometer per hour", "kilometers per hour", "kilometer sejam"),
    "kmh": ("kilometer per hour", "kilometers per hour", "kilometer sejam"),
    "km/j": ("kilometer per hour", "kilometers per hour", "kilometer sejam"),
    "kph": ("kilometer per hour", "kilometers per hour", "kilometer sejam"),
    "mph": ("mile per hour", "miles per hour", "batu sejam"),
    "m/s": ("meter per second", "meters per second", "meter sesaat"),
    "m/s²": ("meter per second squared", "meters per second squared", "meter sesaat kuasa dua"),
    "km²": ("square kilometer", "square kilometers", "kilometer persegi"),
    "m²": ("square meter", "square meters", "meter persegi"),
    "cm²": ("square centimeter", "square centimeters", "sentimeter persegi"),
    "m³": ("cubic meter", "cubic meters", "meter padu"),
    "cm³": ("cubic centimeter", "cubic centimeters", "sentimeter padu"),
    "km": ("kilometer", "kilometers", "kilometer"), "m": ("meter", "meters", "meter"),
    "cm": ("centimeter", "centimeters", "sentimeter"), "mm": ("millimeter", "millimeters", "milimeter"),
    "μm": ("micrometer", "micrometers", "mikrometer"), "nm": ("nanometer", "nanometers", "nanometer"),
    "ft": ("foot", "feet", "kaki"), "yd": ("yard", "yards", "ela"), "mi": ("mile", "miles", "batu"),
    "kg": ("kilogram", "kilograms", "kilogram"), "g": ("gram", "grams", "gram"),
    "mg": ("milligram", "milligrams", "miligram"), "μg": ("microgram", "micrograms", "mikrogram"),
    "lb": ("pound", "pounds", "paun"), "lbs": ("pound", "pounds", "paun"), "oz": ("ounce", "ounces", "auns"),
    "L": ("liter", "liters", "liter"), "l": ("liter", "liters", "liter"),
    "ml": ("milliliter", "milliliters", "mililiter"), "mL": ("milliliter", "milliliters", "mililiter"),
    "°C": ("degree Celsius", "degrees Celsius", "darjah Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit", "darjah Fahrenheit"), "°": ("degree", "degrees", "darjah"),
    "℃": ("degree Celsius", "degrees Celsius", "darjah Celsius"),
    "℉": ("degree Fahrenheit", "degrees Fahrenheit", "darjah Fahrenheit"),
    "kB": ("kilobyte", "kilobytes", "kilobait"), "KB": ("kilobyte", "kilobytes", "kilobait"),
    "MB": ("megabyte", "megabytes", "megabait"), "GB": ("gigabyte", "gigabytes", "gigabait"),
    "TB": ("terabyte", "terabytes", "terabait"), "PB": ("petabyte", "petabytes", "petabait"),
    "kbps": ("kilobit per second", "kilobits per second", "kilobit sesaat"),
    "Mbps": ("megabit per second", "megabits per second", "megabit sesaat"),
    "Gbps": ("gigabit per second", "gigabits per second", "gigabit sesaat"), "Hz": ("hertz", "hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz", "kilohertz"), "MHz": ("megahertz", "megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz", "gigahertz"), "W": ("watt", "watts", "watt"),
    "kW": ("kilowatt", "kilowatts", "kilowatt"), "MW": ("megawatt", "megawatts", "megawatt"),
    "kWh": ("kilowatt hour", "kilowatt hours", "kilowatt jam"), "V": ("volt", "volts", "volt"),
    "mA": ("milliampere", "milliamperes", "miliampere"),
    "mAh": ("milliampere hour", "milliampere hours", "miliampere jam"), "Ω": ("ohm", "ohms", "ohm"),
    "dB": ("decibel", "decibels", "desibel"), "cal": ("calorie", "calories", "kalori"),
    "kcal": ("kilocalorie", "kilocalories", "kilokalori"), "J": ("joule", "joules", "joule"),
    "kJ": ("kilojoule", "kilojoules", "kilojoule"), "Pa": ("pascal", "pascals", "pascal"),
    "hPa": ("hectopascal", "hectopascals", "hektopascal"), "kPa": ("kilopascal", "kilopascals", "kilopascal"),
    "ms": ("millisecond", "milliseconds", "milisaat"), "s": ("second", "seconds", "saat"),
    "sec": ("second", "seconds", "saat"), "min": ("minute", "minutes", "minit"),
    "mins": ("minute", "minutes", "minit"), "hr": ("hour", "hours", "jam"), "hrs": ("hour", "hours", "jam"),
    "h": ("hour", "hours", "jam"), "px": ("pixel", "pixels", "piksel"), "rpm": ("R P M", "R P M", "putaran seminit"),
    "ha": ("hectare", "hectares", "hektar"), "ppm": ("part per million", "parts per million", "bahagian sejuta"),
    "inch": ("inch", "inches", "inci"), "fps": ("frame per second", "frames per second", "bingkai sesaat"),
}  # fmt: skip

# Abbreviations with a full stop → spoken (English, Malay); "" keeps the word as it is. Lower case.
TITLES = {  # always before a name: never the end of a sentence
    "mr": ("mister", "mister"), "mrs": ("missus", "missus"), "ms": ("miz", "miz"), "prof": ("professor", "profesor"),
    "rev": ("reverend", "reverend"), "gen": ("general", "jeneral"), "col": ("colonel", "kolonel"),
    "lt": ("lieutenant", "leftenan"), "capt": ("captain", "kapten"), "sgt": ("sergeant", "sarjan"),
    "gov": ("governor", "gabenor"), "sen": ("senator", "senator"), "pres": ("president", "presiden"),
    "hon": ("honorable", "yang berhormat"), "mt": ("mount", "gunung"), "ft": ("fort", "fort"),
    "en": ("encik", "encik"), "pn": ("puan", "puan"), "tn": ("tuan", "tuan"), "hj": ("haji", "haji"),
    "hjh": ("hajah", "hajah"), "ir": ("insinyur", "insinyur"), "ustz": ("ustazah", "ustazah"),
    "ust": ("ustaz", "ustaz"), "kg": ("kampung", "kampung"), "sg": ("sungai", "sungai"), "jln": ("jalan", "jalan"),
    "jl": ("jalan", "jalan"), "lrg": ("lorong", "lorong"), "bkt": ("bukit", "bukit"), "tmn": ("taman", "taman"),
    "tg": ("tanjung", "tanjung"), "cik": ("cik", "cik"), "bil": ("bilangan", "bilangan"),
}  # fmt: skip
NEED_NAME = frozenset(
    "ms gen col sen hon pres gov mt ft en ir kg sg tg bil cik ust lt".split()
)  # other words without one
MALAY_TITLES = frozenset("en pn tn hj hjh ir ustz ust kg sg jln jl lrg bkt tmn tg cik bil".split())
FINALS = {  # may also end a sentence
    "etc": ("et cetera", "et cetera"), "inc": ("incorporated", "incorporated"), "ltd": ("limited", "limited"),
    "co": ("company", "kompani"), "corp": ("corporation", "corporation"), "jr": ("junior", "junior"),
    "sr": ("senior", "senior"), "ave": ("avenue", "avenue"), "blvd": ("boulevard", "boulevard"),
    "rd": ("road", "road"), "apt": ("apartment", "apartment"), "bhd": ("berhad", "berhad"),
    "sdn": ("sendirian", "sendirian"), "dll": ("dan lain lain", "dan ~lain ~lain"),
    "dsb": ("dan sebagainya", "dan sebagainya"), "dept": ("department", "department"),
    "est": ("established", "established"), "esq": ("esquire", "esquire"),
}  # fmt: skip
INNER = {  # in the midst of a sentence
    "vs": ("versus", "lawan"), "approx": ("approximately", "kira ~kira"), "fig": ("figure", "rajah"),
    "vol": ("volume", "jilid"), "ch": ("chapter", "bab"), "sec": ("section", "seksyen"), "pp": ("pages", "muka surat"),
    "cf": ("compare", "bandingkan"), "spt": ("seperti", "seperti"), "tel": ("telephone", "telefon"),
    "ext": ("extension", "sambungan"), "cth": ("example", "contohnya"), "samb": ("extension", "sambungan"),
    "ed": ("edition", "edisi"), "min": ("minimum", "minimum"), "max": ("maximum", "maksimum"), "al": ("al", "al"),
    "ms": ("muka surat", "muka surat"), "hlm": ("halaman", "halaman"),
}  # fmt: skip
DOTTED = {  # letters each with a full stop
    "e.g.": ("for example", "contohnya"), "i.e.": ("that is", "iaitu"), "a.m.": ("^am", "pagi"),
    "p.m.": ("^pm", "petang"), "m.s.": ("^MS", "muka surat"), "a.k.a.": ("also known as", "juga dikenali sebagai"),
    "ph.d.": ("^PhD", "^PhD"), "m.sc.": ("^MSc", "^MSc"), "b.sc.": ("^BSc", "^BSc"), "s.a.w.": ("^saw", "^saw"),
    "s.w.t.": ("^swt", "^swt"), "p.s.": ("^PS", "^PS"), "n.b.": ("^NB", "^NB"),
}  # fmt: skip
# Malay chat spellings without a full stop, read as the full word in a Malay surrounding.
MALAY_SHORT = {
    "yg": "yang", "dgn": "dengan", "utk": "untuk", "dlm": "dalam", "drpd": "daripada", "kpd": "kepada", "pd": "pada",
    "bg": "bagi", "spt": "seperti", "sgt": "sangat", "tdk": "tidak", "blm": "belum", "sblm": "sebelum",
    "slps": "selepas", "lps": "lepas", "krn": "kerana", "sbb": "sebab", "tp": "tapi", "tetapi": "tetapi",
    "jgn": "jangan", "blh": "boleh", "org": "orang", "dr": "dari", "dpt": "dapat", "skrg": "sekarang", "sy": "saya",
    "kt": "kat", "mcm": "macam", "mmg": "memang", "bkn": "bukan", "tlg": "tolong", "jg": "juga", "je": "je",
    "hrs": "harus", "bhw": "bahawa", "thn": "tahun", "bln": "bulan", "hr": "hari", "pkl": "pukul",
    "dll": "dan ~lain ~lain", "dsb": "dan sebagainya", "sdn": "sendirian", "bhd": "berhad", "tn": "tuan", "pn": "puan",
    "hj": "haji", "jln": "jalan", "kpg": "kampung", "ttg": "tentang", "xde": "tak ada", "xnak": "tak nak",
    "xboleh": "tak boleh", "nk": "nak", "dh": "dah", "lg": "lagi", "bkt": "bukit", "msia": "malaysia", "msg": "masing",
    "kata2": "kata ~kata", "sklh": "sekolah", "byk": "banyak",
}  # fmt: skip

# English abbreviations that are also written without a full stop; a name must follow those of the second table.
ENGLISH_SHORT = {
    "vs": "versus",
    "etc": "et cetera",
    "approx": "approximately",
    "blk": "block",
    "mr": "mister",
    "mrs": "missus",
}
ENGLISH_TITLES = {"dr": "doctor", "prof": "professor", "capt": "captain", "sgt": "sergeant"}
DAYS = {
    "mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "thur": "Thursday",
    "thurs": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip

# Symbols: (English, Malay).
SYMBOLS = {
    "&": ("and", "dan"), "@": ("at", "di"), "#": ("hash", "tanda pagar"), "+": ("plus", "tambah"),
    "=": ("equals", "sama dengan"), "×": ("times", "darab"), "÷": ("divided by", "bahagi"),
    "±": ("plus or minus", "tambah tolak"), "<": ("less than", "kurang daripada"),
    ">": ("greater than", "lebih daripada"), "≤": ("at most", "paling banyak"),
    "≥": ("at least", "sekurang ~kurangnya"), "≈": ("about", "kira ~kira"), "≠": ("is not", "tidak sama dengan"),
    "√": ("square root of", "punca kuasa dua"), "∞": ("infinity", "infiniti"), "π": ("pi", "pi"),
    "Ω": ("ohm", "ohm"), "μ": ("mu", "miu"), "%": ("percent", "peratus"), "‰": ("per mille", "per seribu"),
    "°": ("degrees", "darjah"), "§": ("section", "seksyen"), "©": ("copyright", "hak cipta"),
    "™": ("trademark", "tanda niaga"), "®": ("registered", "berdaftar"), "→": ("to", "ke"), "$": ("dollar", "dolar"),
    "£": ("pound", "paun"), "€": ("euro", "euro"), "¥": ("yen", "yen"), "¢": ("cents", "sen"),
    "\\": ("backslash", "garis miring"), "²": ("squared", "kuasa dua"), "³": ("cubed", "kuasa tiga"),
    "№": ("number", "nombor"), "∑": ("sum", "jumlah"), "∆": ("delta", "delta"), "½": ("one half", "setengah"),
    "¼": ("one quarter", "suku"), "¾": ("three quarters", "tiga suku"), "⅓": ("one third", "satu pertiga"),
    "⅔": ("two thirds", "dua pertiga"), "⅛": ("one eighth", "satu perlapan"),
}  # fmt: skip
EMOJI = {
    "😂": ("laughing", "ketawa"), "🤣": ("laughing", "ketawa"), "😀": ("smiling", "senyum"),
    "😃": ("smiling", "senyum"), "😄": ("smiling", "senyum"), "😊": ("smiling", "senyum"), "🙂": ("smiling", "senyum"),
    "😍": ("in love", "jatuh cinta"), "😢": ("crying", "menangis"), "😭": ("crying", "menangis"),
    "😡": ("angry", "marah"), "😉": ("winking", "kenyit mata"), "🤔": ("thinking", "berfikir"),
    "😎": ("cool", "hebat"), "😱": ("shocked", "terkejut"), "😴": ("sleeping", "tidur"), "❤": ("heart", "hati"),
    "♥": ("heart", "hati"), "💕": ("hearts", "hati"), "💔": ("broken heart", "patah hati"),
    "👍": ("thumbs up", "bagus"), "👎": ("thumbs down", "tak bagus"), "👏": ("clapping", "tepuk tangan"),
    "🙏": ("thank you", "terima kasih"), "🔥": ("fire", "api"), "🎉": ("hooray", "hore"), "🎂": ("cake", "kek"),
    "🎁": ("gift", "hadiah"), "⭐": ("star", "bintang"), "🌟": ("star", "bintang"), "☀": ("sun", "matahari"),
    "☕": ("coffee", "kopi"), "🍕": ("pizza", "piza"), "🚀": ("rocket", "roket"), "✅": ("check mark", "betul"),
    "✔": ("check mark", "betul"), "❌": ("cross mark", "salah"), "⚠": ("warning", "amaran"),
    "💯": ("one hundred", "seratus"), "👋": ("waving", "lambaian"), "💪": ("strong", "kuat"), "🐱": ("cat", "kucing"),
    "🐶": ("dog", "anjing"), "🌹": ("rose", "mawar"), "🌧": ("rain", "hujan"), "🎵": ("music", "muzik"),
    "🍛": ("curry", "kari"), "🚗": ("car", "kereta"), "🏠": ("house", "rumah"), "📞": ("telephone", "telefon"),
    "💰": ("money", "duit"),
}  # fmt: skip

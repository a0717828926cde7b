"""Normalisation as a table: what is written, what is spoken.

Spoken forms are in the notation of `tts.text.normalize.words`: "^BBC" is spelt, "~anak" is joined to the word before.
"""

import pytest

from tts.text.normalize import normalize
from tts.text.types import Token

ENGLISH = r"""
0 | zero
7 | seven
13 | thirteen
20 | twenty
42 | forty two
100 | one hundred
101 | one hundred one
999 things | nine hundred ninety nine things
1,000 | one thousand
1,234 people | one thousand two hundred thirty four people
12,345,678 | twelve million three hundred forty five thousand six hundred seventy eight
1000000 | one million
1,000,000,000,000,000 | one quadrillion
100000000000001 | one hundred trillion one
1234567890123456 | one two three four five six seven eight nine zero one two three four five six
007 | zero zero seven
1.000.000 | one million
-5 | minus five
-5.25 degrees | minus five point two five degrees
+3 | plus three
minus −4 | minus minus four
3.14 | three point one four
0.5 | zero point five
.5 | zero point five
10.05 | ten point zero five
1st | first
2nd place | second place
3rd | third
21st | twenty first
100th | one hundredth
1,000th | one thousandth
12th | twelfth
40th | fortieth
the 5th | the fifth
1/2 | one half
3/4 cup | three quarters cup
2/3 | two thirds
1 1/2 hours | one and a half hours
½ | one half
2½ years | two and a half years
¾ | three quarters
5/8 | five eighths
24/7 | twenty four seven
in 1999 | in nineteen ninety nine
in 1905 | in nineteen oh five
in 1900 | in nineteen hundred
since 2000 | since two thousand
since 2005 | since two thousand five
by 2024, | by twenty twenty four ,
in 1066 | in ten sixty six
2019 was good | twenty nineteen was good
1500 people | one thousand five hundred people
1999 apples | one thousand nine hundred ninety nine apples
1990s | nineteen nineties
the '90s | the nineties
the 80s | the eighties
the 2010s | the twenty tens
10-12 | ten to twelve
pages 10–12 | pages ten to twelve
2019–2021 | twenty nineteen to twenty twenty one
1914-18 | nineteen fourteen to eighteen
5 - 7 days | five to seven days
3-5 kg | three to five kilograms
10-20% | ten to twenty percent
21/03/2024 | the twenty first of March , twenty twenty four
03/21/2024 | the twenty first of March , twenty twenty four
3 March 2024 | the third of March , twenty twenty four
3rd of March, 2024 | the third of March , twenty twenty four
March 3rd, 2024 | March third , twenty twenty four
March 3, 2024 | March third , twenty twenty four
Mar. 3 | March third
Dec 25 | December twenty fifth
on 4 July | on the fourth of July
2024-03-21 | the twenty first of March , twenty twenty four
2024-03-21T19:30 | the twenty first of March , twenty twenty four , nineteen thirty
January 2020 | January twenty twenty
May 5 | May fifth
I may 5 times | I may five times
7:05 p.m. | seven oh five ^pm .
7:05 p.m. Then | seven oh five ^pm . Then
at 7 pm | at seven ^pm
7:30am | seven thirty ^am
19:30 | nineteen thirty
at 8:00 | at eight o'clock
12:00 | twelve o'clock
00:15 | zero hours fifteen
8.30 p.m. | eight thirty ^pm .
1:02:03 | one oh two and three seconds
$3.50 | three dollars and fifty cents
$1 | one dollar
$1.01 | one dollar and one cent
$0.99 | ninety nine cents
$5 | five dollars
$1,250 | one thousand two hundred fifty dollars
$3 million | three million dollars
$2.5bn | two point five billion dollars
$10k | ten thousand dollars
-$5 | minus five dollars
£4.20 | four pounds and twenty pence
£1 | one pound
€9.99 | nine euros and ninety nine cents
RM12.50 | twelve ringgit and fifty sen
RM 5 | five ringgit
RM1.2 million | one point two million ringgit
US$20 | twenty U S dollars
S$20 | twenty Singapore dollars
20 USD | twenty U S dollars
USD 20 | twenty U S dollars
¥500 | five hundred yen
50¢ | fifty cents
$3.5 | three point five dollars
50% | fifty percent
3.5% | three point five percent
-2% | minus two percent
5 km/h | five kilometers per hour
60km/h | sixty kilometers per hour
1 km | one kilometer
25°C | twenty five degrees Celsius
25 °C | twenty five degrees Celsius
-40°F | minus forty degrees Fahrenheit
10 kg | ten kilograms
16GB | sixteen gigabytes
1 GB | one gigabyte
2.4 GHz | two point four gigahertz
100 ml | one hundred milliliters
50 m² | fifty square meters
6 ft | six feet
45° | forty five degrees
100 Mbps | one hundred megabits per second
5 in the morning | five in the morning
30 mph | thirty miles per hour
+60 12-345 6789 | plus six zero , one two , three four five , six seven eight nine
(555) 123-4567 | five five five , one two three , four five six seven
555-1234 | five five five , one two three four
call 911 | call nine one one
1-800-555-0199 | one , eight zero zero , five five five , zero one nine nine
john.doe@example.com | john dot doe at example dot com
www.example.com | ^www dot example dot com
https://www.example.com/a1 | ^www dot example dot com slash ^a one
example.org/news. | example dot org slash news .
see github.com, please | see github dot com , please
#OpenSource | hashtag Open Source
@jane_doe | at jane doe
Henry VIII | Henry the eighth
Louis XIV | Louis the fourteenth
Elizabeth II was | Elizabeth the second was
Charles V | Charles the fifth
Chapter IV | Chapter four
World War II | World War two
Rocky IV | Rocky four
Part I | Part one
Super Bowl XLII | Super Bowl forty two
I am | I am
Mr. X | mister ^X
Dr. Smith lives on Oak Dr. | doctor Smith lives on Oak drive .
He lives on Oak Dr. in town. | He lives on Oak drive in town .
I saw Dr. Jones. | I saw doctor Jones .
St. James St. | saint James street .
on Main St. near St. Mary's | on Main street near saint Mary's
No. 5 | number five
No, thanks. | No , thanks .
No. I won't. | No . I won't .
Nos. 3 and 4 | numbers three and four
Mr. and Mrs. Brown | mister and missus Brown
Prof. Lee vs. Ms. Tan | professor Lee versus miz Tan
e.g. this | for example this
i.e. that | that is that
cats, dogs, etc. | cats , dogs , et cetera .
etc. and more | et cetera and more
Acme Inc. sells | Acme incorporated sells
John Smith Jr. | John Smith junior .
U.S. Army | ^US Army
in the U.S. | in the ^US .
J. K. Rowling | ^J ^K Rowling
a.k.a. Bob | also known as Bob
approx. 5 | approximately five
vol. 3 | volume three
Ph.D. student | ^PhD student
NASA | Nasa
the BBC | the ^BBC
KLCC and UMNO | ^KLCC and Umno
PETRONAS | Petronas
UNESCO | Unesco
CDs | ^CD ~'s
the CEO's car | the ^CEO ~'s car
NASA's rocket | Nasa's rocket
the USA | the ^USA
OK | ^OK
HTML5 | ^HTML five
MP3 | ^MP three
COVID-19 | Covid nineteen
B2B | ^B two ^B
4K | four thousand
H1N1 | ^H one ^N one
I AM VERY HAPPY TODAY | I am very happy today
YouTube | You Tube
JavaScript | Java Script
McDonald | McDonald
iPhone | i Phone
GitHub | git hub
well-known | well ~known
state-of-the-art | state ~of ~the ~art
don't | don't
it’s | it's
O'Brien | O'Brien
“Hello,” she said. | Hello , she said .
'quoted' | quoted
rock 'n' roll | rock ^n roll
Wait... what? | Wait , what ?
Wait... What? | Wait . What ?
Well… | Well .
yes — no | yes , no
yes—no | yes , no
up - down | up , down
(see below) | ( see below )
What?! | What ?
Hey!!! | Hey !
AT&T | ^AT and ^T
AT&T's | ^AT and ^T ~'s
I'm I'll | I'm I'll
salt & pepper | salt and pepper
2 + 2 = 4 | two plus two equals four
3 × 4 | three times four
3*4 | three times four
8 ÷ 2 | eight divided by two
**bold** | bold
5 > 3 | five greater than three
~20 people | about twenty people
and/or | and or or
#1 | number one
I ❤️ you | I heart you
good 👍 | good thumbs up
café | café
naïve | naïve
Straße | Strasse
ｆｕｌｌ | full
٣ | three
1.2.3 | one point two point three
v2.0.1 | version two point zero point one
5k run | five thousand run
hello\tworld | hello world
• item | , item
One\n\nTwo | One . Two
on Oak Dr. She left. | on Oak drive . She left .
Oak Dr. No. 5 | Oak drive number five
Queen Elizabeth I. | Queen Elizabeth the first .
Elizabeth I think | Elizabeth I think
7 x 8 | seven times eight
4x100 | four by one hundred
9/11 | nine eleven
16:9 | sixteen to nine
node.js | node dot ^js
end.Next | end . Next
no... ok | no , ok
Mon-Fri | Monday to Friday
Wed, 25 Dec | Wednesday , the twenty fifth of December
9am-5pm | nine ^am to five ^pm
$5–$6 | five dollars to six dollars
ATM, LCD TV | ^ATM , ^LCD ^TV
mc^2 | ^mc to the power of two
E = mc² | ^E equals ^mc squared
x² | ^x squared
5² | five squared
10³ | ten cubed
1.5x | one point five ^x
zip 90210 | zip nine zero two one zero
room 101 | room one zero one
Mr Smith | mister Smith
Dr Lee | doctor Lee
C++ | ^C plus plus
192.168.0.1 | one hundred ninety two point one hundred sixty eight point zero point one
221B | two twenty one ^B
the USA & UK | the ^USA and ^UK
Jr. vs. Sr. | junior versus senior .
😂😂 haha | laughing haha
i.e., that | that is , that
Q3 2023 | ^Q three twenty twenty three
twenty-one | twenty ~one
18-year-old | eighteen year ~old
1,234.56 | one thousand two hundred thirty four point five six
Nov. 23rd, 2026 | November twenty third , twenty twenty six
WHY NOT | why not
NO way, WOW! | no way , wow !
5 cents. The end | five cents . The end
Lee et al. The end | Lee et al . The end
Sen. Smith | senator Smith
# Heading | Heading
The 2nd of May | The second of May
9 a.m.-5 p.m. | nine ^am to five ^pm .
$1.5-2 million | one point five dollars to two million
24 hrs., 30 mins. | twenty four hours , thirty minutes .
text/en | text or en
the year 2023/24 | the year twenty twenty three twenty four
2x faster | two times faster
Q1-Q4 | ^Q one to ^Q four
GPT-4 | ^GPT four
iPhone-15 | i Phone fifteen
M.Sc. student | ^MSc student
x-5 | ^x five
(-5) | ( minus five )
x@y.co | ^x at ^y dot ^co
"""

MALAY = """
0 | kosong
8 ekor | lapan ekor
10 | sepuluh
11 | sebelas
12 | dua belas
20 | dua puluh
21 | dua puluh satu
100 | seratus
111 | seratus sebelas
250 | dua ratus lima puluh
1000 | seribu
1,500 | seribu lima ratus
2024 | dua ribu dua puluh empat
1,000,000 | satu juta
3000000000 | tiga bilion
001 | kosong kosong satu
1234567890123456 | satu dua tiga empat lima enam tujuh lapan sembilan kosong satu dua tiga empat lima enam
-5 | negatif lima
3.14 | tiga perpuluhan satu empat
ke-3 | ketiga
ke-1 | pertama
ke-21 | kedua puluh satu
abad ke-20 | abad kedua puluh
ke-100 | keseratus
1/2 | setengah
3/4 | tiga suku
1/4 | suku
1/3 | sepertiga
2/3 | dua pertiga
½ | setengah
2½ jam | dua setengah jam
tahun 1999 | tahun seribu sembilan ratus sembilan puluh sembilan
1990-an | seribu sembilan ratus sembilan puluhan
10-12 | sepuluh hingga dua belas
2019–2021 | dua ribu sembilan belas hingga dua ribu dua puluh satu
3 Mac 2024 | tiga Mac dua ribu dua puluh empat
31 Ogos 1957 | tiga puluh satu Ogos seribu sembilan ratus lima puluh tujuh
21/03/2024 | dua puluh satu Mac dua ribu dua puluh empat
2024-03-21 | dua puluh satu Mac dua ribu dua puluh empat
1 Mei | satu Mei
25 Dis. 2020 | dua puluh lima Disember dua ribu dua puluh
Julai 2020 | Julai dua ribu dua puluh
pukul 8.30 pagi | pukul lapan tiga puluh pagi
pukul 8 malam | pukul lapan malam
pukul 8.30 | pukul lapan tiga puluh
pukul 7.05 petang | pukul tujuh kosong lima petang
jam 19:30 | jam sembilan belas tiga puluh
12.00 tengah hari | dua belas tengah hari
7:05 p.m. | tujuh kosong lima malam .
3 p.m. | tiga petang .
9 a.m. | sembilan pagi .
RM12.50 | dua belas ringgit lima puluh sen
RM1 | satu ringgit
RM 3.00 | tiga ringgit
RM1.2 juta | satu perpuluhan dua juta ringgit
RM0.50 | lima puluh sen
50 sen | lima puluh sen
$5 | lima dolar
US$5 | lima dolar Amerika
£3 | tiga paun
€2.50 | dua euro lima puluh sen
Rp 5000 | lima ribu rupiah
50% | lima puluh peratus
3.5% | tiga perpuluhan lima peratus
60 km/j | enam puluh kilometer sejam
60 km/h | enam puluh kilometer sejam
30°C | tiga puluh darjah Celsius
5 kg | lima kilogram
16GB | enam belas gigabait
100 m² | seratus meter persegi
2 l | dua liter
012-345 6789 | kosong satu dua , tiga empat lima , enam tujuh lapan sembilan
03-1234 5678 | kosong tiga , satu dua tiga empat , lima enam tujuh lapan
hubungi 999 | hubungi sembilan sembilan sembilan
ali@contoh.com.my | ali di contoh titik com titik ^my
Perang Dunia II | Perang Dunia kedua
Bab IV | Bab empat
Tingkatan V | Tingkatan lima
Charles III | Charles ketiga
Dr. Ahmad | doktor Ahmad
En. Ali | encik Ali
Pn. Siti | puan Siti
Tn. Hj. Musa | tuan haji Musa
Dato' Rahman | Dato Rahman
No. 5 | nombor lima
No. 12, Jln. Ampang | nombor dua belas , jalan Ampang
Sdn. Bhd. | sendirian berhad .
Syarikat ABC Sdn. Bhd. ialah | Syarikat ^ABC sendirian berhad ialah
nasi, roti, dll. | nasi , roti , dan ~lain ~lain .
spt. ini | seperti ini
yg itu | yang itu
dgn dia | dengan dia
utk saya | untuk saya
tak nak | tak nak
anak-anak | anak ~anak
kanak-kanak | kanak ~kanak
berlari-lari | berlari ~lari
buku2 | buku ~buku
orang2 kampung | orang ~orang kampung
UMNO | Umno
KLCC | ^KLCC
PERKESO | Perkeso
JPJ | ^JPJ
SPM 2023 | ^SPM dua ribu dua puluh tiga
A & B | ^A dan ^B
2 + 3 = 5 | dua tambah tiga sama dengan lima
6 ÷ 2 | enam bahagi dua
4 × 2 | empat darab dua
se-Malaysia | se ~Malaysia
ke Kuala Lumpur | ke Kuala Lumpur
Apa khabar?! | Apa khabar ?
Tunggu... | Tunggu .
saya — dia | saya , dia
❤️ | hati
dan/atau | dan atau atau
Al-Quran | Al ~Quran
KLIA2 | ^KLIA dua
31hb Ogos 1957 | tiga puluh satu Ogos seribu sembilan ratus lima puluh tujuh
jam 2.30 ptg | jam dua tiga puluh petang
m.s. 12 | muka surat dua belas
Rp10.000 | sepuluh ribu rupiah
SS2/24, 47300 Petaling | ^SS dua dua puluh empat , empat tujuh tiga kosong kosong Petaling
90-an | sembilan puluhan
50 sen. Dia pergi. | lima puluh sen . Dia pergi .
AWAS! | awas !
Kod pos 50450 | Kod pos lima kosong empat lima kosong
RM2.5bil | dua perpuluhan lima bilion ringgit
cth. ini | contohnya ini
DILARANG MASUK | dilarang masuk
Undang2 | Undang ~Undang
16:9 | enam belas berbanding sembilan
1,234 orang | seribu dua ratus tiga puluh empat orang
USD5 | lima dolar Amerika
pukul 12.05 tgh hari | pukul dua belas kosong lima tengah hari
-2.5°C | negatif dua perpuluhan lima darjah Celsius
"""

MIXED = """
Saya nak pergi shopping mall esok. | ms ms ms en en ms
Boss saya cakap meeting tu esok. | en ms ms en ms ms
I want to eat nasi lemak now. | en en en en ms ms en
Hello, world. Selamat pagi! | en en ms ms
The weather in Kuala Lumpur is nice. | en en en ms ms en en
Jom lepak dekat cafe weekend ni. | ms ms ms en en ms
Dia sangat happy sebab dapat kerja baru. | ms ms en ms ms ms ms
Please send the report before Friday. | en en en en en en
Harga barang naik sebanyak 5% tahun ini. | ms ms ms ms ms ms ms ms
Prices rose by 5% this year. | en en en en en en en
Kereta itu RM50 sahaja. | ms ms ms ms ms ms
The car costs RM50 only. | en en en en en en
She bought kuih for Hari Raya. | en en ms en ms ms
Mesyuarat pada 3 Mac 2024 di Putrajaya. | ms ms ms ms ms ms ms ms ms ms ms
Air bank itu tinggi. | ms ms ms ms
The bank has no air. | en en en en en
Tolong download file tu. | ms en en ms
I don't know lah. | en en en ms
My name is Ahmad. | en en en ms
Nama saya John. | ms ms ms
Terima kasih, thank you! | ms ms en en
Saya kerja dekat office dari Monday sampai Friday. | ms ms ms en ms en ms en
Aku dah submit assignment tu semalam. | ms ms en en ms ms
We're going to the beach this Saturday. | en en en en en en en
Please confirm kehadiran anda sebelum 5 p.m. hari ini. | en en ms ms ms ms ms ms ms
I rasa you should try nasi kandar. | en ms en en en ms ms
Actually, saya tak setuju dengan cadangan itu. | en ms ms ms ms ms ms
So basically, dia resign sebab boss dia toxic. | en en ms en ms en ms en
He ate roti canai and teh tarik at the stall. | en en ms ms en ms ms en en en
Semua staff dikehendaki hadir ke meeting room pada pukul 3 petang. | ms en ms ms ms en en ms ms ms ms
Thank you so much, jumpa lagi minggu depan! | en en en en ms ms ms ms
She is a student at Universiti Malaya. | en en en en en ms ms
Can you tolong ambil barang kat pejabat pos? | en en ms ms ms ms ms ms
Main bola lepas sekolah memang seronok. | ms ms ms ms ms ms
My main concern is the air quality. | en en en en en en en
Komputer riba saya rosak; saya perlu beli laptop baru. | ms ms ms ms ms ms ms ms ms
Bank Negara Malaysia menaikkan kadar faedah. | ms ms ms ms ms ms
Gaji minimum ialah RM1,700 sebulan. | ms ms ms ms ms ms ms ms
Go straight, then turn left at Jalan Ampang. | en en en en en en ms ms
Pukul berapa flight ke Kota Kinabalu? | ms ms en ms ms ms
"""


def rows(table: str) -> list[tuple[str, str]]:
    """Lines of "written | spoken"; escapes stand for control characters."""
    split = (line.split(" | ") for line in table.strip().splitlines())
    return [(written.replace("\\t", "\t").replace("\\n", "\n"), spoken) for written, spoken in split]


def notation(tokens: tuple[Token, ...]) -> str:
    """Tokens as written in the tables."""
    return " ".join(("^" if token.spell else "~" if token.joined else "") + token.text for token in tokens)


@pytest.mark.parametrize(("written", "spoken"), rows(ENGLISH))
def test_english(written: str, spoken: str) -> None:
    assert notation(normalize(written, "en").tokens) == spoken


@pytest.mark.parametrize(("written", "spoken"), rows(MALAY))
def test_malay(written: str, spoken: str) -> None:
    assert notation(normalize(written, "ms").tokens) == spoken


@pytest.mark.parametrize(("written", "langs"), rows(MIXED))
def test_language_of_each_word(written: str, langs: str) -> None:
    words = [token for token in normalize(written).tokens if token.kind == "word"]
    assert " ".join(word.lang for word in words) == langs, [word.text for word in words]

"""Invented people of many countries, the same in every run."""

import unicodedata
from dataclasses import dataclass
from itertools import islice

_GIVEN = {
    "en": "Imogen Hugh Beatrix Rupert Nigel Tamsin Alfred Maisie Gareth Philippa Edmund Rosalind",
    "de": "Annegret Thilo Wiebke Joachim Roswitha Hartmut Lieselotte Eckhard Mechthild Volkmar Irmela Gernot",
    "fr": "Solène Thibaut Maëlys Gaëtan Clothilde Anatole Bérénice Corentin Apolline Loïc Ghislaine Fulbert",
    "es": "Begoña Íñigo Macarena Leopoldo Nieves Anselmo Covadonga Eusebio Azucena Baltasar Remedios Fermín",
    "it": "Ludovico Ginevra Ottavia Ruggero Fiammetta Calogero Mirella Ubaldo Rosalba Ermanno Nives Fausto",
    "pt": "Leonor Baltazar Graça Simão Benedita Tiago Florbela Abílio Iracema Osvaldo Custódia Zeferino",
    "nl": "Fleur Sjoerd Marijke Teunis Geertje Wouter Hanneke Jelle Truus Diederik Nynke Maarten",
    "pl": "Bogumiła Zdzisław Jadwiga Ireneusz Halina Bolesław Wiesława Szczepan Grażyna"
    " Mieczysław Lucyna Gustaw",
    "sv": "Ingegerd Torbjörn Gunvor Sixten Majken Ragnar Solveig Hjalmar Britta Sigvard Ulrika Östen",
    "tr": "Gülşen Yalçın Nermin Turgay Perihan Selçuk Feride Haluk Şükran Nihat Müjgan Vedat",
    "da": "Kirstine Asger Vibeke Troels Gerda Mogens Karina Flemming Lisbet Preben Annelise Torben",
    "fi": "Aulikki Reijo Marjukka Tauno Pirkko Veli Sinikka Urho Hilkka Pentti Taina Kauko",
    "cs": "Božena Bohumil Drahomíra Zdeněk Květa Vlastimil Libuše Radim Ilona Svatopluk Hedvika Přemysl",
    "hu": "Piroska Kálmán Ibolya Dezső Terézia Jenő Vilma Ottó Etelka Vilmos Jolán Barnabás",
    "tl": "Maricel Danilo Rowena Jomar Luzviminda Crisanto Marites Reynaldo Liwayway Bayani Corazon Arnel",
    "ja": "恵子 健一 美咲 大輔 由美子 翔太 直美 拓也 真由美 達也 裕子 浩二",
    "ru": "Людмила Геннадий Зинаида Виктор Раиса Аркадий Тамара Леонид Алла Валерий Нина Борис",
}
_FAMILY = {
    "en": "Whitcombe Ashdown Pembury Larkin Thackeray Oakes Bramwell Hollis Fenwick Garside",
    "de": "Brinkmann Öttinger Schürmann Vollmer Nagel Petersen Haberkorn Reuß Zimmerling Kühnast",
    "fr": "Delcourt Bérard Lefèvre Mesnil Chauvet Rivoire d'Aubigny Perrault Quéméner Vasseur",
    "es": "Ibarrola Cifuentes Peñalver Orozco Zubiri Manrique Valdés Echeverría Cortázar Lafuente",
    "it": "Bernasconi Tagliaferri Zanetti Pellegrino Montalbano Brambilla De_Santis Locatelli"
    " Cavalli Ferrante",
    "pt": "Figueiredo Queirós Magalhães Sequeira Brandão Vilaça Nogueira Camões Teles Drummond",
    "nl": "van_der_Meulen Hoekstra de_Wit Bakhuizen Terpstra van_Dam Kuipers Zwart Brouwer ter_Horst",
    "pl": "Wiśniewska Gołąbek Przybylski Kurowska Szymczak Dudziak Ostrowski Zawadzka Bielak Żuraw",
    "sv": "Lindqvist Åkerblom Sjöström Hedlund Nyström Wallin Ekström Bergqvist Dahlgren Öberg",
    "tr": "Karaoğlu Yıldırım Güneş Tekin Şimşek Başaran Ünal Çetinkaya Özdemir Bulut",
    "da": "Kjærgaard Østergaard Lauridsen Thygesen Bruun Ravn Skov Dalgaard Mortensen Winther",
    "fi": "Hämäläinen Koskinen Lehtonen Virtanen Rautio Mäkelä Salonen Ylönen Nieminen Peltola",
    "cs": "Vondráček Šimková Horáček Kratochvílová Řezníček Malá Bílek Součková Žák Hrubý",
    "hu": "Szentgyörgyi Bartók Halmos Fekete Orosz Vadász Pintér Jakab Somogyi Erdélyi",
    "tl": "Magsaysay Dimaculangan Salonga Panganiban Lacson Macaraeg Tolentino Catacutan Galang Punzalan",
    "ja": "佐藤 高橋 渡辺 小林 山田 松本 清水 中島 藤田 岡本",
    "ru": "Кузнецов Соколов Лебедев Морозов Волков Зайцев Орлов Макаров Никитин Захаров",
}
_STREETS = {
    "en": "{n} Orchard Lane|{n} Victoria Street|Flat 2, {n} Mill Road",
    "de": "Lindenstraße {n}|Am Mühlbach {n}|Goethestr. {n}a",
    "fr": "{n} rue des Tilleuls|{n} bis avenue Foch|{n}, impasse du Moulin",
    "es": "Calle Mayor {n}, 2º B|Avda. de la Paz {n}|Plaza del Olmo {n}",
    "it": "Via Garibaldi {n}|Piazza Dante {n}|Corso Umberto I {n}",
    "pt": "Rua das Flores {n}|Avenida da República {n}|Travessa do Carmo {n}",
    "nl": "Kerkstraat {n}|Prinsengracht {n}|Dorpsweg {n} bis",
    "pl": "ul. Polna {n}/4|al. Jana Pawła II {n}|os. Słoneczne {n}",
    "sv": "Storgatan {n}|Björkvägen {n}|Kyrkogatan {n} B",
    "tr": "Atatürk Cad. No: {n}|Gül Sok. {n}/3|Bahar Mah. Çınar Sokak {n}",
    "da": "Vestergade {n}|Skovvej {n}|Nørre Allé {n}, 2. tv",
    "fi": "Mannerheimintie {n}|Koivukuja {n} A|Rantakatu {n}",
    "cs": "Dlouhá třída {n}|Na Výsluní {n}|nám. Míru {n}",
    "hu": "Petőfi utca {n}.|Kossuth tér {n}.|Rózsa út {n}.",
    "tl": "{n} Mabini Street, Barangay 5|Blk {n} Lot 4, Purok 2|{n} Kalye Rizal",
    "ja": "東京都渋谷区神南{n}丁目1-2|大阪市北区梅田{n}-3|横浜市中区山下町{n}",
    "ru": "ул. Ленина, д. {n}|проспект Мира, {n}|улица Садовая {n}",
}
_TOWNS = {
    "en": "Ludlow Whitby Totnes Hexham",
    "de": "Celle Görlitz Passau Husum",
    "fr": "Vannes Beaune Albi Sète",
    "es": "Soria Jaca Ronda Vic",
    "it": "Lucca Orvieto Cuneo Trani",
    "pt": "Tomar Évora Lagos Chaves",
    "nl": "Zwolle Goes Hoorn Venlo",
    "pl": "Sopot Elbląg Zamość Krosno",
    "sv": "Visby Falun Ystad Kiruna",
    "tr": "Bursa Mardin Ordu Sinop",
    "da": "Ribe Skagen Køge Hobro",
    "fi": "Porvoo Rauma Kotka Lohja",
    "cs": "Telč Tábor Litomyšl Znojmo",
    "hu": "Eger Pécs Sopron Vác",
    "tl": "Baguio Iloilo Tagaytay Naga",
    "ja": "渋谷区 大阪市 横浜市 京都市",
    "ru": "Тверь Калуга Псков Вологда",
}
_PHONES = {
    "en": "+44 20 7946 {n:04}",
    "de": "0511 / 55 {n:04}",
    "fr": "01 99 00 {a:02} {b:02}",
    "es": "+34 900 55 {n:04}",
    "it": "06 5555 {n:04}",
    "pt": "+351 210 55 {n:04}",
    "nl": "020-555{n:04}",
    "pl": "22 555 {a:02} {b:02}",
    "sv": "08-465 0{n:04}",
    "tr": "0212 555 {n:04}",
    "da": "+45 32 55 {a:02} {b:02}",
    "fi": "040 555 {n:04}",
    "cs": "+420 555 01 {n:04}",
    "hu": "+36 1 555 {n:04}",
    "tl": "+63 2 8555 {n:04}",
    "ja": "03-5555-{n:04}",
    "ru": "+7 (495) 555-{a:02}-{b:02}",
}
LANGUAGES = tuple(_GIVEN)


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person with all data that a company may have."""

    given: str
    family: str
    email: str
    phone: str
    street: str
    postcode: str
    town: str
    born: str
    """Day, month, year with dots."""
    number: str
    login: str
    iban: str
    card: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def last_first(self) -> str:
        return f"{self.family}, {self.given}"


def people(language: str, count: int = 40, domain: str = "") -> list[Person]:
    """Return `count` different people, at most 120, with addresses at `domain` or at many small domains."""
    given = _GIVEN[language].split()
    family = [name.replace("_", " ") for name in _FAMILY[language].split()]
    pairs = (
        (g, f)
        for shift in range(len(family))
        for g, f in zip(given, family[shift:] + family[:shift], strict=False)
    )
    return [_person(language, number, g, f, domain) for number, (g, f) in enumerate(islice(pairs, count))]


def _person(language: str, number: int, given: str, family: str, domain: str) -> Person:
    streets, towns = _STREETS[language].split("|"), _TOWNS[language].split()
    login = f"{_latin(given)}.{_latin(family)}{number}"
    return Person(
        given=given,
        family=family,
        email=f"{login}@{domain or f'mail{number % 13}.example'}",
        phone=_PHONES[language].format(n=number * 37 % 10_000, a=number % 90 + 10, b=number * 7 % 90 + 10),
        street=streets[number % len(streets)].format(n=number * 3 % 97 + 1),
        postcode=f"{10_115 + number * 331}",
        town=towns[number % len(towns)],
        born=f"{number * 11 % 28 + 1:02}.{number * 5 % 12 + 1:02}.{1941 + number * 7 % 62}",
        number=f"K-{70_000 + number * 17}",
        login=login.replace(".", ""),
        iban=iban(f"37040044{532_013_000 + number:010}"),
        card=card(f"411111{number * 7919:09}"),
    )


def _latin(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if c.isascii() and c.isalpha())
    return plain or f"p{sum(map(ord, name)) % 9973}"


def iban(account: str) -> str:
    """Return the German IBAN of an account (bank code and number, 18 digits)."""
    return f"DE{98 - int(account + '131400') % 97:02}{account}"


def card(digits: str) -> str:
    """Return `digits` (15) with the Luhn digit."""
    total = sum(sum(divmod(int(digit) * (2 - index % 2), 10)) for index, digit in enumerate(digits))
    return digits + str(-total % 10)

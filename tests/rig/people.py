"""Invented people for test documents, in several languages, the same in every run."""

from dataclasses import dataclass

_GIVEN = {
    "en": ("Emily", "James", "Olivia", "Harry", "Grace", "Thomas", "Chloe", "Daniel"),
    "de": ("Jürgen", "Anke", "Wolfgang", "Sabine", "Uwe", "Heike", "Matthias", "Katrin"),
    "fr": ("Hélène", "Pascal", "Sylvie", "Thierry", "Chloé", "Benoît", "Amélie", "Rémi"),
    "pl": ("Małgorzata", "Paweł", "Zofia", "Łukasz", "Agnieszka", "Krzysztof", "Ewa", "Grzegorz"),
    "ru": ("Анна", "Дмитрий", "Ольга", "Сергей", "Елена", "Иван", "Наталья", "Михаил"),
    "ja": ("花子", "太郎", "美咲", "健一", "由美", "大輔", "恵子", "翔太"),
}
_FAMILY = {
    "en": ("Smith", "Walker", "Hughes", "Turner", "Clarke", "Bennett", "Foster", "Reid", "Marsh"),
    "de": ("Müller", "Schäfer", "Köhler", "Weiß", "Böhm", "Hofmann", "Lorenz", "Vogt", "Krüger"),
    "fr": ("Lefèvre", "Moreau", "Girard", "Noël", "Besson", "Royer", "Marchand", "Collet", "Prévost"),
    "pl": ("Kowalska", "Wiśniewski", "Zając", "Nowak", "Król", "Wójcik", "Pawlak", "Górski", "Duda"),
    "ru": ("Иванова", "Петров", "Смирнова", "Кузнецов", "Попова", "Волков", "Морозова", "Лебедев", "Зайцева"),
    "ja": ("山田", "佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "中村", "小林"),
}
HEADINGS = {
    "en": ("Name", "E-mail", "Phone", "Street", "City"),
    "de": ("Name", "E-Mail", "Telefon", "Straße", "Ort"),
    "fr": ("Nom", "Courriel", "Téléphone", "Adresse", "Ville"),
    "pl": ("Imię i nazwisko", "E-mail", "Telefon", "Ulica", "Miasto"),
    "ru": ("Имя", "Электронная почта", "Телефон", "Адрес", "Город"),
    "ja": ("氏名", "メール", "電話番号", "住所", "市区町村"),
}
LANGUAGES = tuple(HEADINGS)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented customer."""

    name: str
    email: str
    phone: str
    street: str
    city: str

    @property
    def row(self) -> tuple[str, str, str, str, str]:
        """The cells in the order of `HEADINGS`."""
        return (self.name, self.email, self.phone, self.street, self.city)


def people(count: int, language: str = "en") -> list[Person]:
    """Return `count` different people with different addresses and phones."""
    given, family = _GIVEN[language], _FAMILY[language]
    return [
        Person(
            name=f"{given[n % len(given)]} {family[n % len(family)]}",
            email=f"{language}.kunde{n}@customers{n % 37}.example",
            phone=f"+49 30 {5_000_000 + 7 * n}",
            street=f"High Street {n % 180 + 1}",
            city=("London", "Berlin", "Lyon")[n % 3],
        )
        for n in range(count)
    ]


def parts_list(count: int) -> list[tuple[str, ...]]:
    """Return a near miss: rows of a price list, as long as a customer list, without people."""
    return [
        (f"P-{n:05}", f"Hex bolt M{n % 20 + 4} zinc plated", f"{n % 90}.{n % 100:02}", "in stock")
        for n in range(count)
    ]

"""Headings of columns in many languages and spellings."""

import pytest
from holdback.people.fields.heading_words import words_of
from holdback.people.fields.headings import field_of
from holdback.people.fields.kinds import Field

_HEADINGS = {
    Field.EMAIL: "email|E-Mail|e_mail|CustomerEmail|E-Mail-Adresse|EMAILADDRESS|alt_email"
    "|postmaster_email|Email 2|Courriel"
    "|Adresse électronique (e-mail)|Correo electrónico|Posta elettronica|E-mailadres|Adres e-mail"
    "|E-post|E-posta|Sähköposti"
    "|E-mail cím|Privat E-Mail|メールアドレス|邮箱|이메일|Электронная почта",
    Field.PHONE: "Phone|Phone 1|phone_no|TelephoneNumber|Mobile|Telefon|Telefon 1|Tel."
    "|Telefon (privat)|Handynr.|Mobilnummer"
    "|Rufnummer|Téléphone|Portable|Teléfono móvil|Cellulare|Telemóvel|Telefoonnummer"
    "|Telefon komórkowy|Cep Telefonu|Puhelin"
    "|Customer Phone Number|Contact Phone No.|N° de téléphone du client|Müşteri Telefon No|Order phone"
    "|Tlf.|Telefonszám|電話番号|手机|전화번호|Телефон",
    Field.GIVEN: "First Name|firstName|GivenName|Vorname|Prénom|prenom|Voornaam|Imię|Förnamn|İsim"
    "|Fornavn|Etunimi|Keresztnév|Jméno",
    Field.FAMILY: "Last Name|SURNAME|Nachname|Familienname|Apellidos|Cognome|Sobrenome|Achternaam"
    "|Nazwisko|Efternamn|Soyadı"
    "|Sukunimi|Příjmení|Vezetéknév|Apelyido",
    Field.NAME: "full_name|real_name|Full Name|Name, Vorname|Nom complet|Nombre y apellidos"
    "|Nominativo|Imię i nazwisko"
    "|Ad Soyad|氏名|お名前|Ansprechpartner|Contact Name",
    Field.ANY_NAME: "Name|name|Nom|Nombre|Naam|Customer|Kunde|Empfänger|Empfaenger|Cliente"
    "|Customer Name|Pangalan|Alumno",
    Field.BIRTH: "DOB|Date of birth|birth_date|Geburtsdatum|Geb.-Datum|Date de naissance"
    "|Fecha de nacimiento|Data di nascita"
    "|Data de nascimento|Geboortedatum|Data urodzenia|Födelsedatum|Doğum Tarihi|Datum narození"
    "|Születési dátum|生年月日",
    Field.ID: "Customer ID|customerId|CustomerNo|kunden_nr|Kunden-Nr.|Kundennummer|KdNr|Account Id"
    "|user_id|service_id|N° client"
    "|Numéro de client|Nº de cliente|Codice cliente|Klantnummer|Nr klienta|Kundnummer|Müşteri No"
    "|Asiakasnumero|Ügyfélszám"
    "|CUST_ID|Customer account no|Team member ID|Order customer no|Loyalty card number|KUNNR"
    "|Mitgliedsnummer|Vertragsnummer|Employee No|PersNr|MRN|顧客番号|会員ID|会員_コード",
    Field.LOGIN: "username|UserName|login|Benutzername|Identifiant|Usuario|Gebruikersnaam"
    "|Kullanıcı adı|ユーザー名",
    Field.STREET: "Street|Address|AddressLine1|StreetAddress|Straße|Strasse/Hausnr.|Anschrift"
    "|Adresse|Dirección|Indirizzo|Morada"
    "|MailingStreet|Address (street, zip, city)|Rechnungs-Adresse"
    "|Endereço|Adres|Gatuadress|Adres zamieszkania|Lakcím|Tirahan|住所|Адрес|Lieferadresse",
    Field.IBAN: "IBAN|iban_number|IBAN-Nr.",
    Field.CARD: "Card number|CCNumber|credit_card|Kreditkarte|Numéro de carte|Kart numarası",
    Field.NATIONAL_ID: "SSN|NationalID|Steuer-ID|Codice fiscale|PESEL|Personnummer|BSN"
    "|TC Kimlik No|DNI|Rodné číslo",
    Field.POSTCODE: "ZipCode|PLZ|Customer Zip Code|Code postal client|Default Address Zip|ship_zip|PSTLZ"
    "|Código postal|PLZ Ort|郵便番号",
    Field.PLACE: "City|Ort|Ville|Woonplaats|Şehir|Mailing Address City",
    Field.PAY: "Gehalt|annual_salary|Salaire brut|Lön",
    Field.HEALTH: "Diagnosis|Krankheitstage|Arrêts maladie|診断名",
    Field.GRADE: "Note|Final grade|Średnia ocen",
    Field.OFFENCE: "Criminal record|Vorstrafen|Antecedentes penales",
    Field.PRICE: "Price|Betrag|Solde|subscription_price|Saldo",
    Field.ANY_ID: "id|Record ID|entity_id|ExternalId",
    Field.OPT_OUT: "optout_status|Opt-in|Newsletter|Einwilligung",
    Field.OTHER: "Department name|File name|Hostname|IP address|MAC Address|Adresse IP|Lead Owner"
    "|Account Manager|DepartmentID"
    "|JobTitle|Website|Number of employees|Order Number|Invoice no|Rechnungsnr.|Customer PO number"
    "|Customer Order Number|Kunden-Bestellnummer|Customer group ID|customer country code"
    "|Kundenbetreuer E-Mail",
}
_UNKNOWN = "Index|Description|EAN|Invoice|Artikelnummer|Farbe|2024|x|#|Fax|Rank|Bib|"


@pytest.mark.parametrize(
    ("heading", "role"),
    [(heading, role) for role, headings in _HEADINGS.items() for heading in headings.split("|")],
)
def test_field_of_a_heading(heading: str, role: Field) -> None:
    """Any spelling of a known heading gives its field."""
    assert field_of(heading) == role


@pytest.mark.parametrize("heading", _UNKNOWN.split("|"))
def test_other_headings_have_no_field(heading: str) -> None:
    """Headings without words for personal data."""
    assert field_of(heading) is None


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("KundenNr_2", ["kunden", "nr"]),
        ("E-Mail-Adresse", ["e", "mail", "adresse"]),
        ("STRASSE", ["strasse"]),
        ("Straße", ["strasse"]),
        ("Prénom", ["prenom"]),
        ("メール アドレス", ["メール", "アトレス"]),
        ("", []),
    ],
)
def test_words_are_folded(heading: str, words: list[str]) -> None:
    """Case, accents, digits and punctuation do not matter."""
    assert words_of(heading) == words


def test_a_long_heading_takes_no_time() -> None:
    """A cell of a megabyte in the first row is no heading."""
    assert field_of("email " * 200_000) is None

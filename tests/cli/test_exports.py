"""What is taken from the exports of the usual shops and CRMs, in many languages, and what is not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cli.test_sources import opened
from holdback.exits import Failure

_GIVEN = ("Ann", "Bob", "Carla", "David", "Emma", "Frank", "Grace", "Hans", "Karin", "Peter", "Maria")
_FAMILY = ("Smith", "Miller", "Fischer", "Weber", "Rossi", "Nowak", "Jansen", "Lopez", "Keller")
_CELLS: dict[str, Callable[[int], str]] = {
    "given": lambda n: _GIVEN[n % 11],
    "family": lambda n: _FAMILY[n % 9],
    "full": lambda n: f"{_GIVEN[n % 11]} {_FAMILY[n % 9]}",
    "mail": lambda n: f"{_GIVEN[n % 11]}.{_FAMILY[n % 9]}{n}@home{n % 17}.example",
    "mail2": lambda n: "" if n % 3 else f"u{n}@work.example",
    "tel": lambda n: f"+49 30 {5_000_000 + 7 * n}",
    "mobile": lambda n: f"0171 {2_000_000 + n * 13}" if n % 2 else "",
    "switch": lambda n: f"+49 89 {1_234_560 + n % 4}",
    "id": lambda n: str(10_000 + n),
    "row": lambda n: str(n + 1),
    "firm": lambda n: f"0010Y{n // 4:06}AAA",
    "buyer": lambda n: str(10_000 + n // 4),
    "buyer's mail": lambda n: f"buyer{n // 4}@home.example",
    "order": lambda n: str(500_000 + n * 3),
    "login": lambda n: f"login{n}",
    "zip": lambda n: f"{10_115 + n % 80}",
    "cep": lambda n: f"{1_310 + n:05}-100",
    "street": lambda n: f"Gartenstraße {n % 90 + 1}",
    "town": lambda n: ("Berlin", "Hamburg", "Köln")[n % 3],
    "date": lambda n: f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}",
    "born": lambda n: f"{n % 28 + 1:02}.{n % 12 + 1:02}.{1950 + n % 50}",
    "rep": lambda n: ("Paula Weber", "Victor Brown")[n % 2],
    "rep's mail": lambda n: ("paula@sales.example", "victor@sales.example")[n % 2],
    "money": lambda n: f"{n % 300}.{n % 100:02}",
    "": lambda n: "",
}
"""Values of a column, for each row."""

_EXPORTS = {
    "Salesforce": (
        "Id=id AccountId=firm FirstName=given LastName=family Email=mail Phone=tel MobilePhone=mobile "
        "MailingStreet=street MailingCity=town MailingPostalCode=zip Owner.Email=rep's_mail CreatedDate=date",
        "Email | Phone MobilePhone | Id | FirstName LastName | MailingPostalCode",
    ),
    "HubSpot": (
        "Record_ID=row First_Name=given Last_Name=family Email=mail Phone_Number=tel Contact_owner=rep",
        "Email | Phone_Number | Record_ID | First_Name Last_Name |",
    ),
    "Shopify": (
        "Customer_ID=id First_Name=given Last_Name=family Email=mail Default_Address_Address1=street "
        "Default_Address_City=town Default_Address_Zip=zip Phone=tel Total_Spent=money",
        "Email | Phone | Customer_ID | First_Name Last_Name | Default_Address_Zip",
    ),
    "Magento": (
        "entity_id=row email=mail firstname=given lastname=family dob=born billing_postcode=zip "
        "billing_telephone=tel created_at=date",
        "email | billing_telephone | entity_id | firstname lastname | billing_postcode",
    ),
    "WooCommerce": (
        "customer_id=id user_email=mail first_name=given last_name=family billing_first_name=given "
        "billing_last_name=family billing_postcode=zip shipping_first_name=family shipping_last_name=given",
        "user_email | | customer_id | first_name last_name | billing_postcode",
    ),
    "SAP": (
        "KUNNR=id NAME1=full ORT01=town PSTLZ=zip STRAS=street TELF1=tel SMTP_ADDR=mail ERDAT=date",
        "SMTP_ADDR | TELF1 | KUNNR | NAME1 | PSTLZ",
    ),
    "orders": (
        "id=order Order_ID=order Customer_ID=buyer Email=buyer's_mail Customer_PO_number=row Total=money",
        "Email | | Customer_ID | |",
    ),
    "orders without customers": ("id=order email=buyer's_mail ordered=date", "email | | | |"),
    "phones of customers": (
        "Customer_Name=full Customer_Phone_Number=tel Customer_Zip_Code=zip Customer_Group_ID=firm",
        "| Customer_Phone_Number | | Customer_Name | Customer_Zip_Code",
    ),
    "no addresses": (
        "id=row Vorname=given Nachname=full Strasse=street PLZ=zip",
        "| | id | Vorname Nachname | PLZ",
    ),
    "companies": (
        "Contact=full Company_Phone=switch Direct_Phone=tel Email=mail Account_Manager_Email=rep's_mail",
        "Email | Direct_Phone | | Contact |",
    ),
    "companies alone": ("Company_Phone=switch Company_Email=mail", "Company_Email | Company_Phone | | |"),
    "German": (
        "Kd.-Nr.=id Vorname=given Nachname=family E-Mail=mail E-Mail_privat=mail2 Tel._privat=tel "
        "Mobil=mobile PLZ=zip Kundenbetreuer=rep Kundenbetreuer_E-Mail=rep's_mail Rg.-Nr.=order Umsatz=money",
        "E-Mail E-Mail_privat | Tel._privat Mobil | Kd.-Nr. | Vorname Nachname | PLZ",
    ),
    "French": (
        "N°_client=id Nom=family Prénom=given Courriel=mail N°_de_téléphone_du_client=tel "
        "Code_postal_client=zip E-mail_du_commercial=rep's_mail N°_commande=order",
        "Courriel | N°_de_téléphone_du_client | N°_client | Nom Prénom | Code_postal_client",
    ),
    "Spanish": (
        "Código_cliente=id Nombre=given Apellidos=family Correo_electrónico=mail Móvil=tel "
        "C.P.=zip Vendedor=rep",
        "Correo_electrónico | Móvil | Código_cliente | Nombre Apellidos | C.P.",
    ),
    "Italian": (
        "Codice_cliente=id Cognome=family Nome=given Cellulare=tel Email=mail CAP=zip Agente=rep",
        "Email | Cellulare | Codice_cliente | Cognome Nome | CAP",
    ),
    "Polish": (
        "Numer_klienta=id Imię=given Nazwisko=family Adres_e-mail=mail Numer_telefonu_klienta=tel "
        "Kod_pocztowy=zip",
        "Adres_e-mail | Numer_telefonu_klienta | Numer_klienta | Imię Nazwisko | Kod_pocztowy",
    ),
    "Dutch": (
        "Klantnummer=id Voornaam=given Tussenvoegsel= Achternaam=family E-mailadres=mail Postcode=zip",
        "E-mailadres | | Klantnummer | Voornaam Achternaam | Postcode",
    ),
    "Turkish": (
        "Müşteri_No=id Ad=given Soyad=family E-posta=mail Cep=tel Müşteri_Telefon_No=mobile Posta_Kodu=zip",
        "E-posta | Cep Müşteri_Telefon_No | Müşteri_No | Ad Soyad | Posta_Kodu",
    ),
    "Brazilian": (
        "Código_do_cliente=id Nome_completo=full E-mail=mail Celular=tel CEP=cep",
        "E-mail | Celular | Código_do_cliente | Nome_completo | CEP",
    ),
    "Japanese": (
        "顧客番号=id メールアドレス=mail 電話番号=tel 担当者=rep",
        "メールアドレス | 電話番号 | 顧客番号 | |",
    ),
}  # fmt: skip
_KINDS = ("email", "phone", "id", "name", "postcode")


@pytest.mark.parametrize(("columns", "expected"), _EXPORTS.values(), ids=_EXPORTS)
def test_exports(columns: str, expected: str, tmp_path: Path) -> None:
    """The customers' own; not their account manager's, their company's, or the number of an order."""
    pairs = [column.rpartition("=")[::2] for column in columns.split()]
    cells = [_CELLS[kind.replace("_", " ")] for _, kind in pairs]
    rows = [[heading for heading, _ in pairs]]
    rows += [[cell(number) for cell in cells] for number in range(60)]
    (found,) = opened(tmp_path / "export.csv", "\n".join(map(";".join, rows)))
    named = {kind: set(names) for kind, names in found.column_names.items()}
    wanted = zip(_KINDS, map(str.split, expected.split("|")), strict=True)
    assert named == {kind: set(names) for kind, names in wanted if names}


def test_a_list_of_orders_alone_has_no_customers(tmp_path: Path) -> None:
    """The number of an order is nobody's."""
    with pytest.raises(Failure):
        opened(tmp_path / "orders.csv", "Order ID;Total\n" + "".join(f"{n};1.00\n" for n in range(40)))

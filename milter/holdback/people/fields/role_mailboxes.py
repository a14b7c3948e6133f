"""Mailboxes of a function instead of a person: `info@`, `buchhaltung@`, `no-reply@`."""

from holdback.people.fields.wordlist import wordlist

_LOCAL_PARTS = wordlist(
    """
    info infos sales contact contacts kontakt contacto contatto contato office support service mail email
    hello hallo hola admin administrator administration team booking bookings reservations reservation
    reception rezeption empfang post vertrieb verkauf bestellung bestellungen order orders einkauf
    purchasing procurement invoice invoices invoicing rechnung rechnungen buchhaltung accounting accounts
    accountspayable billing faktura finance noreply no-reply donotreply do-not-reply webmaster postmaster
    hostmaster abuse newsletter news press presse jobs career careers karriere bewerbung hr marketing help
    helpdesk customerservice customercare kundenservice kundendienst service-client serviceclient clientes
    ventas pedidos atencionalcliente vendas comercial commercial commerciale contatti vendite ordini
    amministrazione segreteria direction accueil secretariat biuro sprzedaz bok sekretariat poczta bilgi
    satis destek iletisim infodesk verkoop klantenservice administratie kundtjanst forsaljning
    asiakaspalvelu myynti obchod ugyfelszolgalat shop store webshop privacy datenschutz legal security
    enquiries enquiry inquiries inquiry feedback events partner partners zentrale gemeinde verwaltung
    redaktion dispatch logistics warehouse
    """
)


def is_role_mailbox(key: str) -> bool:
    """True if the address (a key) names a function."""
    return key.partition("@")[0] in _LOCAL_PARTS

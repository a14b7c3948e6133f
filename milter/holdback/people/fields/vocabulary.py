"""The words of headings of columns and of labels in forms, in the languages that companies write them in.

English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Turkish, Danish, Norwegian,
Finnish, Czech, Hungarian, Romanian, Tagalog, Japanese, and the commonest of Chinese, Korean, Russian and
Greek. Spelled as `words.words_of` makes them: lower case, without accents, `strasse` for `Straße`. A word
with a hyphen stands for its parts one after the other.
"""

from collections.abc import Mapping

from holdback.people.fields.kinds import Field
from holdback.people.fields.wordlist import wordlist

HEADINGS: Mapping[Field, str] = {
    Field.EMAIL: """
        email emails e-mail mail mails mailadresse mailadres emailadresse emailadres emailaddress
        mailaddress mailbox courriel mel correo correos correoelectronico correo-e posta-elettronica
        postaelettronica epost e-post epostadress epostadresse mejl mailadress adres-mailowy eposta
        e-posta
        eposta-adresi sahkoposti sahkopostiosoite postadress-e imeyl poczta-elektroniczna drotposta
        e-mailcim emailcim emailova-adresa pec メール メールアドレス eメール 邮箱 邮件 電郵 电子邮件
        이메일
        메일 почта эл-почта электронная-почта имейл ηλεκτρονικο-ταχυδρομειο
    """,
    Field.PHONE: """
        phone phones telephone tel telno telefon telefono telefone telefoon telefonnummer telefonnr
        telefoonnummer phonenumber phoneno telephonenumber mobile mobil mobiel mobilnummer mobiltelefon
        mobilephone mobilenumber cell cellphone cellular handy handynummer handynr rufnummer festnetz
        portable gsm movil celular cellulare cellulari telemovel mobieltje gsmnummer komorka komorkowy
        mobilfunk mobilfunknummer festnetznummer mobilnr telefonszam mobilszam puhelin puhelinnumero
        matkapuhelin tlf tlfnr tfn telnr telf cep
        ceptelefonu cep-tel cep-telefonu whatsapp fon fone contactnumber contact-number contactno
        contact-no
        selpon numero-ng-telepono telepono landline fixe numero-tel numtel numero-di-telefono recapito
        rappelnummer bellen 電話 電話番号 携帯 携帯電話 携帯番号 连絡先 電話號碼 电话 手机 手机号
        联系电话
        전화 전화번호 휴대폰 телефон мобильный τηλεφωνο κινητο
    """,
    Field.GIVEN: """
        firstname first-name givenname given-name given forename forenames fname vorname vornamen
        rufname
        prenom prenoms primernombre primer-nombre segundonombre nombres nombre-de-pila nombrepila
        primeironome primeiro-nome voornaam voornamen roepnaam imie imiona fornamn tilltalsnamn fornavn
        etunimi etunimet keresztnev utonev jmeno krestni unangpangalan unang-pangalan prenume prenumele
        isim
        onad kucukad middlename middle-name mname 名 имя ονομα
    """,
    Field.FAMILY: """
        lastname last-name surname familyname family-name lname secondname nachname nachnamen
        familienname
        zuname geburtsname nomdefamille nom-de-famille patronyme apellido apellidos primerapellido
        segundoapellido cognome apelido sobrenome ultimonome achternaam familienaam nazwisko nazwiska
        efternamn soyad soyadi soyisim soyismi efternavn etternavn sukunimi vezeteknev csaladnev
        prijmeni
        apelyido nume-familie nume-de-familie maidenname maiden-name 姓 苗字 名字 фамилия επωνυμο 성
    """,
    Field.NAME: """
        fn cn fullname full-name realname real-name completename vollername voller-name
        vollstandiger-name
        vornamename vorname-name name-vorname vorname-nachname nachname-vorname nomcomplet nom-complet
        nom-prenom nom-et-prenom nom-prenoms prenom-nom prenom-et-nom nombrecompleto nombre-completo
        nombre-apellidos nombre-y-apellidos apellidos-nombre apellidos-y-nombre nomecompleto
        nome-completo
        nome-cognome nome-e-cognome cognome-nome cognome-e-nome nominativo volledigenaam volledige-naam
        imie-nazwisko imie-i-nazwisko nazwisko-imie nazwisko-i-imie fullstandigtnamn fullstandigt-namn
        fornamn-efternamn for-och-efternamn adsoyad ad-soyad adi-soyadi adisoyadi isim-soyisim fuldenavn
        fulde-navn fulltnavn fullt-navn fornavn-etternavn fornavn-efternavn koko-nimi kokonimi
        jmeno-prijmeni jmeno-a-prijmeni teljesnev teljes-nev buong-pangalan buongpangalan displayname
        display-name contactname contact-name contactperson contact-person ansprechpartner
        ansprechpartnerin
        kontaktperson kontaktpersoon contactpersoon personne-de-contact persona-de-contacto referente
        cardholder accountholder account-holder kontoinhaber titulaire titular intestatario patientname
        patient-name guestname guest-name studentname student-name membername member-name passenger
        passengername passenger-name cardholdername employeename employee-name kundenname-voll
        nume-si-prenume nume-complet numecomplet 氏名 お名前 名前 御名前 会員名 フリガナ ふりがな
        カナ氏名
        姓名 联系人 성명 이름 성함 фио ф-и-о ονοματεπωνυμο
    """,
    Field.IBAN: """
        iban ibannummer ibannr ibannumber kontoverbindung
    """,
    Field.CARD: """
        creditcard credit-card creditcardnumber cardnumber card-number cardno card-no ccnumber cc-number
        ccnum cc kreditkarte kreditkartennummer kartennummer carte-bancaire carte-bleue numero-de-carte
        numero-carte tarjeta numero-tarjeta numero-de-tarjeta carta-di-credito numero-carta cartao
        numero-do-cartao creditcardnummer kaartnummer karta-kredytowa numer-karty kortnummer kort-nr
        kredi-karti kart-no kartno kart-numarasi luottokortti pan クレジットカード カード番号 银行卡号
        卡号
    """,
    Field.NATIONAL_ID: """
        ssn socialsecurity social-security socialsecuritynumber social-security-number nationalid
        national-id nationalinsurance national-insurance nino passport passportno passport-no
        passportnumber
        passport-number reisepass reisepassnummer ausweisnummer personalausweis
        sozialversicherungsnummer
        svnr sv-nummer steuerid steuer-id steuernummer numero-de-securite-sociale securite-sociale nir
        numero-secu dni nif nie documento-de-identidad curp  codicefiscale codice-fiscale codfiscale
        cpf   bsn burgerservicenummer rijksregisternummer pesel nr-dowodu dowod personnummer
        personnr cpr cprnr cpr-nr fodselsnummer fnr hetu henkilotunnus tckimlik tc-kimlik tc-kimlik-no
        tckn
        kimlik-no rodne-cislo rodnecislo adoazonosito taj tajszam aadhaar マイナンバー 身份证 身份证号
        身分證 주민등록번호 паспорт снилс  αφμ амка αμκα driverslicense drivers-license
    """,
    Field.BIRTH: """
        birthdate birth-date dateofbirth date-of-birth dob birthday birth born bday geburtsdatum
        geburtstag
        geb gebdatum geb-datum geb-dat geboren gebdat datedenaissance date-de-naissance naissance
        date-naissance nele ne-le nee-le fechanacimiento fecha-nacimiento fecha-de-nacimiento nacimiento
        fnac f-nac fecnac datadinascita data-di-nascita data-nascita nascita nato-il datanascimento
        data-nascimento data-de-nascimento nascimento geboortedatum geboren-op dataurodzenia
        data-urodzenia
        urodzony urodzona fodelsedatum fodelsedag fodd dogumtarihi dogum-tarihi dogumgunu dogum
        fodselsdato
        fodselsdag fodt syntymaaika syntyma-aika syntynyt datumnarozeni datum-narozeni narozen
        szuletesidatum szuletesi-datum szuletesi-ido szuletett kaarawan petsangkapanganakan
        petsa-ng-kapanganakan kapanganakan 生年月日 誕生日 出生日期 生日 생년월일 생일 дата-рождения
        день-рождения data-nasterii datanasterii nascut ημερομηνια-γεννησης
    """,
    Field.LOGIN: """
        login logins loginname login-name username user-name userlogin nickname nick screenname handle
        benutzername benutzerkennung anmeldename loginkennung kennung identifiant nomdutilisateur
        nom-d-utilisateur nom-utilisateur pseudo usuario nombreusuario nombre-de-usuario nombre-usuario
        nomeutente nome-utente nomedeusuario nome-de-usuario nome-de-utilizador utilizador
        gebruikersnaam
        inlognaam nazwauzytkownika nazwa-uzytkownika uzytkownik anvandarnamn anvandernamn kullaniciadi
        kullanici-adi brugernavn brukernavn kayttajatunnus kayttajanimi utilizator nume-utilizator
        uzivatelskejmeno uzivatelske-jmeno felhasznalonev felhasznaloi-nev samaccountname
        userprincipalname
        uid-login ログイン ログイン名 ユーザー名 ユーザ名 用户名 아이디 логин ονομα-χρηστη twitter
        instagram
        skype
    """,
    Field.STREET: """
        street streetaddress street-address address addresses addressline address-line addr addr1 addr2
        homeaddress mailingaddress postaladdress strasse str anschrift adresse adressen adresszeile
        hausnummer strassehausnr wohnadresse lieferadresse lieferanschrift rechnungsadresse
        postanschrift
        privatadresse wohnanschrift rue voie adressepostale direccion calle domicilio indirizzo via
        residenza morada endereco rua logradouro adres straat straatnaam woonadres adres-zamieszkania
        ulica
        adress gatuadress gata postadress utdelningsadress acik-adres sokak cadde gade vej gadenavn
        gateadresse gate osoite katuosoite lahiosoite utca cim lakcim ulice adresa domiciliu bydliste
        tirahan kalye kalsada lieferstrasse 住所 ご住所 番地 所在地 地址 주소 адрес улица διευθυνση οδος
    """,
    Field.POSTCODE: """
        zip zipcode zip-code postcode postal postal-code postalcode post-code pstlz plz postleitzahl
        codepostal code-postal
        cp codice-postale codigopostal codigo-postal cap cep-postal postcode-woonplaats kodpocztowy
        kod-pocztowy
        postnummer postnr postakodu posta-kodu postinumero psc iranyitoszam irsz 郵便番号 邮编 우편번호
        индекс
    """,
    Field.PLACE: """
        city town county state province region country stadt ort wohnort bundesland land ville
        commune pays ciudad localidad poblacion provincia pais citta comune paese localita cidade
        municipio estado bairro localidade woonplaats plaats gemeente stad miasto miejscowosc kraj
        wojewodztwo ort-stad postort lan sehir il ilce ulke by poststed kommune postitoimipaikka
        paikkakunta kaupunki maa mesto obec telepules varos lungsod bayan probinsya 都道府県 市区町村
        城市
        город πολη
    """,
    Field.ORGANISATION: """
        filiale filialen branch branches sede sucursal succursale agence agencia oddzial sube vestiging
        filial toimipiste pobocka standort location site hotel restaurant praxis klinik apotheke club
        venue
        station venues 支店 店舗 店名 company companies companyname company-name organisation
        organization
        organisationname organizationname organization-name employer business businessname vendor
        supplier
        manufacturer brand merchant firma firmenname unternehmen arbeitgeber lieferant hersteller marke
        verein societe raisonsociale raison-sociale entreprise fournisseur etablissement organisme
        empresa
        razonsocial razon-social proveedor compania azienda ragionesociale ragione-sociale ditta societa
        fornitore razaosocial razao-social fornecedor bedrijf bedrijfsnaam organisatie leverancier
        werkgever
        przedsiebiorstwo dostawca nazwa-firmy spolka foretag foretagsnamn leverantor sirket sirketadi
        firma-adi tedarikci unvan kurulus virksomhed selskap leverandor yritys toimittaja ceg cegnev
        beszallito spolecnost dodavatel kompanya store shop dealer agency institution school 会社 会社名
        企業名 法人名 公司 회사 компания организация εταιρεια
    """,
    Field.OPT_OUT: """
        optout opt-out optoutstatus optin opt-in unsubscribed unsubscribe abgemeldet einwilligung
        werbeeinwilligung newsletter desabonne consentement consent consentimiento consenso
        consentimento
        toestemming zgoda zgody samtycke onay samtykke suostumus souhlas hozzajarulas gdpr rgpd dsgvo
        rodo
        kvkk marketing mailing
    """,
    Field.PLAN: """
        plan package tariff tarif tarifa tariffa tarief taryfa subscription abo abonnement abonnemang
        membership mitgliedschaft produkt product productname product-name produit producto prodotto
        produto
        abonelik paket pakiet forfait suscripcion abbonamento assinatura contract vertrag contrat
        contrato
        contratto umowa avtal プラン 契約 membertype member-type
    """,
    Field.PRICE: """
        price amount balance charge total fee salary wage pay income preis betrag saldo guthaben gehalt
        lohn
        umsatz beitrag prix montant solde salaire precio importe sueldo salario prezzo importo stipendio
        preco valor prijs bedrag salaris cena kwota wynagrodzenie pris belopp lon fiyat tutar bakiye
        maas
        belob hinta palkka castka ar fizetes 料金 金額 価格 revenue spend spent
    """,
    Field.STATUS: """
        status state-status active activestatus aktiv aktiviert actif activo attivo ativo actief aktywny
        durum tila stav allapot statut estado-status stato ステータス 状態
    """,
}
"""Whole headings and single words; of several roles that a heading's words name, the first one is its."""

SOMEONE = wordlist(
    """
    customer customers cust client clients requester contact contacts member members user users
    subscriber subscribers
    patient patients student students pupil pupils guest guests person people employee employees staff
    attendee participant applicant candidate donor buyer recipient holder policyholder tenant owner parent
    guardian child lead leads resident voter passenger driver traveler traveller visitor kunde kunden kundin
    kontakt kontakte mitglied mitglieder benutzer nutzer patienten versicherter versicherten teilnehmer
    schuler mitarbeiter gast gaste personen bewerber spender mieter kaufer empfanger inhaber eltern kind
    abonnent personal beschaftigter besteller fahrer bewohner adherent adherents abonne abonnes utilisateur
    salarie eleve etudiant invite locataire beneficiaire personne destinataire cliente clientes contacto
    socio socios abonado paciente alumno empleado usuario huesped inquilino persona titular miembro clienti
    contatto utente paziente alunno dipendente ospite iscritto abbonato condomino tesserato utilizador aluno
    funcionario hospede assinante pessoa contato aderente klant klanten relatie lid leden gebruiker
    medewerker leerling deelnemer persoon huurder abonnee klient klienci uzytkownik pracownik pacjent uczen
    czlonek gosc osoba kontrahent odbiorca abonent kund kunder medlem medlemmar anvandare anstalld elev
    deltagare musteri musteriler uye uyeler kullanici calisan ogrenci hasta misafir kisi personel abone
    katilimci veli bruger bruker ansat ansatt gaest gjest deltager deltaker medarbejder asiakas asiakkaat
    jasen kayttaja potilas oppilas tyontekija henkilo vieras osallistuja zakaznik uzivatel pacient zak clen
    zamestnanec host ucastnik ugyfel vevo felhasznalo beteg tanulo tag munkavallalo vendeg szemely resztvevo
    kustomer kliyente miyembro estudyante pasyente empleyado name nom nombre nome naam navn namn nimi nev
    isim ad adi jmeno nazwa pangalan klienta klientow uzytkownika pracownika pacjenta czlonka klijent
    ugyfelek zakaznika клиента пользователя πελατη πελατων 顧客 会員 お客様 社員 患者 利用者 取引先 客户
    会员 客戶 고객 회원 клиент пользователь πελατης
    """
)
"""Whose value it is; alone, that it names somebody or something."""

NUMBER = wordlist(
    """
    id ids nr no num number numbers key code ref reference n uid guid nummer numer kennziffer kennzeichen
    numero codigo codice matricola cod identifier identificador identifiant identificativo nro numara
    numarasi kod kodu sicil tunnus cislo szam azonosito nummernr nmr bilang account konto compte cuenta
    conto conta rekening 番号 コード 号 编号 번호 номер κωδικος
    """
)
"""Beside one of `SOMEONE` or `ACCOUNT`: a number of theirs."""

ACCOUNT = wordlist(
    """
    account acct contract policy subscription membership service loyalty insurance badge booking reservation
    konto vertrag vertrags versicherungs versicherung police mitglieds mitgliedschaft buchung buchungs
    reservierung reservierungs kunden benutzer personal debitor debitoren depot compte contrat adhesion
    dossier matricule cuenta contrato poliza reserva expediente conto contratto polizza tessera prenotazione
    matricola conta apolice matricula rekening polis lidmaatschap reservering rekeningnummer konta umowy
    polisa polisy rezerwacja legitymacji avtal forsakring medlems bokning kund hesap sozlesme rezervasyon
    uyelik abone kunde bestillings varaus sopimus zakaznicke ucet smlouva pojistka ugyfel szerzodes foglalas
    employee
    """
)
"""With a number they are somebody's account, as `customer` is; alone they name nobody."""

ACCOUNT_NUMBER = wordlist(
    """
    matricola matricule accountnumber accountno kontonummer kontonr kundennummer kundennr kdnr kd-nr kundnr
    kundnummer mitgliedsnummer mitgliedsnr personalnummer personalnr persnr pers-nr matrikelnummer
    matrikelnr versichertennummer versicherungsnummer vertragsnummer debitorennummer benutzernummer
    klantnummer klantnr lidnummer lidnr relatienummer rekeningnummer polisnummer medlemsnummer medlemsnr
    kundenummer kundenr ansattnummer anstallningsnummer asiakasnumero jasennumero asiakastunnus musterino
    musterinumarasi uyeno zakaznickecislo ugyfelszam ugyfelkod ugyfelazonosito vevokod kundennumer
    buchungsnummer reservierungsnummer customerid clientid userid memberid accountid patientid studentid
    employeeid subscriberid contactid personid guestid kunnr debitorennr kundenkartennummer 顧客番号
    会員番号 お客様番号 顧客id 会員id 社員番号
    顧客コード 口座番号 客户编号 会员号 고객번호 회원번호 mrn accountref
    """
)
"""Both in one word."""

THING = wordlist(
    """
    product item article artikel artikelname produktname file filename host hostname domain server table
    column field category kategorie group department dept abteilung project projekt event course kurs class
    klasse module package brand model city country region station route campaign list template task job
    position title titel role team categorie categoria document dokument bank color colour set unit type typ
    typo produit fichier articulo archivo prodotto produto arquivo plik urun dosya tuote tiedosto vara
    varenavn soubor fajl termek service language currency parameter variable function countryname cctype ip
    url uri link web website webseite homepage agent browser mac vat ust mwst tax sprache browseruseragent
    device artist album track song composer genre playlist film movie book publisher ship vessel vehicle car
    plate street-type place-of verified verifiziert bestatigt confirmed count anzahl kind art prefix pattern
    format length bounced clicks opens sent
    """
)
"""A name beside one of these is not a person's."""

PAPER = wordlist(
    """
    order orders invoice ticket transaction payment shipment tracking po auftrag auftrags bestell bestellung
    bestellungs rechnung rechnungs commande facture pedido factura ordine fattura fatura encomenda
    bestelling factuur zamowienia faktury faktura siparis tilaus objednavka rendeles 注文 請求 訂單 订单
    """
)
"""A number beside one of these is not a person's, though the name and the address on it are."""

SOMEONE_ELSE = wordlist(
    """
    owner manager rep agent salesrep salesperson assigned assignee createdby created modified modifiedby
    updated updatedby betreuer sachbearbeiter vertreter berater verkaufer vendeur commercial conseiller
    comercial vendedor agente commerciale venditore verkoper accountmanager handlowiec opiekun saljare
    temsilci temsilcisi selger myyja author seller doctor therapist teacher 担当者 担当 営業担当 lehrer arzt
    behandler assistant assistants assistent assistentin sales referred
    """
)
"""Other people than the one the row is about: who looks after the customer, who typed the row."""

ADDRESS = wordlist(
    """
    address addr adresse anschrift indirizzo direccion endereco adres adress adresa cim osoite
    """
)
"""A part of it is meant, if the heading says which: town, postcode."""

SMALL = wordlist(
    """
    de del du des di da do dos la le les el der die das the of to y e et i und and ng d l van het w na
    """
)
"""Words that change nothing."""

ANY_ID = wordlist(
    """
    id uid guid uuid recordid rowid pk key objectid entityid externalid
    """
)
"""A number of whatever the rows are about."""

NAME = wordlist(
    """
    name names nom nombre nome naam navn namn nimi nev isim ismi ad adi pangalan nazwa nazev nume 名称 имя
    """
)
"""`Name`: of somebody or something."""

"""Common given and family names of several languages."""

from holdback.people.fields.wordlists import wordlist

_NAMES = (
    (
        "Emily James Olivia Harry Grace Thomas Chloe Daniel Megan Oliver Hannah Samuel",
        "Smith Walker Hughes Turner Clarke Bennett Foster Reid Marsh Barlow Whitfield Holloway",
    ),
    (
        "Jürgen Anke Wolfgang Sabine Uwe Heike Matthias Katrin Florian Lena Tobias Jana",
        "Müller Schäfer Köhler Weiß Böhm Hofmann Lorenz Vogt Krüger Seidel Brandt Lindner",
    ),
    (
        "Hélène Pascal Sylvie Thierry Chloé Benoît Amélie Rémi Camille Julien Manon Lucas",
        "Lefèvre Moreau Girard Noël Besson Royer Marchand Collet Prévost Carpentier",
    ),
    (
        "Lucía Javier Carmen Álvaro Marta Diego Inés Rubén Beatriz Gonzalo",
        "Navarro Ibáñez Molina Cabrera Vidal Serrano Peña Campos",
    ),
    (
        "Chiara Matteo Giulia Lorenzo Federica Davide Alessia Stefano",
        "Ferrari Conti Marchetti Gallo Rinaldi Bianchi Moretti Santoro",
    ),
    (
        "Inês Tiago Mariana Rui Joana Nuno Leonor Duarte",
        "Almeida Carvalho Teixeira Nogueira Pinto Barros Moura Leal",
    ),
    (
        "Sanne Bram Femke Joris Lotte Sander Maaike Thijs",
        "Visser Bakker Hoekstra Dekker Kuipers Mulder Postma Vermeer",
    ),
    (
        "Zofia Paweł Agnieszka Grzegorz Ewa Tomasz Magda Wojciech",
        "Nowak Wójcik Pawlak Górski Duda Zając Sikora Kozłowski",
    ),
    (
        "Astrid Henrik Ingrid Lars Maja Nils Sigrid Anders Elin Mikkel",
        "Lindqvist Bergström Nyberg Hansen Solberg Dahl Lund Møller Sørensen Ekholm",
    ),
    (
        "Aino Jukka Petra Tomáš Zuzana Bálint Réka Andrei Ioana Elif Murat Deniz",
        "Virtanen Korhonen Dvořák Novotný Szabó Kovács Popescu Ionescu Yılmaz Demir",
    ),
)
NAMES = tuple((given.split(), family.split()) for given, family in _NAMES)
"""(given names, family names) of each language."""
TAGS = sorted(
    wordlist(
        """
        books shoes garden travel orders news offers music tickets wine coffee bikes photo games pets toys
        fashion kitchen fitness hotel flights rental parts paper tools lamps sofa optics tea bakery flowers
        outdoor running ski cinema radio museum survey club bonus member invoice delivery returns support
    """
    )
)
"""Plus-tags that people use when they sign up somewhere."""

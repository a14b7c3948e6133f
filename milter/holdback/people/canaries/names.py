"""Names for people who do not exist: everyday given and family names of several languages."""

from holdback.people.wordlist import wordlist

GIVEN = sorted(
    wordlist(
        """
        Emily James Olivia Harry Grace Thomas Chloe Daniel Megan Oliver Hannah Samuel
        Jürgen Anke Wolfgang Sabine Uwe Heike Matthias Katrin Florian Lena Tobias Jana
        Hélène Pascal Sylvie Thierry Chloé Benoît Amélie Rémi Camille Julien Manon Lucas
        Lucía Javier Carmen Álvaro Marta Diego Inés Rubén Beatriz Gonzalo
        Chiara Matteo Giulia Lorenzo Federica Davide Alessia Stefano
        Inês Tiago Mariana Rui Joana Nuno Leonor Duarte
        Sanne Bram Femke Joris Lotte Sander Maaike Thijs
        Zofia Paweł Agnieszka Grzegorz Ewa Tomasz Magda Wojciech
        Astrid Henrik Ingrid Lars Maja Nils Sigrid Anders Elin Mikkel
        Aino Jukka Petra Tomáš Zuzana Bálint Réka Andrei Ioana Elif Murat Deniz
    """
    )
)
FAMILY = sorted(
    wordlist(
        """
        Smith Walker Hughes Turner Clarke Bennett Foster Reid Marsh Barlow Whitfield Holloway
        Müller Schäfer Köhler Weiß Böhm Hofmann Lorenz Vogt Krüger Seidel Brandt Lindner
        Lefèvre Moreau Girard Noël Besson Royer Marchand Collet Prévost Carpentier
        Navarro Ibáñez Molina Cabrera Vidal Serrano Peña Campos
        Ferrari Conti Marchetti Gallo Rinaldi Bianchi Moretti Santoro
        Almeida Carvalho Teixeira Nogueira Pinto Barros Moura Leal
        Visser Bakker Hoekstra Dekker Kuipers Mulder Postma Vermeer
        Nowak Wójcik Pawlak Górski Duda Zając Sikora Kozłowski
        Lindqvist Bergström Nyberg Hansen Solberg Dahl Lund Møller Sørensen Ekholm
        Virtanen Korhonen Dvořák Novotný Szabó Kovács Popescu Ionescu Yılmaz Demir
    """
    )
)
TAGS = sorted(
    wordlist(
        """
        books shoes garden travel orders news offers music tickets wine coffee bikes photo games pets toys
        fashion kitchen fitness hotel flights rental parts paper tools lamps sofa optics tea bakery flowers
        outdoor running ski cinema radio museum survey club bonus member invoice delivery returns support
    """
    )
)
"""What people write behind the plus when they sign up somewhere."""

"""Common given names of many countries, and family names where those come first, to tell people from
products.

Own compilation of everyday names; written as `names.plain` makes them: lower case, without accents. It need
not be complete: a
column of people has some of them in it, a column of parts or departments hardly any. Names that are as
common as words stay out.
"""

from holdback.people.fields.wordlist import wordlist

NAMES = wordlist(
    """
    aada aafke aaltje aarne aaron aatu abdelkader abdul abdulkadir abdullah abebe abel abena abigail abigel
    abilio achieng adam adebayo adel adela adelaide adele adelheid adelino adem adilson aditya adnan adolfo
    adriaan adrian adriana adrie adrien adrienn afonso agata agatha agda agnes agnese agneta agnete agnetha
    agnieszka agostinho agostino agoston agota agus agustin agustina ahmad ahmed ahmet ahti ahu aicha
    aikaterini aila aileen aimo aino aisha aishwarya aisyah aitor ake aki akiko akin akira akos aksel akseli
    akua alain alan alba albano albert alberta albertina alberto albertus albin albrecht alda aldo aldona
    alejandra alejandro aleksandar aleksander aleksandr aleksandra aleksey aleksi alena ales alessandro
    alessia alessio alev alex alexander alexandr alexandra alexandre alexandru alexey alexis alf alfie alfio
    alfons alfonso alfred alfredo algot ali alice alicia alicja alida alie alina aline aliye aliz allan
    allard allen alli alma almaz almeida almerinda almir almudena alois alparslan alper altan altino altti
    alva alvarez alvaro alzbeta alzira ama amadou amalia amalie amanda amandine amara amaya amedeo amelia
    amelie amelita americo amina aminata amine amir amit amparo amy ana anabela analyn ananya anas anastasia
    anastazie anastazja anasztazia anatole andela anders anderson andor andras andre andrea andreas andreea
    andrei andrej andres andrew andrey andriy andrzej andy aneta anett anette anezka angel angela angelica
    angelika angeliki angelito angelo angus anh anibal aniela aniko anil anita anja anjali anke anker ann
    ann-christin ann-marie anna anna-karin anna-liisa anna-maria annabel annalisa annamaria anne anne-marie
    annegret anneke anneli annelie annelise anneloes annemarie annette anniina annika annikki anouk ansa
    anselmo ansgar anssi antal ante anthony antje antoine anton antonella antoni antonia antonie antonieta
    antonietta antonin antonino antonio antoon antti aoi aoife aparecida apolline apolonia aquino arabella
    aranka archie ard arda arianna arie arif aristides arja arjan arjen arjun arkadiusz arlene arlindo
    armando armas armi armin arminda arnaldo arne arnel arno arnold arnost aron arpad arslan artem arthur
    arto arttu artturi artur arturo arun arvid arvo arzu asa asbjorn asger asha ashley ashok asif asim asko
    aslak aslan asli aslihan assunta asta astrid asuman asuncion athanasios atilla atte attila attilane
    attilio aude audrey augusto aukje auli aulikki aulis aune aura aurel aurelie aurelio aurora aurore
    austin auvo avi awa axel axelle aydan aydin ayesha ayfer aygul ayhan aykut ayla aylin aynur ayse aysegul
    aysel aysen aysun aytac aytekin ayumi aziz azra azucena azzurra babette bahadir bahar bahri baki balazs
    baldassare baltasar baltazar balthasar banerjee banu baptiste baran barbara barbieri barbora barbro
    baris barnabas barnaby bart bartek bartlomiej bartolome bartolomeo bartosz bas basak basile batuhan
    bautista bayani bayram beata beatrice beatrix beatriz bedri bedrich begona behcet bekele bekir bela
    belen belgin bella belma ben bence benedek benedetta benedetto benedikt benedita benedykt bengt benito
    benjamim benjamin benno benny benoit bent bente bento berat beren berend berenice berfin berit berk
    berna bernadett bernadette bernard bernardo bernd bernhard bernt bert bertalan bertha berthold bertil
    beth bethany bettina betty beverly beyza biagio bianca bianchi bianka bilal bilge billy birger birgit
    birgitta birgitte birol birsen birthe bjarne bjorn blandine blanka blazej blazena bob bobby bodil bogdan
    boglarka bogna bogumila boguslaw bohdan bohumil bohumila bohuslav bola boldizsar boleslaw bora borbala
    boris borivoj borje borys botond boudewijn bozena brad bradley bram branca brandon branko brechtje
    brenda brendan breno bretislav brian brice brigida brigitta brigitte brita britt britt-marie britta
    brittany bronislav bronislava bronislaw bronislawa bruce bruna bruno bryan brygida budi bui bulcsu
    bulent burak burcu burhan burhanettin burkhard busra cafer cagla caglar cahit caio callum calogero
    camila camilla camille camillo camilo candan candela candida capucine caridad carin carina carl
    carl-gustaf carla carlo carlos carlota carmela carmelo carmen carmine carmo carol carolien carolina
    caroline carolyn carsten carvalho casey casper cassio catalin catalina catarina caterina catherine catia
    cavidan cavit cayetano cecilia cecilie cecily cecylia cedric cees celal celeste celia celik celil celina
    celine celso cem cemal cemalettin cemile cemre cenek cengiz cennet ceren cesar cesare cesira cetin
    cevdet ceyda ceyhun cezary chad chantal charlene charles charlotta charlotte cheikh chen cherry cheryl
    chiara chinedu chioma chloe choi chopra chris christa christel christer christian christina christine
    christoffer christopher christos ciara cidalia cigdem cihan cintia cinzia claes claes-goran claire clara
    clarence clarice clarisse claude claudia claudio claus clelia clemence clemens clement clemente
    clementine cleusa clive clothilde clotilde coby cody coen colette colin colm colombo conceicao
    concepcion concetta connie connor conny constanca constantin constantino consuelo conti cor corazon
    corentin corine corinna corinne cormac cornelia cornelis corrado corrie costanza covadonga craig
    crisanto cristian cristiano cristina cristobal cristovao csaba csanad csenge csilla csongor ctirad
    cuneyt curtis custodia cuthbert cynthia cyril czeslaw czeslawa daan dafne dagmar dagny daiki daisy dale
    dalibor dalila dalma damian damiano damiao damien damla dan dana dang daniel daniela daniele danielle
    danilo danny danuta daphne daria darina dario dariusz darja darren dave david davide davut dawid dea
    debora deborah debra declan deepa deepak defne dejan delia delphine demet demetrio demir denes denis
    denisa denise deniz dennis deolinda derek derin derrick derya desiderio desiree detlef dewi dezso diana
    diane didem didier diederik diego dieter dietmar dietrich dieuwke dilek dimitar dimitra dimitrios
    dimitris dina dinand dincer dineke dinesh dinis diogo dirk disa dita ditte divina divya dmitri dmitry
    dobromila dogan dolores domenico domingo domingos dominguez dominic dominik dominika dominique domonkos
    don donald donat donatella donatello donizete donna dora doriana dorien dorina doris dorka dorota
    dorothy dorottya dorte dorthe douglas dragan dragana drahomira drahoslav duarte duc dumitru duncan
    dursun dusan dustin duygu dylan ebba ebbe eberhard ebru ece ecem eckhard ecrin edda eddie edeltraud
    edgardo edip edit edita edite edith ediz edmund edna ednaldo edoardo edson eduard eduardo edvin edward
    edwin edyta eeli eemeli eero eetu eeva efe efua egbert ege egidio egil egon eija eila eilidh einar
    einari eine eino eirik eitan ejner ekaterina ekin ekkehard ekrem elaine elanur elda eleanor elek elemer
    elen elena eleni eleonora elfriede eliana eliane elias elide elif elijah elin elina eline elio elis
    elisa elisabet elisabete elisabeth eliska elizabeth elke ella ellen elli ellinor elmeri elodie elof
    eloisa eloise els elsa elsbeth else elsie elvan elvi elvira elza elzbieta emanuel emanuele embla emeka
    emelie emese emi emidio emiel emil emile emilia emiliano emilie emilio emily emin emine emir emma
    emmanuel emmanuelle emrah emre emrullah enar encarnacion ender endre enea enes engelbert engin enis
    enrico enrique enriqueta ensio enver enza enzo eoin ercan ercole erdal erdem erdinc erdogan eren erhan
    erhard eric erica erich erik erika erin erja erkan erkki erland erlinda erling erman ermanno ermelinda
    ermes ernani ernest ernesto erno ernst erol ersin ersoy ertan ertugrul ervin erwin eryk erzsebet esa
    esben esin esko esma esperanza esposito esra essi esteban estefania estela estelle ester estevao esther
    eszter etele etelka ethan etienne ettore eugen eugene eugenia eugenie eugenio eugeniusz eulalia eunice
    eunji eusebio eustachy eva eva-maria evandro evangelia evaristo eveliina evelin evelina eveline evelyn
    evert evgeniy evgeny evi evie evren evrim ewa ewald ewan ewelina ewout eylem eylul eyup ezgi ezio fabian
    fabiana fabien fabio fabiola fabrice fabricio fabrizio fadime fahri fahriye faisal fang fanni fanny
    farah farhan farid faruk fatih fatima fatime fatma fatou faustino fausto fazil fedele federica federico
    fehmi felice felicia felicity felicja felicjan felicyta feliks felipe felix femke femmie feng fenna
    ferda ferdi ferdinand ferdinando ferdynand ferenc fergus ferhan ferhat feride feridun ferike ferit
    fermin fernand fernanda fernandez fernando ferrari ferreira ferruccio fethi fevzi fiammetta fidel fiete
    fikret fikriye filip filipa filipe filippa filippo filiz filomena finn fiona fiorella fiorenza firat
    flavia flavie flavio flemming fleur flora florbela flore florence florencia florencio florent florian
    florin florinda floris fokke folake folke fontana fortunato fosca franc franca frances francesca
    francesco francien francisca francisco franciszek franciszka franco francois francoise frank frans
    frantisek franz franziska frauke fred freddie frede frederic frederico frederik frederikke fredrik freja
    freya frida frieda friedhelm friedrich frigyes fritiof frits fritz fruzsina fryderyk fuat fulbert
    fulgencio fulop fulvio fulya funda furkan gabi gabor gabriel gabriela gabriele gabriella gael gaelle
    gaetan gaetano galina galip gallo gamze ganesh garcia gareth gary gaspar gaspare gaston gauthier gea
    geert geertje geesje geeta geir gellert gema gemma genevieve gennaro genoveva genowefa georg george
    georges georgette georgi georgia georgina georgios gerald geraldo gerard gerardo gerben gerd gerda gergo
    gerhard germaine german germano gerner gernot gerrie gerrit gerson gert gert-jan gertraud gertrud
    gertruda gerzson geza gheorghe ghislaine giacinto giacomo giancarlo gianfranco gianluca gianluigi
    gianmarco gianni gianpaolo gideon gijs gijsbert gilberto gilda giles gilles gillis gilson gines ginette
    ginevra gino giordano giorgia giorgio giorgos giovanbattista giovanna giovanni girolamo gisela gitte
    giulia giuliana giuliano giulio giuseppe giuseppina giusy gizella gizem glaucia glenn gloria goffredo
    gokce gokhan gomez gonca goncalo gonnie gonul gonzalez gonzalo gopal goran gosta gottfried gotthard
    graca gracinda gracjan graham graziano graziella grazyna greetje greg greger gregorio gregory greta
    grethe grzegorz guadalupe gudmundur gudrun guenter guglielmo guido guilherme guillaume guillem guillermo
    guiomar gul gulay gulcan guler gulhan guliz gulizar gulnur gulsen gulsum gulten gunay gunborg gunda
    gunes gungor gunhild gunilla gunnar gunnel gunseli gunter gunther gunvor guo gupta gurkan gursel gustaf
    gustav gustave gustavo gustaw gusztav gutierrez guus guven guy gwenaelle gyorgy gyula habib hacer
    hajnalka hakan hakki hakon halide halil halime halina halit haluk hamdi hamide hamish hamisi hamit
    hampus hamza hana handan hande hanga hanife hanna hanna-maria hannah hanne hanneke hannelore hannes
    hanni hannie hannu hans hans-joachim hans-jorgen hans-jurgen hans-peter hanus hao harald harish harm
    harmen harold harri harrie harriet harry hartmut hartwig haruka harun haruto hasan hassan hatice havva
    haydar hayrettin hayriye hazal hazel hedda hedi hediye hedvig hedvika hedwig hege heidi heike heikki
    hein heine heiner heini heino heinrich heinz heitor helder heleen helen helena helene helga helge helio
    hella helle helmi helmut helmuth heloisa helvi hendrik hendrika henk henna henni henning henny henri
    henriett henrietta henriette henrik henrique henry henryk herbert herdis heribert herman hermann hermien
    hermina herminia hernandez herve hetty hiba hidayat hidayet hieronim hikmet hilal hilario hilary hilda
    hilde hildegard hilding hilkka hillevi hilma hilmi hiltrud hina hipolito hiroshi hjalmar hoa hoang
    holger homero hong honorata honoriusz horacio horst hortense hortenzia horvat hossein howard hristo
    huang huba hubert hugh hugo hugon huguette hui huib hulda hulusi hulya humberto hung hunor huong hurrem
    husamettin huseyin husnu hussain hussein huub hynek hyunwoo iacopo ian ib ibolya ibrahim ibrahima iclal
    ida idalina idris ifeoma iga ignac ignacio ignacy ignazio igor ihsan iida iina iiris iiro iivari ilari
    ilaria ilayda ilda ildi ildiko ildo ilhami ilhan ilidio ilka ilker ilkka ilknur ilmari ilona ilpo ilse
    ilta imane imelda imke immacolata imogen impi imran imre ina inacio inari inci ineke ines inga inga-lill
    ingalill inge ingeborg ingegerd ingela ingelise ingemar inger ingo ingolf ingrid ingvar inigo inkeri
    inmaculada ioana ioanna ioannis iolanda ion ionescu ionut ipek ira iracema irem iren irena irene
    ireneusz irfan irina iris irja irma irmela irmeli irmgard irmina iryna isa isaac isabel isabella
    isabelle isadora isak isaura ishak isidro iskender isla ismael ismail ismet isolde isto istvan istvanne
    itai itamar ito itziar ivan ivana ivanka ivano ivar iveta ivett ivo ivone ivy iwona iyer iza izabela
    izabella izan izzet jaana jaap jacco jacek jachym jacinto jacira jack jacob jacoba jacobo jacobus jacopo
    jacqueline jacques jadwiga jaime jair jakab jakob jakub jale jalmari jalo james jan jan-erik jan-willem
    jana janaina jane janet janez jani janice janina janita janka janne janneke janni jannie jannik janos
    jantje janusz jarek jari jarkko jarmil jarmila jarmo jaromir jaroslav jaroslava jaroslaw jasmin jasmina
    jason jasper javi javier jean jean-claude jean-francois jean-louis jean-luc jean-marc jean-michel
    jean-paul jean-pierre jeanette jeanne jeannette jedrzej jeff jeffrey jelena jelle jelmer jemima jenna
    jennie jennifer jenny jeno jens jens-peter jeppe jere jeremi jeremy jericho jeroen jerome jeronimo
    jeronym jerry jerzy jesper jesse jessica jetske jette jhoanna jian jihoon jill jillian jim jimenez jimi
    jimmy jindrich jindriska jing jiri jirina jitka jitske jiwoo jiyeon jo joachim joakim joan joana joanna
    joanne joao joaquim joaquin jocelyn jocelyne jochen joe joel joelma johan johann johanna johannes john
    johnny joke jolan jolana jolanda jolanta jolien jomar jon jonas jonathan joni jonna jonne joona joonas
    joop joose joost jordan jordao jordi jorg jorge jorgen joris jorma jorn jose jose-luis joseba josef
    josefa josefien josefin josefina joseph josephine josette joshi joshua josiane josip jost josue jouko
    jouni jovelyn jowita joyce jozef jozefa jozsef juan juana juanita juarez judit judith judy judyta juha
    juha-pekka juhani juho jukka jukka-pekka jules julia julian juliana juliane julianna juliano julie
    julien julietta juliette julio julius juliusz juma jun jung junko juraj jurema jurgen jurre jussara
    jussi justin justus justyn justyna jutta juuso jytte kaan kaapo kaarina kacper kadir kai kaija kaino
    kaisa kaito kaj kaja kajetan kalevi kalina kalle kalman kamau kamil kamila kamilla kamuran kaori karan
    karel karen karen-margrethe kari karim karin karina karine karl karl-erik karl-gustav karla karmen karol
    karola karolina karoly karri karsten kasper kasperi kata katalin katariina katarina katarzyna kate
    katerina kateryna katharina katherine kathi kathleen kathrin kathryn kati katia katie katinka katja kato
    katri katrin katrine kauko kaur kavita kaya kayla kayra kazim kazimiera kazimierz kazimir kazuya kees
    keiko keith keld kelly kemal ken kenan kende kenji kenneth kent kenta kerem kerim kerstin kerttu kevin
    khadija khaled khalid khan kilic kim kimberly kimmo kinga kirsi kirsten kirsti kirstin kirstine kitti
    kivanc kjeld kjell klaas klaasje klara klas klaudia klaudiusz klaus klementyna klotild kludiusz knud
    knut kobayashi koc koen kofi konrad konstantin konstantina konstantinos konstanty koos koray korhan
    kornel kornelia korneliusz kostas kosti kowalska kowalski krijn krishna krista kristen kristian
    kristiina kristin kristina kristine kristjan kristof kristoffer kristyna krisztian krisztina krisztofer
    krystian krystof krystyna krzysztof ksawery ksenia kuba kubra kumar kund kurniawan kursat kurt kustaa
    kveta kvetoslav kvetoslava kwame kwesi kyle kyllikki kyoko kyosti lachlan lada ladislav ladislava laerke
    laetitia laila lajos lakshmi lale lara larisa larissa larry lars lars-peter lasse laszlo latifa latife
    lauha laura laure lauren laurence laurens laurent lauri laurids laurinda lauro lavinia lawrence layla
    lea leandro lech leen leena leendert leevi lehel lei leif leif-ake leila lein leire lempi lena lene leni
    lenka lenke lennart lenni leo leokadia leon leona leonard leonardo leonel leonie leonor leonora leopold
    leopoldo leos lerato leslie leszek leticia letizia levent levente levi leyla li lia liam lianne libor
    libuse licia lida lidia lidy lieke liesbeth liesel lieselotte ligaya ligia liisa lila lili lilia lilian
    liliana liliane lilja lilla lillemor lilly lin lina linda lindsey ling linh linn linnea lino linus
    lionel lis lisa lisbet lisbeth lise liselott liselotte lisette liu liva livia livio liwayway lloyd
    lodewijk loes logan loic loke lombardi lone lope lopez lorand lorant lore loredana lorella lorena lorenz
    lorenzo loretta lori lorinc loris lorna lothar lotta lotte louis louis-philippe louise lourdes lova
    loviisa lovisa luana lubica lubomir lubomira lubor lubos luc luca lucas lucia lucian luciana luciano
    lucie lucien lucienne lucilia lucinda lucio lucja lucjan lucrezia lucy lucyna ludek ludmila ludovic
    ludovica ludovico ludvig ludvik ludwig ludwik ludwika luigi luigina luis luisa luise luisella luiz lujza
    luka lukas lukasz lumir luningning lurdes lutfi luuk luukas luzia luzviminda lydia lykke lynn lyudmila
    lyyli maaike maarit maarten mabel macarena macario machteld maciej macit madalena maddalena madeleine
    madison mads mads-peter mael maelle maelys mafalda magda magdalena magdolna magnus mahesh mahir mahmut
    maija maiju maike maire maisie maite maj maj-britt maja majken makbule makoto maksym maksymilian malee
    malene malgorzata malhotra malika malin malou malte malvina malwina mamadou mancini mandla manfred manne
    manoel manoj manon manu manuel manuela mara marc marcel marcela marceli marcelino marcell marcella
    marcelle marcello marcelo marcia marcial marcin marcio marco marcos marcus mareike marek margaret
    margareta margaretha margarida margarita margaux margherita margit margita margje margot margret
    margrethe marguerite mari mari-anne maria maria-liisa mariam mariama marian mariana mariangela mariann
    marianna marianne mariano maribel maricarmen maricel marie marie-christine marie-claude marie-therese
    marieke mariella marietta mariette marija marijke marika marilena marilou marilyn marina marine marino
    mario mariola marion marisa marisol marit marita marites mariusz marivic mariya marja marja-leena
    marja-liisa marjan marjatta marjo marjolein marjukka mark marketa markku marko markus marleen marlena
    marlene marli marlies marloes marnix marta martha marthe martijn martim martin martina martine martinez
    martta martti marvin mary maryam maryla maryse massimiliano massimo mate matej mateo mateus mateusz
    mathias mathieu mathijs mathilda mathilde mathis matias matild matilda matilde matous mats matt matteo
    matthew matthias matthieu matti mattia mattias matyas matylda maud mauno maura maureen mauri maurice
    mauricio maurizio mauro maurycy max maxim maxime maximiano maximilian maximo maxmilian maya mayumi
    mazhar mechteld mechthild mediha meena mees megan mehdi mehmet mehta mehtap mei meike meindert meinhard
    melahat melania melanie melda melek melih meliha melike melinda melissa melitta melker meltem melvin
    memduh mendoza menno merja mert merve meryem mesut mete metin mette mevlut mia micaela michael michaela
    michal michalina michalis michel michela michele michelle michiel michiko mieczyslaw mieke miep mieszko
    miguel mihaela mihai mihaly mihriban mika mikael mikaela mike mikhail mikkel mikko miklos mikolaj
    mikulas mila milada milagros milan milena milica milja mille millie milo milos miloslav miloslava milosz
    milton miluse mimmi mine ming minh minji minjun minke minna mio mira miranda miray mireia mireille
    mirella miriam mirian mirja mirjam mirjami mirjana mirka mirko miro miron miroslav miroslava miroslaw
    mirva misaki mishra miska mithat mladen moa moacir mogens mohamed mohammad mohammed mohan moises mojca
    mojmir mona monia monica monika monique montserrat moona morag morena moretti morgan morgane moritz
    morten moshe moussa muammer muazzez mucahit muge muhammad muhammet muharrem muhsin mujgan mukaddes
    mukerrem mukherjee munevver munir murat muriel musa mustafa mustafa-kemal muzaffer mykola mylene myriam
    myrthe naciye nada nadege nadezda nadezhda nadia nadide nadine nadir naemi nafiz nagehan nahia nail naim
    nair naja nakamura nalan naledi namik nanami nancy nandor nanna naoki naomi nasrin nasser natalia
    natalie natalya natan nataniel natasa natasza natercia nathalie nathan naveed naveen nazan nazaret nazia
    nazife nazim nazli nazzareno nebahat necati necdet necla necmettin nedim neha neide neil nejat nel nela
    nella nelleke nelli nelson nenad nerea nergis neriman nerina nermin nesibe nesrin nestor neusa nevin
    nevzat nezahat ngozi nguyen niamh nicanor nicholas nick nicklas nico nicola nicolae nicolai nicolas
    nicole nicoletta nicolina nicoline nicolo niek niels nienke nieves nigar nigel nihal nihan nihat niilo
    niina nikhil niklas niko nikodem nikola nikolai nikolaj nikolaos nikolay nikolett nikoletta nikos nilay
    nilgun nils nils-erik nilton nilufer nimet nimrod nina nino nisha nives niyazi nizamettin njeri noa noah
    noe noel noelia noemi noemia noemie nomsa noor noora nora norbert norberto norman noud nour novak nowak
    nuno nunzia nunzio nur nuray nurcan nurettin nurhan nuri nuria nuriye nursel nurten nynke ocampo oceane
    octavio odd odete odett odette odile odon ofelia oguz oguzhan oiva okan oksana oktay olaf olafur olavi
    olavo olcay oldrich oldriska ole ole-jorgen oleg oleksandr olena olga olgierd olinda oliveira oliver
    olivia olivier oliviero oliwia oliwier olle olli olof oluwaseun olympe omar omer omur onder ondrej
    onerva onni onno onur oral oreste orhan oriana orietta oriol orjan ornella orsolya orvokki oscar oskar
    oskari osman osman-nuri osmo ossi osten osvaldo oswald oszkar ota otakar otavio otieno otso ottavia
    ottmar otto otylia ousmane outi ove owen oya oyvind ozan ozcan ozdemir ozge ozgur ozkan ozlem oznur
    oztekin ozturk paavo pablo padma padraig paivi paivikki pakize pal palle palmira pamela panagiota
    panagiotis panna panu paola paolina paolo papadopoulos paraskevi parisa parla pascal pascoal pascual
    pasi pasquale pasqualina patel patricia patricie patricio patrick patrik patrizia patrizio patrycja
    patrycjusz patryk paul paula paulette pauli paulien pauliina paulina pauline paulo pavel pavla pavlina
    pawel pedro peetu pehr peker pekka pekka-juhani pelin pelle pembe penelope pentti percival pereira perez
    perihan perlita pernilla pernille perrine perttu petar petek peter petr petra petri petro petronela
    petronella petter petteri pham phan phil philine philip philipp philippa philippe phoebe pia piera
    piergiorgio pierina pierluigi piero pierpaolo pierre pierre-yves piers piet pieter pietro pihla piia
    pilar pim pina pinar pinja piotr pirita pirjo pirkka pirkko piroska pirre piusz pleun plinio pola polat
    polina polla pontus pooja popa popescu poppy poul poul-erik pradeep preben premysl preston princess
    priscilla priya prokop prospero przemek przemyslaw purificacion putri qiang quentin quinten quirino
    quiteria rabia rachel rachele rachid radek radha radim radka radmila radomir radoslav radoslaw radovan
    radu rafael rafaela rafal raffaele raffaella ragna ragnar ragnhild rahmi rahul raif raija raili raimo
    raimondo raimund raimunda raimundo raine rainer raj rajesh rajmund rakesh ralf ralph raluca ramazan
    ramesh rami ramil ramirez ramiro ramon ramona rana randi randy rania rao raphael raquel rasim rasmus
    rauha raul rauni rauno ravi raymond raymonde razvan rebeca rebecca rebecka rebeka recai recep reddy
    reetta refik regina reginald regine regis regitze reha rehor reidar reijo reima reinaldo reiner reinhard
    reinhold reinier reino reka rekha reko remco remedios remi remigiusz remy remzi remziye ren renan renata
    renate renato rene renee rens renske renzo resat reyhan reynaldo reynante reza rhys ria rian rianne
    ricardo riccardo ricci richard rick rickard rieks riet rigoberto riikka riina riitta rik rikard rikke
    riku rin rinaldo risto rita ritu ritva riza rizal ro rob robert roberta roberto robin rocco roch rocio
    rodel rodelio rodolfo rodrigo rodrigues rodriguez roel roelof rogelio roger rogerio rohan roisin roksana
    roland rolande rolf romain roman romana romane romano romeo romeu romina rommel romola romolo romulo
    romy ron ronald ronaldo ronja ronny roope roos roosa rosa rosalba rosalia rosalie rosalind rosalinda
    rosana rosangela rosanna rosanne rosaria rosario roseli rosella rosemarie rosendo rosie rossana rossella
    rossi rostislav roswitha rowena roxana roy roza rozalia rozalie rozi rozsa ruben rubens rudiger rudolf
    ruediger rufino ruggero ruhi rui ruiz rukhsana rukiye rune rupert russell russo rustem rusu rutger ruth
    ruud ruurd ruusu ruzena ryan ryszard saadet saana saar saara sabahattin saban sabina sabine sabri
    sabrina sacha sadettin sadik safiye saga sahap sahar sahin said saija saila saima sait sakine saku
    sakura salih saliha salim salla sally salma salme salome salomea salvador salvatore sam samantha samet
    sami samim samir samira sampo sampsa samuel samuele samuli sana sanaa sanchez sandeep sander sandor
    sandra sandrine sandro sanelma sanem sanja sanjay sanne sanni santeri santina santos santoso santtu
    saputra sara sarah sari sarka sarolta sasaki sascha saskia satilmis sato satoshi satu satu-maria saulo
    savas saverio savino scott seamus sean sebahat sebastiaan sebastian sebastiano sebastiao sebastien
    sebestyen sebnem seckin seda sedat sefa sefer seher seija selahattin selami selcuk selda selen selim
    selin selma sem sema semih semiha semra semsettin senay senem sener seojun sepp seppo serafettin serafim
    serap serdar seref serena serge sergei sergey sergio serhat serhiy serife serkan sermin serpil servet
    setiawan seval sevda severi severine severino sevgi sevil sevim sevinc sevket sevtap seweryn seyda seyfi
    sezai sezen sezgin shah shahid shanti sharma sharon shaun sheryl shira shirin shirley shota shreya sibel
    sibilla siddharth sidika sidsel siebe siegfried sieglinde siegmar siegmund siem sies sietske sigge
    sigmar signe sigrid sigridur sigurd sigurdur sigvard siiri sijbren silas silja silje silke silva silvana
    silvano silverio silvestre silvia silvie silvio silvo simao simeon simon simona simone simonetta simsek
    sinan sindre sine sinem singh sinikka siobhan sipho siri sirkka sirkku sirpa sisse sita siti siv sixten
    sjoerd slavek slavomir slawomir slobodan snezana sofia sofie soile soini solange soledad solene solmaz
    solt solveig soma somchai somsak sona soner songul sonia sonja soojin sophia sophie soren sorine sota
    souad spela spyros sri stacy staffan stan stanislas stanislav stanislava stanislaw stanislawa stanley
    stavros stefan stefania stefanie stefano steffen steffi stela stella stellan stepan stepanka stephane
    stephanie stephen steve steven stig stijn stijntje stina stine stjepan stoica stuart sture suat sude
    sueli sukran sukru sule suleyman sulhi sulo sultan sumeyye sungmin sunil sunita suoma suresh sureyya
    susan susana susanna susanne suus suvi suzan suzana suzanne suzette suzuki svante svatava svatopluk
    svein sven svend svend-erik svenja sverker svetlana swantje swati sylva sylvi sylvia sylvie sylwia
    szabina szabolcs szandra szczepan szebasztian szidonia szilard szilveszter szilvia szofia szonja szymon
    taavetti taavi tabitha tadeas tadeusz tage tahir tahsin taimi taina taisto takahashi takashi takumi
    tamar tamara tamas tammy tamsin tan tanaka taner tanguy tania tanja tanju tapio taras tarcisio tarek
    tarik tariq tarja tarmo taru tas tatana tatiana tatu tatyana tauno tayfun tayfur tazio tea ted teemu
    teija tekin tekla tellervo telma telmo tenho teodor teodora teodoro teofil teofilo teoman teppo teresa
    teresita tereza terezia terhi terje tero terry terttu tesfaye tess teun teunis teuntje tevfik thabo
    thanasis thanh thea theis thekla themba theo theodor theodore theodoros theresa therese thi thiago
    thibault thierry thijmen thijs thilo thomas thor thorkild thorsten thyra tiago tibor tiemen tiffany
    tigist tihamer tihana tiia tiina tilde tim timea timi timo timothee timothy timucin timur tina tineke
    tino titusz tivadar tiziana tiziano tjeerd tobbe tobias tobiasz toby todd todor tola tolga tom tomas
    tomasia tomasz tomi tomislav tommaso tommi tommy tomoko tonda toni tonny tony toon topi topias torben
    torbjorn tore torgny torkild torsten torsti tosca touko tove tracey tracy tran trang traudl traute
    trevor trijntje trine trinidad tristan troels trond troy trude truus tsubasa tuan tuba tufan tugba tugce
    tuija tuire tulay tulin tullio tunay tuncay tuncer tunde tuomas tuomi tuomo turan ture turgay turgut
    turhan turid turker tuukka tuula tuva tyko tyler tymon tymoteusz tyra tytus tyyne ubaldo ubirajara ubul
    udo ugo ugur ulas ulf ulisse ulku ulla ulla-maija ulrich ulrik ulrika ulrike uluc ulysse umar umberto
    umit ummu umran umut unal unto uolevi urho urpo ursel ursula urszula uschi usha usko usman uta ute utku
    uwe vaclav vaclava vagn vahap vahide vaino valde valdemar valdir valente valentin valentina valentine
    valentyna valer valeria valerie valerio valma valter valto valtteri vanda vanesa vanessa vasco vasile
    vasileios vasiliki vasilis vasyl vazquez vazul vedat veera veerle veijo veikko veini veit veli vellamo
    vendel vendela vendula venla vera verena verity verma verner verneri veronica veronika veronique vesa
    vesna veysel vibeke vicente victoire victor victoria victoriano vieno viggo viivi vijay viking vikram
    viktor viktoria viktorie vildan vilem vilhelm vilhelmiina vilho vili vilja villanueva ville ville-pekka
    vilma vilmos vince vincenc vincent vincenzo viola violette virag virgilio virginia virginie virpi virva
    visa vit vita vitale vitaly vitezslav vito vitor vitoria vittoria vittorio vivi viviana viviane vivianne
    vivien vladan vladimir vladimira vladislav vlasta vlastimil vojtech volkan volker volkmar volodymyr
    vratislav vuokko waclaw wagner walburga waldemar walenty walentyna walery walid walter walther waltraud
    wanda wanderley wang wanjiku watanabe wayne wei wellington wenceslao wendelin wendy werner weronika
    wibke wiebe wiebke wies wiesia wieslaw wieslawa wietske wijaya wiktor wiktoria wil wilbert wilco
    wilfredo wilfried wilhelm wilhelmina willeke willem willemijn william willie willy wilma wilson wim
    wincenty winfried winifred winnie wioletta wislawa wit witold wladyslaw wlodzimierz wojciech wojtek wolf
    wolfgang wolfram wouter wubbo wytske xavier xenia xenie xiao ximena xin xu yael yagmur yago yakup yalcin
    yalin yamada yamamoto yaman yan yang yann yannick yannis yaprak yara yasar yasemin yasmin yasmine yaw
    yeliz yesim yeter yigit yildiray yildiz yilmaz ying yka ylva yngve ynke yoann yohan yoko yolanda yonca
    yosef yoshida youngho youssef yrjo yrsa yu yuce yucel yui yuki yuksel yulia yuma yumi yunus yuri yusuf
    yuto yves yvette yvon yvonne zacarias zacharie zachary zafer zahide zahra zainab zaira zalan zbigniew
    zbynek zbysek zbyszek zdenek zdenka zdzislaw zeferino zehra zekeriya zeki zekiye zelia zeliha zeljko
    zenon zerrin zeynep zhang zhao zhou zhu zilda zita ziya zlatuse zoe zofia zofie zoltan zoltanne zoran
    zsanett zsigmond zsofia zsoka zsolt zsombor zsuzsa zsuzsanna zubair zubeyde zuhal zulfiye zulmira zuza
    zuzana zuzanna zygmunt zyta αγγελικη αθανασιος αικατερινη αννα βασιλειος βασιλης βασιλικη γεωργια
    γεωργιος γιαννης γιωργος δημητρα δημητρης δημητριος ελενη ιωαννα ιωαννης κατερινα κωνσταντινα
    κωνσταντινος κωστας μαρια μιχαηλ νικολαος νικος παναγιωτης σοφια χρηστος аират александр алексеи алина
    алиса алла альбина анастасия андреи анна антон антонина аркадии артем борис вадим валентина валерии
    валерия варвара василии вера вероника виктор виктория виталии владимир володимир вячеслав галина
    геннадии георги глеб григории даниил данила дарья денис диана димитър дмитрии евгении евгения егор
    екатерина елена жанна захар зинаида зоя иван иванка игорь ильдар илья инна ирина кирилл клавдия
    константин кристина ксения лариса лев леонид лидия любовь людмила максим марат маргарита марина мария
    матвеи микола михаил надежда наталья никита николаи нина оксана олег олександр ольга павел петр петър
    полина раиса римма роза роман руслан светлана семен сергеи софия софья станислав степан таисия тамара
    татьяна тимофеи тимур федор эльвира юлия юрии яна ярослав 一郎 亮介 修平 健一 加奈 千代 和子 大輔 太郎
    幸子 恵子 拓也 明美 次郎 洋子 浩二 由美子 直子 直美 真由美 美咲 美穂 翔太 花子 裕子 達也 里佳 陽一 陽子
    """
)

CJK_FAMILY = wordlist(
    """
    佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 斉藤
    清水 山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本
    福田 太田 西村 藤井 岡本 金子 三浦 藤原 中野 中川 原田 松田 竹内 小野 田村 中山 和田 石田 森田 上田 原
    内田 柴田 酒井 宮崎 横山 高木 安藤 宮本 大野 小島 工藤 谷口 今井 高田 丸山 増田 杉山 村田 大塚 新井 小山
    平野 藤本 河野 上野 王 李 张 張 刘 劉 陈 陳 杨 楊 黄 黃 赵 趙 吴 吳 周 徐 孙 孫 马 馬 朱 胡 郭 何 罗 羅
    高 梁 郑 鄭 谢 謝 宋 唐 许 許 韩 韓 冯 馮 邓 鄧 曹 彭 曾 김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황
    안 송 전 홍 유 고 문 양 손 배 백 허 남 심 노 하 곽 성 차 주 우 구 나 민 サトウ スズキ タカハシ タナカ
    イトウ ワタナベ ヤマモト ナカムラ コバヤシ カトウ ヨシダ ヤマダ ササキ ヤマグチ マツモト イノウエ キムラ
    """
)
"""Family names as written where they stand first and without a blank (Japan, China, Korea)."""

extension Configuration {
  /// Every key, for `mssterm config print-default`; a line `#key = …` shows a default or an
  /// example.
  public static let defaultText = """
    # MSSTerm. Lignes « #clé = … » : valeur par défaut, ou exemple · default value, or example.
    # Clés inconnues : signalées avec leur ligne · unknown keys are told with their line.
    # Un fichier qui contient un secret doit être à 0600 · a file with a secret must be 0600.

    [officine]
    name = "Pharmacie du Marché"
    # Le fuseau du comptoir ; absent : celui de la machine · the counter's; left out: the machine's
    #timezone = "Europe/Paris"
    # Un pharmacien contrôle ce qu'un préparateur a préparé · a pharmacist checks what was prepared
    #double_check = true
    # « original attendu » est proposé · "original awaited" is proposed
    #original_awaited = true
    # Le contrôle demande le code du pharmacien : shared (postes partagés) | always | never
    # · the check asks for the pharmacist's PIN: on shared postes, always, never
    #check_pin = "shared"

    [poste]
    name = "comptoir-1"
    #printer = "comptoir"
    # Sans une touche, l'écran se verrouille : de 1 à 30 min · locks without a key: 1 to 30 min
    #lock_after = "5 min"
    # Plusieurs personnes s'y relaient : dès qu'il y a un code, l'écran s'ouvre verrouillé
    # · several people use it in turn: once there is a code, the screen opens locked
    #shared = true
    # Le poste selon l'adresse du client ssh · the poste by the address of the ssh client
    [poste.by_address]
    #"192.0.2.11" = "comptoir-2"
    # Ce qui diffère sur un poste · what differs on one poste
    [poste.comptoir-2]
    #printer = "arriere"
    #lock_after = "2 min"
    #shared = false

    [[bal]]
    name = "officine"
    address = "pharmacie.dumarche@operateur.mssante.fr"
    # organisationnelle | nominative | applicative
    #kind = "organisationnelle"
    store = "~/.local/share/mssterm/officine"
    # Le magasin appartient à un groupe d'utilisateurs · the store belongs to a group of users
    #group = false
    # imap | maildir (maildir = "…", sendmail = ["…"], outbox = "…")
    #backend = "imap"

    # Les serveurs ; absents, le domaine de l'adresse est interrogé (SRV, autoconfig)
    # · the servers; left out, the address's domain is asked
    # tls : starttls | implicit
    #imap = { host = "imap.operateur.mssante.fr", port = 143, tls = "starttls" }
    #smtp = { host = "smtp.operateur.mssante.fr", port = 587, tls = "starttls" }
    #autoconfig = true
    #nameserver = "192.0.2.1:53"
    # Pour les essais · for tests
    #loopback_autoconfig = false

    # Les autorités, et elles seules ; "system" : celles de la machine
    # · the authorities, and nothing else; "system": those of the machine
    trust = ["igc-sante.pem"]
    # Listes de révocation : fichiers, ou adresses http(s) d'où elles sont reprises chaque jour
    # · revocation lists: files, or http(s) URLs from which they are fetched daily
    #crl = ["igc-sante.crl"]
    #crl_required = true
    # Hors de mssante.fr : hôtes qui peuvent recevoir un jeton ou être annoncés par le domaine
    # · outside mssante.fr: hosts that may receive a token, or be announced by the domain
    #token_hosts = []

    # method : password | scram | xoauth2 | oauthbearer | certificate
    # password, scram : password_command = ["…"] (ou/or password = "…")
    # xoauth2, oauthbearer : token_command = ["…"], token_from = "worker" | "screen"
    # certificate : certificate + key (PEM) | pkcs12, key_password_command = ["…"],
    #   ou carte/or card : pkcs11 = "pkcs11:token=…;object=…", pkcs11_module, pin_command = ["…"]
    auth = { method = "xoauth2", token_command = ["/usr/local/bin/jeton-psc"] }

    # Prévenu par le serveur (IDLE), sinon il est interrogé · told by the server, else it is asked
    #idle = true
    # Ligne compressée, si le serveur le propose · a compressed line, where the server offers it
    #compress = false
    # Dossiers gardés en plus d'INBOX et des envoyés · mailboxes kept beside INBOX and Sent
    #mailboxes = []
    # Corbeille, si le serveur ne la désigne pas · the trash, where the server does not mark one
    #trash = "Corbeille"
    # Nominative : à qui elle est · nominative: whose it is
    #os_user = "lea"
    #member = "LP"
    # Applicative : où vont les documents · applicative: where documents go
    #export_to = "~/entrees"
    # Le travail fini et plus vieux est purgé ici, la nuit ; "off", "3 months", "1 year"
    # · finished work older than that is purged here, at night
    #retention = "off"
    # … et sa copie chez l'opérateur va d'abord à la corbeille · its copy there goes to the trash
    #retention_server = false
    # Plusieurs machines sur une BAL : le même dossier et la même clé sur chacune (« mssterm
    # team-key » en fait une) ; ailleurs vide · several machines on one BAL: the same mailbox and
    # the same key on each ("mssterm team-key" makes one); otherwise empty
    #team_log = "MSSTerm/Journal"
    #team_key_command = ["cat", "/etc/mssterm/team.key"]

    [sending]
    # X-MSS-NIL : référence du produit déclaré ; vide : absent · empty: absent
    #nil = ""
    display_name = "Pharmacie du Marché"
    #finess = ""
    # Délai pour reprendre un envoi · how long a sending can be taken back
    #undo_delay = "12 s"

    [screen]
    # fr | en ; absente : celle de la session · left out: the session's
    #language = "fr"
    #theme = "default"
    #mouse = false
    # auto | always | never
    #color = "auto"

    # Heures d'ouverture ; sans cette table, toujours ouvert. Un jour absent est fermé ; une garde
    # de nuit va d'un jour à l'autre : "20:00-08:00"
    # · opening hours; without this table, always open. A day left out is closed
    #[hours]
    #monday = ["08:30-12:30", "14:00-19:30"]
    #tuesday = ["08:30-12:30", "14:00-19:30"]
    #wednesday = ["08:30-12:30", "14:00-19:30"]
    #thursday = ["08:30-12:30", "14:00-19:30"]
    #friday = ["08:30-12:30", "14:00-19:30"]
    #saturday = ["09:00-12:30"]
    #sunday = []
    # france | alsace-moselle | guadeloupe | martinique | guyane | reunion | mayotte |
    # saint-martin | saint-barthelemy | none
    #holidays = "france"
    # Congés, du premier au dernier jour · leave, from the first day to the last
    #closed = ["2027-08-02..2027-08-15"]
    # Garde : ouvert en plus des heures du jour · on duty: open beside the hours of the day
    #[hours.garde]
    #"2026-11-27" = ["20:00-08:00"]
    # D'autres heures ce jour-là, quoi qu'il en soit ; [] : fermé ; une nuit seule est une garde
    # · other hours on that day, whatever the rest; []: closed; only a night is a garde
    #[hours.open]
    #"2026-12-24" = ["08:30-16:00"]

    # Délais en heures d'ouverture ; "off" : jamais · delays in opening hours; "off": never
    [alarms]
    # Personne ne l'a prise ; prise, sans geste depuis ; attend un contrôle
    # · nobody took it; taken, no gesture since; waiting for a check
    #unclaimed = "30 min"
    #stalled = "2 h"
    #check = "30 min"
    # L'heure promise est passée · the promised time has passed
    #promised = true
    # Prête, non retirée : jours d'ouverture · ready, not collected: opening days
    #uncollected_days = 3
    # Une nouvelle alarme sonne une fois, aux heures d'ouverture
    # · a new alarm rings once, in opening hours
    #sound = true

    # Une vue à vous, autant de fois que voulu ; la langue de la recherche (F3)
    # · a view of your own, as many as wanted; the language of the search (F3)
    #[[view]]
    #name = "Urgentes"
    #query = "état:ouverte marque:urgent"

    [journal]
    # Les traces : douze mois, jamais moins de six · traces: twelve months, never less than six
    #keep = "12 months"
    # Leurs ancres, hors du magasin : un dossier · their anchors, outside the store: a directory
    #anchor = "/var/lib/mssterm-ancres"

    [backup]
    # Copies chiffrées par age, faites par le service · encrypted copies, made by the service
    #recipients = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]
    #recipients_file = "sauvegarde.pub"
    #directory = "/srv/sauvegardes"
    #every = "1 day"
    #keep = 14

    # Une réponse type, autant de fois que voulu · a template, as many as wanted
    #[[template]]
    #name = "Prête"
    #body = "Votre demande est prête."

    """
}

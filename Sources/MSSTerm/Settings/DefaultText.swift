extension Configuration {
  /// Every key, for `mssterm config print-default`; a line `#key = …` shows a default or an
  /// example.
  public static let defaultText = """
    # MSSTerm. Lignes « #clé = … » : valeur par défaut, ou exemple · default value, or example.
    # Clés inconnues : signalées avec leur ligne · unknown keys are told with their line.
    # Un fichier qui contient un secret doit être à 0600 · a file with a secret must be 0600.

    [officine]
    name = "Pharmacie du Marché"
    # Un pharmacien contrôle ce qu'un préparateur a préparé · a pharmacist checks what was prepared
    #double_check = true
    # « original attendu » est proposé · "original awaited" is proposed
    #original_awaited = true

    [poste]
    name = "comptoir-1"
    #printer = "comptoir"
    #lock_after = "5 min"
    # Le poste selon l'adresse du client ssh · the poste by the address of the ssh client
    [poste.by_address]
    #"192.0.2.11" = "comptoir-2"
    # Ce qui diffère sur un poste · what differs on one poste
    [poste.comptoir-2]
    #printer = "arriere"
    #lock_after = "2 min"

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

    # Une réponse type, autant de fois que voulu · a template, as many as wanted
    #[[template]]
    #name = "Prête"
    #body = "Votre demande est prête."

    """
}

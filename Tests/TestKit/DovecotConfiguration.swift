import Foundation

/// Who reads the mail on the server's side: root may not, so it lends `nobody`'s name.
struct Account: Sendable {
  let name: String
  let group: String
  let uid: uid_t
  let gid: gid_t

  static func current() throws -> Account {
    let name = getuid() == 0 ? "nobody" : NSUserName()
    guard let entry = getpwnam(name)?.pointee, let group = getgrgid(entry.pw_gid)?.pointee else {
      throw KitError.child("no account \(name) here")
    }
    return Account(
      name: name, group: String(cString: group.gr_name), uid: entry.pw_uid, gid: entry.pw_gid)
  }
}

/// The text of `dovecot.conf` for one private instance.
struct DovecotConfiguration {
  let directory: String
  let port: Int
  let tlsPort: Int
  let account: Account

  /// - Parameter version: what `dovecot --version` prints; 2.4 renamed most settings.
  func text(version: String) -> String {
    let number = version.prefix { $0.isNumber || $0 == "." }
    let rest = getuid() == 0 ? "" : unprivileged
    if number.hasPrefix("2.2.") || number.hasPrefix("2.3.") { return common + settings23 + rest }
    // From 2.4 on, the first line says which version's language the file speaks.
    return """
      dovecot_config_version = \(number)
      dovecot_storage_version = \(number)

      """ + common + settings24 + rest
  }

  private var common: String {
    """
    base_dir = \(directory)/run
    state_dir = \(directory)/run
    log_path = \(directory)/dovecot.log
    protocols = imap
    listen = 127.0.0.1
    ssl = yes
    auth_mechanisms = plain login
    first_valid_uid = 1
    first_valid_gid = 1
    mail_max_userip_connections = 100
    # A wrong password costs a test no delay.
    auth_failure_delay = 0 secs
    service anvil {
      unix_listener anvil-auth-penalty {
        mode = 0
      }
    }
    service imap-login {
      inet_listener imap {
        port = \(port)
      }
      inet_listener imaps {
        port = \(tlsPort)
        ssl = yes
      }
    }
    namespace inbox {
      inbox = yes
      separator = /
    \(["Sent", "Drafts", "Junk", "Trash"].map(specialUse).joined(separator: "\n"))
    }

    """
  }

  private func specialUse(_ name: String) -> String {
    """
      mailbox \(name) {
        auto = create
        special_use = \\\(name)
      }
    """
  }

  private var settings23: String {
    """
    ssl_cert = <\(directory)/server.pem
    ssl_key = <\(directory)/server.key
    disable_plaintext_auth = no
    mail_location = maildir:~/Maildir
    passdb {
      driver = passwd-file
      args = \(directory)/passwd
    }
    userdb {
      driver = static
      args = uid=\(account.uid) gid=\(account.gid) home=\(directory)/mail/%u
    }

    """
  }

  private var settings24: String {
    """
    ssl_server_cert_file = \(directory)/server.pem
    ssl_server_key_file = \(directory)/server.key
    auth_allow_cleartext = yes
    mail_driver = maildir
    mail_path = ~/Maildir
    passdb passwd-file {
      passwd_file_path = \(directory)/passwd
    }
    userdb static {
      fields {
        uid = \(account.uid)
        gid = \(account.gid)
        home = \(directory)/mail/%{user}
      }
    }

    """
  }

  /// Without root: every process runs as the user of the tests and none changes its root.
  private var unprivileged: String {
    """
    default_internal_user = \(account.name)
    default_login_user = \(account.name)
    default_internal_group = \(account.group)
    service anvil {
      chroot =
    }
    service imap-login {
      chroot =
    }
    service stats {
      chroot =
    }

    """
  }
}

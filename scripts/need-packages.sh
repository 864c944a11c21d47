#!/bin/sh
# Installs the Debian packages that are missing for the purposes given: build, run, test, sandbox.
# One apt-get call, nothing asked; silent when nothing is missing.
set -eu

build="binutils ca-certificates g++ git libc6-dev libarchive-dev libcrypt-dev libgmime-3.0-dev
  libncurses-dev libsqlite3-dev libxml2-dev pkg-config tzdata zlib1g-dev"
# Optional decoders: without them the program says what is missing and goes on.
run="age bubblewrap poppler-utils"
test="age opensc openssl python3 softhsm2 strace tmux"
sandbox="tmux"

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
  echo "Ni dpkg ni apt ici : installez vous-même l'équivalent de $build $run $test dovecot." >&2
  echo "Neither dpkg nor apt here: install the equivalent of those packages yourself." >&2
  exit 0
fi

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | cut -c1-2)" = ii ]
}

# True when the machine serves mail by IMAP or POP already: then its server is left alone.
has_mail_server() {
  dpkg-query -W -f '${db:Status-Abbrev}|${Package}|${Provides}\n' 2>/dev/null |
    grep '^i' | grep -Eq '\|(dovecot-core|cyrus-imapd|courier-imap)\||\|.*(imap|pop3)-server'
}

wanted=""
dovecot=""
for purpose in "$@"; do
  case $purpose in
    build) wanted="$wanted $build" ;;
    run) wanted="$wanted $run" ;;
    sandbox) wanted="$wanted $sandbox" ;;
    test) wanted="$wanted $test"
      if installed dovecot-imapd; then :
      elif has_mail_server; then
        echo "Un serveur de courrier est déjà installé ici : il n'est pas touché, et les suites qui ont besoin de dovecot-imapd le diront." >&2
        echo "A mail server is installed here already: it is left alone, and the suites that need dovecot-imapd will say so." >&2
      else dovecot="dovecot-imapd"
      fi ;;
    *) echo "need-packages.sh: unknown purpose: $purpose" >&2; exit 64 ;;
  esac
done

missing=""
for package in $wanted; do
  installed "$package" || missing="$missing $package"
done
[ -n "$missing$dovecot" ] || exit 0

root=""
if [ "$(id -u)" -ne 0 ]; then
  root=sudo
  command -v sudo >/dev/null 2>&1 || {
    echo "Il manque$missing $dovecot, et sudo n'est pas là : faites-les installer par l'administrateur." >&2
    echo "Missing:$missing $dovecot; there is no sudo here: ask the administrator to install them." >&2
    exit 1
  }
fi

echo "Installation des paquets manquants · installing what is missing:$missing $dovecot" >&2
# One sudo for everything: a password is asked once at most. $missing is a list of words.
# shellcheck disable=SC2086
exec $root sh "$(dirname "$0")/install-packages.sh" "$dovecot" $missing

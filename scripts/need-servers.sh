#!/bin/sh
# Unpacks the server programs that some tests talk to under .build/servers, once: Cyrus IMAP and
# Postfix. Nothing is installed, for Debian's packages exclude Dovecot and would start services.
# Without network or package it says so, and the tests that need the server are shown as skipped.
# The reason lies in .build/servers/NAME.missing for them. Exit code 0 always.
set -u
# What apt and ldd say is read below.
export LC_ALL=C

servers=$(cd "$(dirname "$0")/.." && pwd)/.build/servers
# A package is asked for twice at most; an absent network costs seconds, not minutes.
apt="-qq -o Acquire::Retries=1 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15"
mkdir -p "$servers"

# The packages named, and the libraries behind them that this machine does not have. The plan of an
# installation tells; it is only simulated. Mere upgrades ("[old version]" in the third field) are
# left out, or a newer libc could meet an older loader; so is a virus scanner's library, which no
# part that the tests start uses.
wanted() {
  plan=$(apt-get install -s --no-install-recommends "$@" 2>/dev/null) || return 1
  for package in "$@"; do echo "$package"; done
  echo "$plan" |
    awk '$1 == "Inst" && $3 ~ /^\(/ && $2 ~ /^lib/ && $2 !~ /^lib(clamav|mspack)/ { print $2 }'
}

# fetch NAME PACKAGE…: into a directory of its own; a sentence on standard output when it failed.
fetch() {
  work=$1
  shift
  packages=$(wanted "$@" | sort -u)
  if [ -z "$packages" ]; then
    # The lists of packages may never have been read here.
    root=""
    [ "$(id -u)" -eq 0 ] || root="sudo -n"
    # shellcheck disable=SC2086
    $root apt-get update $apt >/dev/null 2>&1
    packages=$(wanted "$@" | sort -u)
  fi
  [ -n "$packages" ] || { echo "apt finds no way to $*"; return 1; }
  # Words on purpose: options, and a list of packages.
  # shellcheck disable=SC2086
  if ! (cd "$work" && apt-get download $apt $packages >download.log 2>&1); then
    echo "apt-get download failed: $(grep '^E:' "$work/download.log" | head -n 1)"
    return 1
  fi
  for package in "$work"/*.deb; do
    dpkg-deb -x "$package" "$work" || { echo "cannot unpack $package"; return 1; }
  done
  rm -rf "$work"/*.deb "$work/usr/share/doc" "$work/usr/share/man" "$work/usr/include"
}

# Every shared library of the programs that the tests start is there.
whole() {
  libraries=$1/lib
  for directory in "$1"/usr/lib "$1"/usr/lib/postfix "$1"/lib/*-linux-gnu* "$1"/usr/lib/*-linux-gnu*; do
    libraries="$libraries:$directory"
  done
  tree=$1
  shift
  for program in "$@"; do
    [ -x "$tree/$program" ] || { echo "$program is not in the package"; return 1; }
    missing=$(LD_LIBRARY_PATH=$libraries ldd "$tree/$program" | awk '/not found/ { print $1 }')
    [ -z "$missing" ] || { echo "$program lacks" "$missing"; return 1; }
  done
}

# need NAME "PACKAGES" "PROGRAMS"
need() {
  [ ! -e "$servers/$1/.complete" ] || return 0
  work=$servers/$1.new
  rm -rf "$work" "${servers:?}/$1"
  mkdir -p "$work"
  # shellcheck disable=SC2086
  if reason=$(fetch "$work" $2 && whole "$work" $3); then
    echo "$2" >"$work/.complete"
    mv "$work" "$servers/$1"
    rm -f "$servers/$1.missing"
    return 0
  fi
  rm -rf "$work"
  echo "$1: $reason" >"$servers/$1.missing"
  echo "Les tests qui ont besoin de $1 seront sautés : $reason" >&2
  echo "The tests that need $1 will be skipped: $reason" >&2
}

if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
  for name in cyrus postfix; do
    [ -e "$servers/$name/.complete" ] ||
      echo "$name: no apt-get here to fetch it with" >"$servers/$name.missing"
  done
  echo "Sans apt, les tests avec Cyrus et Postfix seront sautés." >&2
  echo "Without apt the tests with Cyrus and Postfix will be skipped." >&2
  exit 0
fi

bin=usr/lib/cyrus/bin
need cyrus "cyrus-common cyrus-imapd libsasl2-modules sasl2-bin" \
  "$bin/master $bin/imapd $bin/idled $bin/ctl_cyrusdb usr/sbin/saslpasswd2"
bin=usr/lib/postfix/sbin
need postfix "postfix libsasl2-modules sasl2-bin" \
  "$bin/master $bin/smtpd $bin/qmgr $bin/virtual $bin/tlsmgr usr/sbin/saslpasswd2"
exit 0

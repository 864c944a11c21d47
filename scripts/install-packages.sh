#!/bin/sh
# As root: installs packages by one apt-get call. The first argument is the mail server of the tests
# (or empty): it is installed only when nothing is removed for it, and its service never starts.
# Called by need-packages.sh.
set -eu
export DEBIAN_FRONTEND=noninteractive
dovecot=$1
shift

# An old list of packages is better than none: a machine without network may have a cache.
apt-get update -qq || echo "apt-get update: la liste n'a pu être rafraîchie · list not refreshed" >&2

if [ -n "$dovecot" ] &&
  ! apt-get install --simulate --no-remove -qq "$dovecot" >/dev/null 2>&1; then
  echo "dovecot-imapd ne s'installe pas sans retirer autre chose : il est laissé de côté, et les suites qui en ont besoin le diront." >&2
  echo "dovecot-imapd cannot be installed without removing something: left out; the suites that need it will say so." >&2
  dovecot=""
fi
[ -n "$*$dovecot" ] || exit 0

policy=/usr/sbin/policy-rc.d
made=""
if [ -n "$dovecot" ] && [ ! -e "$policy" ]; then
  trap '[ -z "$made" ] || rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
  made=yes
  # 101: "action forbidden by policy" (invoke-rc.d): the package's daemon is not started.
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

# $dovecot is one word or nothing at all.
# shellcheck disable=SC2086
apt-get install -y -qq --no-remove --no-install-recommends $dovecot "$@"

if [ -n "$dovecot" ] && command -v systemctl >/dev/null 2>&1; then
  # Nor at the next start of the machine: the tests run their own instance on loopback.
  systemctl disable --now dovecot.service dovecot.socket >/dev/null 2>&1 ||
    echo "systemctl disable --now dovecot : refusé · refused" >&2
fi

#!/bin/sh
# Says in one sentence where to get Swift when it is missing or too old; silent otherwise.
set -eu
swift=${SWIFT:-swift}
where="https://www.swift.org/install/linux/"

if ! command -v "$swift" >/dev/null 2>&1; then
  echo "Swift manque : installez Swift 6.2 ou plus récent depuis $where (le paquet « swiftlang » de Debian convient s'il est aussi récent), puis relancez make." >&2
  echo "Swift is missing: install Swift 6.2 or newer from $where (Debian's package 'swiftlang' will do if it is as recent), then run make again." >&2
  exit 1
fi

version=$("$swift" --version 2>/dev/null |
  sed -n 's/.*Swift version \([0-9][0-9]*\)\.\([0-9][0-9]*\).*/\1 \2/p' | head -n 1)
# A toolchain that does not say its version (a nightly build) is let through: SwiftPM will judge.
[ -n "$version" ] || exit 0
major=${version% *}
minor=${version#* }
if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
  echo "Swift $major.$minor est trop ancien : installez Swift 6.2 ou plus récent depuis $where, puis relancez make." >&2
  echo "Swift $major.$minor is too old: install Swift 6.2 or newer from $where, then run make again." >&2
  exit 1
fi

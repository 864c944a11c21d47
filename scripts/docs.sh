#!/bin/sh
# Rewrites the generated tables: keys in README.md (between its markers), roles in themes/README.md.
# Called by `make docs` with the binary; DocumentationTests fail when a table is stale.
set -eu
mssterm=$1
table=$(mktemp)
page=$(mktemp)
trap 'rm -f "$table" "$page"' EXIT

"$mssterm" keys --markdown >"$table"
for marker in '<!-- keys:begin -->' '<!-- keys:end -->'; do
  grep -q "$marker" README.md || {
    echo "README.md : le repère $marker manque · this marker is missing" >&2
    exit 1
  }
done
awk -v table="$table" '
  /<!-- keys:begin -->/ { print; while ((getline line < table) > 0) print line; inside = 1; next }
  /<!-- keys:end -->/ { inside = 0 }
  !inside { print }' README.md >"$page"
cat "$page" >README.md

"$mssterm" theme list --markdown >"$table"
awk -v table="$table" '
  { print }
  /<!-- roles: generated/ { while ((getline line < table) > 0) print line; exit }
' themes/README.md >"$page"
cat "$page" >themes/README.md

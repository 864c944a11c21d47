#!/bin/sh
# Two postes side by side on one fictitious officine, in a tmux of its own. Ends with the session.
set -eu
mssterm=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
dir=$(mktemp -d)
trap 'tmux -L "$socket" kill-server 2>/dev/null || :; rm -rf "$dir"' EXIT
socket=mssterm-sandbox-$$
cat >"$dir/tmux.conf" <<CONF
set -g status off
set -g escape-time 0
set -g remain-on-exit off
CONF
TMUX='' tmux -L "$socket" -f "$dir/tmux.conf" new-session -d \
  "MSSTERM_POSTE=comptoir-1 exec '$mssterm' demo --dir '$dir/demo'"
tmux -L "$socket" split-window -h \
  "MSSTERM_POSTE=comptoir-2 exec '$mssterm' demo --dir '$dir/demo'"
TMUX='' tmux -L "$socket" attach

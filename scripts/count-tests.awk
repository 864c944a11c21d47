# Reads the xUnit report of `swift test`, prints the count of each test target and a closing line.
# -v status=N is the exit code of `swift test`; a run that died counts as one failure more.
function attribute(line, name) {
  if (!match(line, " " name "=\"[^\"]*\"")) return ""
  return substr(line, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
}
/<testcase / {
  target = attribute($0, "classname")
  test = attribute($0, "name")
  full = target "/" test
  sub(/\..*/, "", target)
  if (!(target in ran)) order[++targets] = target
  ran[target]++
  total++
}
/<failure/ {
  if (full != last) {
    bad[target]++
    failed++
    failures[failed] = full
    reasons[failed] = substr(attribute($0, "message"), 1, 600)
  }
  last = full
}
/<skipped/ { out[target]++; skipped++ }
END {
  print ""
  for (i = 2; i <= targets; i++)
    for (j = i; j > 1 && order[j - 1] > order[j]; j--) {
      swap = order[j]; order[j] = order[j - 1]; order[j - 1] = swap
    }
  for (i = 1; i <= targets; i++) {
    name = order[i]
    printf "%-16s %4d passed, %d failed", name, ran[name] - bad[name] - out[name], bad[name]
    printf out[name] ? ", %d skipped\n" : "\n", out[name]
  }
  for (i = 1; i <= failed; i++) {
    print "failed: " failures[i]
    if (reasons[i]) print "  " reasons[i]
  }
  if (total == 0) print "No test ran · aucun test n'a tourné."
  else if (status != 0 && failed == 0)
    print "The test run ended early with code " status ": read its last lines above."
  if (failed == 0 && (status != 0 || total == 0)) failed = lost = 1
  printf "%d passed, %d failed", total - (failed - lost) - skipped, failed
  printf skipped ? ", %d skipped\n" : "\n", skipped
  exit status != 0 ? status : (failed > 0)
}

#!/usr/bin/env python3
"""Acceptance over a generated mailbox and a real Dovecot.

acceptance.py BENCH_DIR [--count N] [--products DIR]

BENCH_DIR holds gen_mailbox.py and benchlib.py (the peer measurement rig). Checks that one
`sync --once` stores every message, that list gives as many valid objects, that search finds every
expected answer of the manifest, that `show --raw` is what Dovecot serves, that a sync killed with
kill -9 loses and doubles nothing, and that eight takes give one 0 and seven 3. Prints figures.
"""
import argparse, json, os, resource, shutil, signal, subprocess, sys, tempfile, time

ap = argparse.ArgumentParser()
ap.add_argument("bench"); ap.add_argument("--count", type=int, default=1000)
ap.add_argument("--products", default=".build/release")
ap.add_argument("--attach-scale", type=float, default=1.0)
a = ap.parse_args()
sys.path.insert(0, os.path.abspath(a.bench))
import benchlib as bl

work = tempfile.mkdtemp(prefix="mssterm-acceptance-"); os.chmod(work, 0o755)
mssterm = os.path.abspath(os.path.join(a.products, "mssterm"))
env = dict(os.environ, SWIFT_BACKTRACE="enable=no", LANG="C.UTF-8", TZ="Europe/Paris", HOME=work)
failures = []

def check(what, ok, note=""):
    print(("ok    " if ok else "FAIL  ") + what + (f"  ({note})" if note else ""), flush=True)
    if not ok: failures.append(what)

def configure(name, dovecot):
    path = os.path.join(work, name + ".toml")
    with open(path, "w") as f:
        f.write(f'''[officine]
name = "Banc"
[[bal]]
name = "banc"
address = "pharmacie.dumarche.300123@pharmacien.mssante.fr"
kind = "organisationnelle"
store = "{work}/{name}"
backend = "imap"
imap = {{ host = "localhost", port = {dovecot.tls_port}, tls = "implicit" }}
trust = ["{dovecot.ca}"]
auth = {{ method = "password", user = "bench", password_command = ["echo", "{bl.USER_PW}"] }}
''')
    return path

def run(*words, ok=None):
    p = subprocess.run([mssterm, *words], capture_output=True, env=env)
    if ok is not None and p.returncode != ok:
        check(" ".join(words[:2]), False, f"exit {p.returncode}: {p.stderr.decode()[:300]}")
    return p

def start(*words):
    return subprocess.Popen([mssterm, *words], env=env, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)

def rows(config, *words):
    return [json.loads(l) for l in run(*words, "--json", "--config", config).stdout.splitlines()]

try:
    maildir, manifest = bl.mailbox(work, a.count, a.attach_scale)
    with bl.Dovecot(work) as dovecot:
        dovecot.publish("bench", maildir)
        config = configure("one", dovecot)
        usage = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        t, u0 = time.monotonic(), usage()
        p = run("sync", "--once", "--json", "--config", config, ok=0)
        took, cpu, size = time.monotonic() - t, usage() - u0, manifest["bytes"] / 1e6
        print(f"      first pass {took:.2f} s, client CPU {cpu:.2f} s, {size:.0f} MB")
        print("      " + p.stdout.decode().strip())
        listed = rows(config, "list", "--view", "all", "--limit", "0")
        keys = {"id", "message_id", "digest", "from", "kind", "order", "attachments"}
        whole = all(keys <= r.keys() for r in listed)
        check(f"list gives {a.count} valid objects", len(listed) == a.count and whole)
        check("ids are distinct", len({r["id"] for r in listed}) == a.count)
        for name, q in manifest["queries"].items():
            found = rows(config, "search", q["words"], "--limit", "0")
            note = f"{len(found)} found, {q['matches']} expected at least"
            check(f"search {name}", len(found) >= q["matches"], note)
        served = set()
        c = dovecot.imap("bench"); c.select("INBOX", readonly=True)
        for item in c.fetch("1:*", "(BODY.PEEK[])")[1]:
            if isinstance(item, tuple): served.add(item[1])
        c.logout()
        sample = listed[:: max(1, a.count // 100)]
        show = lambda r: run("show", r["id"], "--raw", "--config", config).stdout
        exact = sum(show(r) in served for r in sample)
        check("show --raw is byte-identical", exact == len(sample), f"{exact} of {len(sample)}")
        times = []
        for _ in range(5):
            t = time.monotonic()
            run("sync", "--once", "--config", config, ok=0)
            times.append(time.monotonic() - t)
        print(f"      pass with nothing new, median {sorted(times)[2] * 1000:.0f} ms")
        check("verify", run("verify", "--config", config).returncode == 0)

        killed = configure("two", dovecot); kills = 0
        for delay in (0.3, 0.6, 1.0, 1.6):
            q = start("sync", "--once", "--config", killed)
            try: q.wait(delay)
            except subprocess.TimeoutExpired:
                q.send_signal(signal.SIGKILL)
                q.wait()
                kills += 1
        run("sync", "--once", "--config", killed, ok=0)
        again = rows(killed, "list", "--view", "all", "--limit", "0")
        same = {r["id"] for r in again} == {r["id"] for r in listed}
        check(f"after {kills} kill -9: nothing lost, nothing twice", same and len(again) == a.count)
        check("verify after kills", run("verify", "--config", killed).returncode == 0)

        for i in range(8):
            run("members", "add", f"Membre {i}", "--role", "preparateur", "--initials", f"M{i}",
                "--config", config, ok=0)
        one = rows(config, "list", "--limit", "1")[0]["id"]
        race = [start("take", one, "--as", f"M{i}", "--config", config) for i in range(8)]
        codes = sorted(r.wait() for r in race)
        check("eight takes: one 0, seven 3", codes == [0] + [3] * 7, str(codes))
finally:
    shutil.rmtree(work, ignore_errors=True)
print(f"{'FAILED: ' + ', '.join(failures) if failures else 'all passed'}")
sys.exit(1 if failures else 0)

#!/usr/bin/env python3
"""Another client of an IMAP account, for tests: what a webmail or an MTA would do to the mailbox.

usage: webmail.py PORT USER PASSWORD, with one JSON object per line on standard input:
  {"do": "deliver", "box": B, "mails": [base64…]}     appends them in this order
  {"do": "flag", "box": B, "id": ID, "flag": F, "on": true|false}
  {"do": "remove", "box": B, "id": ID}                marks and expunges the mail of this Message-ID
  {"do": "list", "box": B}                            answers what the mailbox holds
  {"do": "renumber", "box": B}                        XRENUMBER, on the minimal server only
  {"do": "rebuild", "admin": A, "folder": F}          Cyrus: the account deleted and made again,
                                                      its mails dealt in the opposite order
`list` prints {"validity": N, "mails": [{"uid": N, "flags": […], "bytes": base64}…]}.
Speaks in clear on 127.0.0.1. Python's own imaplib, so that no code of ours judges itself.
"""
import base64
import imaplib
import json
import re
import sys

imaplib.Commands["XRENUMBER"] = ("AUTH", "SELECTED")


def done(answer):
    kind, data = answer
    if kind != "OK":
        raise SystemExit(f"the server said {kind}: {data}")
    return data


class Client:
    def __init__(self, port, user, password):
        self.port, self.user, self.password = port, user, password
        self.imap = self.connect(user)

    def connect(self, user):
        imap = imaplib.IMAP4("127.0.0.1", self.port)
        if "LOGINDISABLED" in imap.capabilities:
            raise SystemExit("login in clear is disabled")
        done(imap.login(user, self.password))
        return imap

    def make(self, box):
        done(self.imap.create(box))

    def deliver(self, box, mails):
        for mail in mails:
            done(self.imap.append(box, None, None, base64.b64decode(mail)))

    def found(self, box, name):
        """The UIDs of the mails that bear exactly this Message-ID."""
        done(self.imap.select(box))
        uids = done(self.imap.uid("SEARCH", "HEADER", "Message-ID", f'"{name}"'))[0].split()
        if len(uids) != 1:
            raise SystemExit(f"{len(uids)} mails with that Message-ID")
        return uids[0].decode()

    def flag(self, box, id, flag, on):
        uid = self.found(box, id)
        done(self.imap.uid("STORE", uid, ("+" if on else "-") + "FLAGS.SILENT", f"({flag})"))
        done(self.imap.unselect() if "UNSELECT" in self.imap.capabilities else self.imap.noop())

    def remove(self, box, id):
        uid = self.found(box, id)
        done(self.imap.uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)"))
        done(self.imap.expunge())

    def list(self, box):
        done(self.imap.select(box, readonly=True))
        validity = int(self.imap.response("UIDVALIDITY")[1][0])
        mails = []
        for answer in done(self.imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")):
            if not isinstance(answer, tuple):
                # The closing parenthesis, with the flags when they came behind the body.
                if answer and mails and b"FLAGS" in answer:
                    mails[-1]["flags"] = flags(answer)
                continue
            mails.append({
                "uid": int(re.search(rb"UID (\d+)", answer[0])[1]), "flags": flags(answer[0]),
                "bytes": base64.b64encode(answer[1]).decode()})
        print(json.dumps({"validity": validity, "mails": mails}), flush=True)
        return mails

    def renumber(self, box):
        done(self.imap._simple_command("XRENUMBER", box))

    def rebuild(self, admin, folder):
        done(self.imap.select("INBOX", readonly=True))
        kept = []
        for answer in done(self.imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")):
            if isinstance(answer, tuple):
                kept.append((flags(answer[0]), answer[1]))
        self.imap.logout()
        patron = self.connect(admin)
        done(patron.setacl(folder, admin, "lrswipkxtecda"))
        done(patron.delete(folder))
        patron.logout()
        # Logging in makes the account anew.
        self.imap = self.connect(self.user)
        for names, mail in reversed(kept):
            done(self.imap.append("INBOX", "(" + " ".join(names) + ")", None, mail))


def flags(text):
    words = re.search(rb"FLAGS \(([^)]*)\)", text)
    names = words[1].decode().split() if words else []
    return sorted(x for x in names if x.lower() != "\\recent")


def main():
    client = Client(int(sys.argv[1]), sys.argv[2], sys.argv[3])
    for line in sys.stdin:
        wish = json.loads(line)
        getattr(client, wish.pop("do"))(**wish)
    client.imap.logout()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""An IMAP server on loopback that knows RFC 3501 and nothing else, for one account.

usage: minimalimap.py DIR [--auth plain] [--cert FILE --key FILE] [--user U --password P]

It announces `IMAP4rev1` alone (and `AUTH=PLAIN` with --auth plain; `STARTTLS LOGINDISABLED` before
TLS when it has a certificate). No UIDPLUS, no IDLE, no special use, no literal without waiting.
In DIR it writes `port` once it listens, `wire.log` (C: and S: lines, literals as their length), and
`refused.log`: every command that RFC 3501 does not allow. One command is its own, for the tests:
`XRENUMBER mailbox` deals the mails again in the opposite order under a new UIDVALIDITY. `moods.py`
tells what it can be made to do badly.
"""
import argparse
import base64
import os
import re
import socket
import ssl
import threading
import time

import mailsearch
import mailstore
import moods

LINE_LIMIT = 65536
LITERAL_LIMIT = 64 * 1024 * 1024
IDLE_LIMIT = 1800.0
LITERAL = re.compile(rb"\{(\d+)(\+?)\}$")
TOKEN = re.compile(
    rb' *(?:"((?:[^"\\]|\\.)*)"|\x00(\d+)\x00|(\()|(\))|'
    rb'([^ "()\[\]\x00]*(?:\[[^\]]*\](?:<[\d.]+>)?)?))')
SELECTED = "SELECT EXAMINE".split()
IN_MAILBOX = "CHECK CLOSE EXPUNGE SEARCH FETCH STORE COPY UID".split()


class Gone(Exception):
    """The connection is over."""


class Refused(Exception):
    """BAD: the client said something that RFC 3501 does not know here."""


class No(Exception):
    """NO: understood, and it cannot be."""


class Session:
    """One client, from greeting to LOGOUT."""

    def __init__(self, house, sock, number):
        self.house, self.sock, self.number = house, sock, number
        self.buffer, self.out, self.secure, self.user = b"", b"", False, None
        self.view = None

    # The wire.

    def note(self, side, text, name="wire.log"):
        path = os.path.join(self.house.options.dir, name)
        with self.house.log_lock, open(path, "ab") as file:
            file.write(b"%d %s: %s\n" % (self.number, side, text))

    def say(self, line):
        self.note(b"S", re.sub(rb"(\{\d+\})\r\n.*", rb"\1...", line, flags=re.DOTALL))
        self.out += line + b"\r\n"

    def flush(self):
        """Sends what was said: never under the lock, or a slow client would hold up the others."""
        self.sock.sendall(self.out)
        self.out = b""

    def more(self):
        self.flush()
        data = self.sock.recv(65536)
        if not data:
            raise Gone("closed by the client")
        self.buffer += data

    def line(self):
        while b"\r\n" not in self.buffer:
            if len(self.buffer) > LINE_LIMIT:
                raise Gone("line too long")
            self.more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def command(self):
        """One command line; its literals are put aside, `NUL index NUL` stands for each."""
        text, self.literals = b"", []
        while True:
            line = self.line()
            self.note(b"C", line)
            size = LITERAL.search(line)
            if not size:
                return text + line
            if size[2] or int(size[1]) > LITERAL_LIMIT:
                self.note(b"C", line, "refused.log")
                raise Gone("a literal that does not wait, or too big")
            self.say(b"+ go on")
            while len(self.buffer) < int(size[1]):
                self.more()
            self.literals.append(self.buffer[:int(size[1])])
            self.buffer = self.buffer[int(size[1]):]
            text += line[:size.start()] + b"\x00%d\x00" % (len(self.literals) - 1)

    def words(self, text):
        """The arguments: bytes, and lists for what stands in parentheses."""
        stack, place = [[]], 0
        while place < len(text):
            hit = TOKEN.match(text, place)
            if hit is None or hit.end() == place:
                raise Refused("syntax")
            quoted, literal, opens, closes, atom = hit.groups()
            place = hit.end()
            if opens:
                stack.append([])
            elif closes:
                if len(stack) == 1:
                    raise Refused("parenthesis")
                inner = stack.pop()
                stack[-1].append(inner)
            elif quoted is not None:
                stack[-1].append(re.sub(rb"\\(.)", rb"\1", quoted))
            elif literal is not None:
                stack[-1].append(self.literals[int(literal)])
            elif atom:
                stack[-1].append(atom)
        if len(stack) != 1:
            raise Refused("parenthesis")
        return stack[0]

    # The dialogue.

    def run(self):
        try:
            self.sock.settimeout(IDLE_LIMIT)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.say(b"* OK ready")
            self.flush()
            while self.turn():
                pass
        except (Gone, OSError, ValueError) as end:
            self.note(b"!", str(end).encode())
        finally:
            self.sock.close()

    def turn(self):
        text = self.command()
        tag, _, rest = text.partition(b" ")
        verb, _, rest = rest.partition(b" ")
        name = verb.decode("latin-1").upper()
        try:
            handler = getattr(self, "do_" + name.lower(), None)
            if not name.isalpha() or handler is None:
                raise Refused("unknown command")
            if self.user is None and name not in (
                    "CAPABILITY", "NOOP", "LOGOUT", "STARTTLS", "LOGIN", "AUTHENTICATE"):
                raise Refused("not logged in")
            if name in IN_MAILBOX and self.view is None:
                raise Refused("no mailbox is selected")
            words = self.words(rest)
            if name in ("AUTHENTICATE", "STARTTLS"):
                code = handler(words, tag)
            else:
                mood = moods.mood(self.house.options.dir, verb + b" " + rest)
                if mood.startswith(b"NO "):
                    raise No(mood[3:].decode())
                with self.house.lock:
                    code = handler(words)
                    if mood == b"CUT":
                        raise Gone("as a test wished")
                    if self.view is not None:
                        quiet = name in ("FETCH", "STORE", "SEARCH")
                        self.tell(self.view.news(removals=not quiet))
            if code is not False:
                self.say(tag + b" OK " + (code or b"") + b"done")
            self.flush()
            return name != "LOGOUT"
        except Refused as reason:
            self.note(b"C", text, "refused.log")
            self.say(tag + b" BAD " + str(reason).encode())
        except (No, mailstore.Missing) as reason:
            self.say(tag + b" NO " + str(reason).encode())
        except (ValueError, IndexError, TypeError, AttributeError) as reason:
            self.note(b"C", text + b" " + repr(reason).encode(), "refused.log")
            self.say(tag + b" BAD arguments")
        self.flush()
        return True

    def tell(self, lines):
        for line in lines:
            self.say(b"* " + line)

    # Any state.

    def do_capability(self, words):
        names = [b"IMAP4rev1"]
        if self.house.context and not self.secure:
            names += [b"STARTTLS", b"LOGINDISABLED"]
        elif self.house.options.auth == "plain":
            names.append(b"AUTH=PLAIN")
        self.say(b"* CAPABILITY " + b" ".join(names))

    def do_noop(self, words):
        pass

    def do_logout(self, words):
        self.say(b"* BYE until next time")

    def do_starttls(self, words, tag):
        if not self.house.context or self.secure:
            raise Refused("no TLS")
        self.say(tag + b" OK begin")
        # What came in clear behind STARTTLS must not be obeyed.
        self.buffer = b""
        self.flush()
        self.sock = self.house.context.wrap_socket(self.sock, server_side=True)
        self.secure = True
        return False

    def enter(self, user, password):
        options = self.house.options
        if self.house.context and not self.secure:
            raise No("TLS first")
        if (user, password) != (options.user.encode(), options.password.encode()):
            raise No("wrong name or password")
        self.user = user

    def do_login(self, words):
        user, password = words
        self.enter(user, password)

    def do_authenticate(self, words, tag):
        # RFC 3501 knows no initial response.
        if self.house.options.auth != "plain" or [x.upper() for x in words] != [b"PLAIN"]:
            raise Refused("mechanism")
        self.say(b"+ ")
        parts = base64.b64decode(self.line(), validate=True).split(b"\0")
        self.enter(*parts[1:3])

    # Mailboxes.

    def do_select(self, words, read_only=False):
        (name,) = words
        self.view = None
        self.view = self.house.store.open(name, read_only)
        self.tell(moods.greeting(self.house.options.dir, self.view.greeting()))
        return b"[READ-ONLY] " if read_only else b"[READ-WRITE] "

    def do_examine(self, words):
        return self.do_select(words, read_only=True)

    def do_create(self, words):
        self.house.store.create(*words)

    def do_delete(self, words):
        self.house.store.delete(*words)

    def do_rename(self, words):
        self.house.store.rename(*words)

    def do_subscribe(self, words):
        self.house.store.box(*words)

    do_unsubscribe = do_subscribe

    def do_list(self, words, verb=b"LIST"):
        reference, pattern = words
        self.tell(verb + b" " + x for x in self.house.store.list(reference, pattern))

    def do_lsub(self, words):
        self.do_list(words, b"LSUB")

    def do_status(self, words):
        name, items = words
        self.tell([self.house.store.status(name, [x.upper() for x in items])])

    def do_append(self, words):
        name, message = words[0], words[-1]
        flags = words[1] if isinstance(words[1], list) else []
        date = words[-2] if len(words) > 2 and isinstance(words[-2], bytes) else None
        if len(words) > 2 + bool(flags or isinstance(words[1], list)) + bool(date):
            raise Refused("APPEND")
        try:
            self.house.store.append(name, message, flags, date)
        except mailstore.Missing as reason:
            raise No("[TRYCREATE] " + str(reason)) from reason

    def do_xrenumber(self, words):
        self.house.store.renumber(*words)

    # Inside a mailbox.

    def do_check(self, words):
        pass

    def do_close(self, words):
        if not self.view.read_only:
            self.view.expunge()
        self.view = None

    def do_expunge(self, words):
        self.writable()
        self.view.expunge()

    def writable(self):
        if self.view.read_only:
            raise No("read only")

    def do_uid(self, words):
        verb = words[0].decode("latin-1").upper()
        if verb not in ("FETCH", "STORE", "SEARCH", "COPY"):
            raise Refused("UID " + verb)
        return getattr(self, "do_" + verb.lower())(words[1:], by_uid=True)

    def do_search(self, words, by_uid=False):
        if words[:1] and words[0].upper() == b"CHARSET":
            if words[1].upper() not in (b"US-ASCII", b"UTF-8"):
                raise No("[BADCHARSET (US-ASCII UTF-8)] charset")
            words = words[2:]
        found = mailsearch.search(self.view, words)
        numbers = [mail.uid if by_uid else number for number, mail in found]
        self.say(b"* SEARCH" + b"".join(b" %d" % x for x in numbers))

    def do_fetch(self, words, by_uid=False):
        numbers, items = words
        cases = moods.withheld(self.house.options.dir)
        for number, mail in self.view.chosen(numbers, by_uid):
            how = moods.trouble(cases.get(b"%d" % mail.uid), items)
            if how == b"nil":
                self.say(b"* %d FETCH (UID %d FLAGS () BODY[] NIL)" % (number, mail.uid))
                continue
            if how == b"bye":
                self.say(b"* BYE something broke here")
                self.flush()
            if how in (b"bye", b"drop"):
                raise Gone("at a body")
            if how:
                raise No("[SERVERBUG] internal error")
            self.say(b"* %d FETCH " % number + self.view.fetched(mail, items, by_uid))

    def do_store(self, words, by_uid=False):
        self.writable()
        numbers, verb, *flags = words
        flags = flags[0] if flags and isinstance(flags[0], list) else flags
        verb = verb.upper()
        if verb.removesuffix(b".SILENT") not in (b"FLAGS", b"+FLAGS", b"-FLAGS"):
            raise Refused("STORE")
        for number, mail in self.view.chosen(numbers, by_uid):
            self.view.change(mail, verb, flags)
            if not verb.endswith(b".SILENT"):
                self.say(b"* %d FETCH " % number + self.view.fetched(mail, [b"FLAGS"], by_uid))

    def do_copy(self, words, by_uid=False):
        numbers, name = words
        try:
            self.house.store.box(name)
        except mailstore.Missing as reason:
            raise No("[TRYCREATE] " + str(reason)) from reason
        for _, mail in self.view.chosen(numbers, by_uid):
            self.house.store.add(name, mail.bytes, mail.flags - {b"\\Recent"}, mail.date)


class House:
    """What all sessions share."""

    def __init__(self, options):
        self.options = options
        self.lock, self.log_lock = threading.Lock(), threading.Lock()
        self.store = mailstore.Store(int(time.time()))
        self.context = None
        if options.cert:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(options.cert, options.key)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dir")
    parser.add_argument("--auth", choices=["none", "plain"], default="none")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--user", default="officine")
    parser.add_argument("--password", default="secret")
    house = House(parser.parse_args())
    listener = socket.create_server(("127.0.0.1", 0))
    port = os.path.join(house.options.dir, "port")
    with open(port + ".tmp", "w", encoding="utf-8") as file:
        file.write(str(listener.getsockname()[1]))
    os.rename(port + ".tmp", port)
    number = 0
    while True:
        sock, _ = listener.accept()
        number += 1
        threading.Thread(target=Session(house, sock, number).run, daemon=True).start()


if __name__ == "__main__":
    main()

"""The mailboxes of the minimal IMAP server, in memory, and what one session sees of one of them.

The caller holds the server's lock.
"""
import datetime
import re

import mailparts

FLAGS = rb"\Answered \Flagged \Deleted \Seen \Draft".split()
MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
MACROS = {
    b"FAST": b"FLAGS INTERNALDATE RFC822.SIZE",
    b"ALL": b"FLAGS INTERNALDATE RFC822.SIZE ENVELOPE",
    b"FULL": b"FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY",
}
BODY = re.compile(rb"BODY(\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?$", re.IGNORECASE)


class Missing(Exception):
    """There is no such mailbox, or it may not be touched."""


class Mail:
    def __init__(self, uid, data, flags, date):
        self.uid, self.bytes, self.flags, self.date = uid, data, set(flags), date
        self.part = mailparts.Part(data)


class Mailbox:
    def __init__(self, validity):
        self.validity, self.next, self.mails, self.recent = validity, 1, [], set()


class Store:
    """Every mailbox by its name on the wire (modified UTF-7); `/` divides levels."""

    def __init__(self, validity):
        self.validity = validity
        self.boxes = {}
        for name in (b"INBOX", b"Sent"):
            self.create(name)

    def key(self, name):
        return b"INBOX" if name.upper() == b"INBOX" else name

    def box(self, name):
        if self.key(name) not in self.boxes:
            raise Missing("no such mailbox")
        return self.boxes[self.key(name)]

    def create(self, name):
        name = self.key(name.removesuffix(b"/"))
        if name in self.boxes:
            raise Missing("it exists")
        self.validity += 1
        self.boxes[name] = Mailbox(self.validity)

    def delete(self, name):
        self.box(name)
        if self.key(name) == b"INBOX":
            raise Missing("INBOX stays")
        del self.boxes[name]

    def rename(self, old, new):
        box = self.box(old)
        self.create(new)
        fresh = self.boxes[self.key(new)]
        for mail in box.mails:
            self.add(new, mail.bytes, mail.flags, mail.date)
        box.mails.clear()
        assert fresh is self.boxes[self.key(new)]
        if self.key(old) != b"INBOX":
            del self.boxes[old]

    def renumber(self, name):
        """The same mails in the opposite order; views of the old mailbox keep what they saw."""
        old = self.box(name)
        self.validity += 1
        self.boxes[self.key(name)] = Mailbox(self.validity)
        for mail in reversed(old.mails):
            self.add(name, mail.bytes, mail.flags, mail.date)

    def list(self, reference, pattern):
        if not pattern:
            return [b'(\\Noselect) "/" ""']
        parts = re.split(rb"([*%])", reference + pattern)
        wild = {b"*": rb".*", b"%": rb"[^/]*"}
        test = re.compile(b"".join(wild.get(x) or re.escape(x) for x in parts) + b"$")
        return [b'() "/" ' + mailparts.string(x) for x in sorted(self.boxes) if test.match(x)]

    def status(self, name, items):
        box = self.box(name)
        numbers = {
            b"MESSAGES": len(box.mails), b"RECENT": len(box.recent), b"UIDNEXT": box.next,
            b"UIDVALIDITY": box.validity,
            b"UNSEEN": sum(b"\\Seen" not in x.flags for x in box.mails)}
        if not set(items) <= set(numbers):
            raise ValueError("STATUS")
        told = b" ".join(b"%s %d" % (x, numbers[x]) for x in items)
        return b"STATUS %s (%s)" % (mailparts.string(name), told)

    def append(self, name, data, flags, date):
        self.add(name, data, [proper(x) for x in flags], parsed(date))

    def add(self, name, data, flags, date):
        box = self.box(name)
        box.mails.append(Mail(box.next, data, flags, date))
        box.recent.add(box.next)
        box.next += 1

    def open(self, name, read_only):
        return View(self.box(name), read_only)


class View:
    """A selected mailbox as its session knows it: numbers move only when the session is told."""

    def __init__(self, box, read_only):
        self.box, self.read_only = box, read_only
        self.mails = list(box.mails)
        self.told = {x.uid: set(x.flags) for x in self.mails}
        self.recent = set(box.recent)
        if not read_only:
            box.recent.clear()

    def greeting(self):
        unseen = [n for n, x in enumerate(self.mails, 1) if b"\\Seen" not in x.flags]
        allowed = b" ".join(FLAGS + ([] if self.read_only else [b"\\*"]))
        lines = [
            b"FLAGS (" + b" ".join(FLAGS) + b")", b"%d EXISTS" % len(self.mails),
            b"%d RECENT" % len(self.recent), b"OK [UIDVALIDITY %d] valid" % self.box.validity,
            b"OK [UIDNEXT %d] next" % self.box.next, b"OK [PERMANENTFLAGS (" + allowed + b")] kept"]
        return lines + ([b"OK [UNSEEN %d] first" % unseen[0]] if unseen else [])

    def news(self, removals):
        """What others did; numbers may only move where RFC 3501 lets EXPUNGE be sent (7.4.1)."""
        lines, there = [], set(map(id, self.box.mails))
        if removals:
            for number in range(len(self.mails), 0, -1):
                if id(self.mails[number - 1]) not in there:
                    del self.mails[number - 1]
                    lines.append(b"%d EXPUNGE" % number)
        known = {id(x) for x in self.mails}
        fresh = [x for x in self.box.mails if id(x) not in known]
        if fresh:
            self.mails += fresh
            self.recent |= {x.uid for x in fresh}
            lines += [b"%d EXISTS" % len(self.mails), b"%d RECENT" % len(self.recent)]
            self.told.update({x.uid: set(x.flags) for x in fresh})
        for number, mail in enumerate(self.mails, 1):
            if self.told[mail.uid] != mail.flags:
                lines.append(b"%d FETCH " % number + self.fetched(mail, [b"FLAGS"], False))
        return lines

    def expunge(self):
        self.box.mails = [x for x in self.box.mails if b"\\Deleted" not in x.flags]

    def chosen(self, numbers, by_uid):
        """The mails of a set such as `1:3,7:*`, with their numbers."""
        known = [x.uid for x in self.mails] if by_uid else list(range(1, len(self.mails) + 1))
        last = known[-1] if known else 0
        wanted = []
        for piece in numbers.split(b","):
            low, _, high = piece.partition(b":")
            ends = [last if x == b"*" else int(x) for x in (low, high or low)]
            if min(ends) < 1 and known:
                raise ValueError("set")
            wanted.append((min(ends), max(ends)))
        found = [
            (n, x) for n, (key, x) in enumerate(zip(known, self.mails), 1)
            if any(low <= key <= high for low, high in wanted)]
        if not by_uid and any(high > last for _, high in wanted):
            raise ValueError("no such number")
        return found

    def change(self, mail, verb, flags):
        flags = {proper(x) for x in flags}
        sign = verb[:1]
        if sign == b"+":
            mail.flags |= flags
        elif sign == b"-":
            mail.flags -= flags
        else:
            mail.flags = flags
        if verb.endswith(b".SILENT"):
            self.told[mail.uid] = set(mail.flags)

    def flags(self, mail):
        self.told[mail.uid] = set(mail.flags)
        recent = {b"\\Recent"} if mail.uid in self.recent else set()
        return b"FLAGS (" + b" ".join(sorted(mail.flags | recent)) + b")"

    def fetched(self, mail, items, by_uid):
        if isinstance(items, bytes):
            items = MACROS.get(items.upper(), items).split(b" ") if b"[" not in items else [items]
        # `BODY[HEADER.FIELDS (TO)]` is one word here.
        told = [self.item(mail, x) for x in items]
        if by_uid and b"UID" not in [x.upper() for x in items]:
            told.insert(0, b"UID %d" % mail.uid)
        if told and any(not x.upper().startswith(b"FLAGS") for x in items):
            if self.told[mail.uid] != mail.flags:
                told.append(self.flags(mail))
        return b"(" + b" ".join(told) + b")"

    def item(self, mail, item):
        name, part = item.upper(), mail.part
        simple = {
            b"UID": lambda: b"%d" % mail.uid, b"RFC822.SIZE": lambda: b"%d" % len(mail.bytes),
            b"INTERNALDATE": lambda: written(mail.date),
            b"ENVELOPE": lambda: mailparts.envelope(part),
            b"BODYSTRUCTURE": lambda: mailparts.structure(part, True),
            b"BODY": lambda: mailparts.structure(part, False),
            b"RFC822.HEADER": lambda: mailparts.string(part.header)}
        if name == b"FLAGS":
            return self.flags(mail)
        if name in simple:
            return name + b" " + simple[name]()
        if name in (b"RFC822", b"RFC822.TEXT"):
            self.see(mail)
            return name + b" " + mailparts.string(mail.bytes if name == b"RFC822" else part.body)
        body = BODY.match(item)
        if not body:
            raise ValueError("FETCH")
        data = mailparts.section(part, body[2])
        if not body[1]:
            self.see(mail)
        label = b"BODY[" + body[2] + b"]"
        if body[3] is not None and data is not None:
            start, length = int(body[3]), int(body[4])
            label, data = label + b"<%d>" % start, data[start:start + length]
        # Always a literal: what others send too.
        return label + b" " + (
            b"NIL" if data is None else b"{%d}\r\n%s" % (len(data), data))

    def see(self, mail):
        if not self.read_only:
            mail.flags.add(b"\\Seen")


def proper(flag):
    """System flags in their usual spelling; keywords as they are."""
    for known in FLAGS:
        if flag.upper() == known.upper():
            return known
    if flag.startswith(b"\\"):
        raise ValueError("flag")
    return flag


def parsed(text):
    if text is None:
        return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    day, month, rest = text.strip().split(b"-", 2)
    number = b"%02d" % (MONTHS.index(month.capitalize()) + 1)
    words = b"-".join([b"%02d" % int(day), number, rest]).decode()
    return datetime.datetime.strptime(words, "%d-%m-%Y %H:%M:%S %z")


def written(date):
    month = MONTHS[date.month - 1].decode()
    return date.strftime(f'"%d-{month}-%Y %H:%M:%S %z"').encode()

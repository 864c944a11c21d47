"""SEARCH of RFC 3501, section 6.4.4, on a view of the minimal IMAP server."""
import datetime

import mailstore

STATES = {
    b"ANSWERED": rb"\Answered", b"DELETED": rb"\Deleted", b"DRAFT": rb"\Draft",
    b"FLAGGED": rb"\Flagged", b"SEEN": rb"\Seen"}


def search(view, words):
    """The numbered mails that every key of `words` fits."""
    if not words:
        raise ValueError("SEARCH")
    keys, words = [], list(words)
    while words:
        keys.append(key(view, words))
    everything = enumerate(view.mails, 1)
    return [(n, x) for n, x in everything if all(fits(n, x) for fits in keys)]


def key(view, words):
    """Takes one key with its arguments off `words` and gives the test that it is."""
    word = words.pop(0)
    if isinstance(word, list):
        inner, left = [], list(word)
        while left:
            inner.append(key(view, left))
        return lambda n, x: all(fits(n, x) for fits in inner)
    name = word.upper()
    if name in STATES:
        return lambda n, x: STATES[name] in x.flags
    if name[:2] == b"UN" and name[2:] in STATES:
        return lambda n, x: STATES[name[2:]] not in x.flags
    if name == b"NOT":
        other = key(view, words)
        return lambda n, x: not other(n, x)
    if name == b"OR":
        one, two = key(view, words), key(view, words)
        return lambda n, x: one(n, x) or two(n, x)
    if name in PLAIN:
        return lambda n, x: PLAIN[name](view, x)
    if name in WITH_ONE:
        return WITH_ONE[name](words.pop(0))
    if name == b"HEADER":
        return header(words.pop(0), words.pop(0))
    if name == b"UID":
        uids = {x.uid for _, x in view.chosen(words.pop(0), True)}
        return lambda n, x: x.uid in uids
    if name[:1].isdigit() or name[:1] == b"*":
        numbers = {n for n, _ in view.chosen(word, False)}
        return lambda n, x: n in numbers
    raise ValueError("search key")


def header(field, text):
    wanted = text.lower()

    def fits(_, mail):
        values = mail.part.fields.get_all(field.decode("latin-1"), [])
        return any(
            wanted in str(x).replace("\r\n", "").encode("latin-1", "replace").lower()
            for x in values)
    return fits


def day(text):
    number, month, year = text.strip(b'"').split(b"-")
    return datetime.date(int(year), mailstore.MONTHS.index(month.capitalize()) + 1, int(number))


def contains(find):
    return lambda text: lambda n, x: text.lower() in find(x).lower()


PLAIN = {
    b"ALL": lambda view, x: True,
    b"RECENT": lambda view, x: x.uid in view.recent,
    b"OLD": lambda view, x: x.uid not in view.recent,
    b"NEW": lambda view, x: x.uid in view.recent and rb"\Seen" not in x.flags,
}

WITH_ONE = {
    b"KEYWORD": lambda a: lambda n, x: a in x.flags,
    b"UNKEYWORD": lambda a: lambda n, x: a not in x.flags,
    b"LARGER": lambda a: lambda n, x: len(x.bytes) > int(a),
    b"SMALLER": lambda a: lambda n, x: len(x.bytes) < int(a),
    b"TEXT": contains(lambda x: x.bytes),
    b"BODY": contains(lambda x: x.part.body),
    b"SINCE": lambda a: lambda n, x: x.date.date() >= day(a),
    b"BEFORE": lambda a: lambda n, x: x.date.date() < day(a),
    b"ON": lambda a: lambda n, x: x.date.date() == day(a),
}
for _name in (b"FROM", b"TO", b"CC", b"BCC", b"SUBJECT"):
    WITH_ONE[_name] = lambda a, name=_name: header(name, a)

"""What a mail looks like to IMAP (RFC 3501, section 7.4.2): its parts, ENVELOPE, BODYSTRUCTURE.

Parts are cut by hand, so that every section is the exact bytes of the message.
"""
import email
import email.utils
import re

PARAMETER = re.compile(r';\s*([^=;\s]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')
CRLF = b"\r\n"


class Part:
    """A message or one part of it: header (with its empty line), body, and what is inside."""

    def __init__(self, raw, default="text/plain"):
        end = 2 if raw.startswith(CRLF) else raw.find(CRLF * 2) + 4
        if end == 3:
            # No empty line at all: then everything is header.
            end = len(raw)
        self.header, self.body = raw[:end], raw[end:]
        # Continued lines are one line here; what is not ASCII is read as Latin-1 and kept.
        self.fields = email.message_from_string(self.header.decode("latin-1"))
        words = self.fields.get_content_type() if "content-type" in self.fields else default
        self.main, _, self.sub = words.partition("/")
        self.children = []
        boundary = self.fields.get_boundary()
        if self.main == "multipart" and boundary:
            inner = "message/rfc822" if self.sub == "digest" else "text/plain"
            self.children = [Part(x, inner) for x in pieces(self.body, boundary.encode("latin-1"))]
        elif words == "message/rfc822":
            self.children = [Part(self.body)]

    @property
    def is_multipart(self):
        return self.main == "multipart" and bool(self.children)

    def at(self, numbers):
        """The part with this number, such as [1, 2]; None when there is none."""
        part = self
        for place, number in enumerate(numbers):
            if place and not part.is_multipart and part.children:
                # The parts of a message within the message.
                part = part.children[0]
            if part.is_multipart:
                if not 1 <= number <= len(part.children):
                    return None
                part = part.children[number - 1]
            elif number != 1:
                return None
        return part


def pieces(body, boundary):
    """The parts between the boundary's lines, without the line break that belongs to it."""
    found, start, mark = [], None, CRLF + b"--" + boundary
    text, place = CRLF + body, 0
    while (hit := text.find(mark, place)) >= 0:
        after = text.find(CRLF, hit + len(mark))
        rest = text[hit + len(mark):after if after >= 0 else len(text)]
        place = hit + len(mark)
        if rest.strip(b" \t") not in (b"", b"--"):
            continue
        if start is not None:
            found.append(text[start:max(start, hit)])
        if rest.startswith(b"--") or after < 0:
            return found
        start, place = after + 2, after
    return found + ([text[start:]] if start is not None else [])


def string(value):
    """nstring: NIL, quoted when it can be, else a literal."""
    if value is None:
        return b"NIL"
    data = value if isinstance(value, bytes) else value.encode("latin-1", "replace")
    if len(data) < 900 and all(32 <= x < 127 for x in data):
        return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return b"{%d}\r\n%s" % (len(data), data)


def unfolded(fields, name):
    value = fields.get(name)
    return None if value is None else value.replace("\r\n", "").replace("\n", "").strip()


def addresses(fields, name):
    values = [str(x).replace("\r\n", "") for x in fields.get_all(name, [])]
    found = []
    for label, address in email.utils.getaddresses(values):
        box, _, host = address.rpartition("@")
        if address:
            found.append(b"(%s NIL %s %s)" % (
                string(label or None), string(box or address), string(host or "")))
    return b"(" + b"".join(found) + b")" if found else b"NIL"


def envelope(part):
    fields = part.fields
    people = {x: addresses(fields, x) for x in ("from", "sender", "reply-to", "to", "cc", "bcc")}
    for name in ("sender", "reply-to"):
        if people[name] == b"NIL":
            people[name] = people["from"]
    head = [string(unfolded(fields, x)) for x in ("date", "subject")]
    tail = [string(unfolded(fields, x)) for x in ("in-reply-to", "message-id")]
    return b"(" + b" ".join(head + list(people.values()) + tail) + b")"


def parameters(pairs):
    pairs = [(k, v) for k, v in pairs or [] if v]
    if not pairs:
        return b"NIL"
    return b"(" + b" ".join(string(k) + b" " + string(v) for k, v in pairs) + b")"


def raw_parameters(value):
    """`text/plain; charset=utf-8` without its first word, each value as it is written."""
    words = PARAMETER.findall(value)
    return [(name, re.sub(r"\\(.)", r"\1", quoted) or plain) for name, quoted, plain in words]


def structure(part, extended):
    fields = part.fields
    own = parameters(raw_parameters(unfolded(fields, "content-type") or ""))
    disposition = unfolded(fields, "content-disposition")
    placed = b"NIL"
    if disposition:
        word = disposition.partition(";")[0].strip()
        placed = b"(%s %s)" % (string(word), parameters(raw_parameters(disposition)))
    if part.is_multipart:
        inside = b"".join(structure(x, extended) for x in part.children)
        more = b" %s %s NIL NIL" % (own, placed) if extended else b""
        return b"(%s %s%s)" % (inside, string(part.sub), more)
    words = [
        string(part.main), string(part.sub), own, string(unfolded(fields, "content-id")),
        string(unfolded(fields, "content-description")),
        string(unfolded(fields, "content-transfer-encoding") or "7bit"),
        b"%d" % len(part.body)]
    lines = b"%d" % part.body.count(CRLF)
    if part.main == "text":
        words.append(lines)
    elif part.children:
        inner = part.children[0]
        words += [envelope(inner), structure(inner, extended), lines]
    if extended:
        words += [b"NIL", placed, b"NIL", b"NIL"]
    return b"(" + b" ".join(words) + b")"


def chosen_fields(header, names, inverted):
    """The lines of the named fields (or of all others), continued lines too, and an empty line."""
    kept, keeps = [], False
    for line in header.split(CRLF):
        if not line:
            break
        if line[:1] not in (b" ", b"\t"):
            name = line.partition(b":")[0].strip().lower()
            keeps = (name in names) != inverted
        if keeps:
            kept.append(line + CRLF)
    return b"".join(kept) + CRLF


def section(part, text):
    """The bytes of `BODY[text]`; None when there is no such part; ValueError when malformed."""
    words = text.split(None, 1)
    path = words[0].split(b".") if words else []
    numbers = []
    while path and path[0].isdigit():
        numbers.append(int(path.pop(0)))
    what = b".".join(path).upper()
    part = part.at(numbers)
    if part is None:
        return None
    if not what:
        return part.body if numbers else part.header + part.body
    if what == b"MIME" and numbers:
        return part.header
    if numbers:
        # HEADER and TEXT of a part are those of the message inside it.
        part = part.children[0] if part.children and not part.is_multipart else None
        if part is None:
            return None
    if what == b"HEADER":
        return part.header
    if what == b"TEXT":
        return part.body
    if what in (b"HEADER.FIELDS", b"HEADER.FIELDS.NOT") and len(words) == 2:
        names = {x.strip(b'"').lower() for x in words[1].strip(b"()").split()}
        return chosen_fields(part.header, names, what.endswith(b"NOT"))
    raise ValueError("section")

#!/usr/bin/env python3
"""An SMTP submission server on loopback that keeps what it accepts and fails on demand.

usage: mailsink.py DIR --tls starttls|implicit|none [--cert FILE --key FILE]
       [--user U|* --password P]

In DIR it writes `port` once it listens, `messages/N.eml` and `messages/N.json` (envelope) for each
message stored, `wire.log` (C: and S: lines, with the number of the connection), and it obeys
`fault`, read anew before every answer: one word, then an optional argument.
"""
import argparse
import base64
import json
import os
import socket
import ssl
import threading

LINE_LIMIT = 4096
SIZE_LIMIT = 50 * 1024 * 1024
IDLE_LIMIT = 60.0


class Gone(Exception):
    """The connection is over, whoever ended it."""


class Sink:
    """What all connections share: the directory, the numbers, the account."""

    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.stored = 0
        self.stopping = threading.Event()
        os.makedirs(os.path.join(options.dir, "messages"), exist_ok=True)
        self.context = None
        if options.cert:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(options.cert, options.key)

    def fault(self):
        try:
            with open(os.path.join(self.options.dir, "fault"), encoding="utf-8") as file:
                words = file.read().split(None, 1)
        except FileNotFoundError:
            return "", ""
        return (words + ["", ""])[0], (words + ["", ""])[1].strip()

    def note(self, number, side, text):
        path = os.path.join(self.options.dir, "wire.log")
        with self.lock, open(path, "a", encoding="utf-8") as file:
            file.write(f"{number} {side}: {text}\n")

    def store(self, envelope, data):
        with self.lock:
            self.stored += 1
            base = os.path.join(self.options.dir, "messages", f"{self.stored:06d}")
            with open(base + ".eml", "wb") as file:
                file.write(data)
            # The envelope comes last and by rename: whoever sees it finds a whole message.
            with open(base + ".tmp", "w", encoding="utf-8") as file:
                json.dump(envelope, file)
            os.rename(base + ".tmp", base + ".json")


class Connection:
    """One client, from greeting to QUIT."""

    def __init__(self, sink, sock, number):
        self.sink, self.sock, self.number = sink, sock, number
        self.secure, self.user, self.name, self.buffer = False, None, "", b""
        self.reset()

    def reset(self):
        self.sender, self.parameters, self.recipients = None, "", []

    def run(self):
        try:
            self.sock.settimeout(IDLE_LIMIT)
            if self.sink.options.tls == "implicit":
                self.wrap()
            self.hang_if("hang-at-greeting")
            if self.faulty("greeting-421"):
                self.say("421 sink closed")
                return
            self.say("220 sink ready")
            while self.command(self.line()):
                pass
        except (Gone, OSError) as end:
            self.sink.note(self.number, "!", f"end: {end}")
        finally:
            self.sock.close()

    # The wire.

    def wrap(self):
        self.sock = self.sink.context.wrap_socket(self.sock, server_side=True)
        self.secure = True

    def say(self, *lines):
        for line in lines:
            self.sink.note(self.number, "S", line)
        self.sock.sendall("".join(line + "\r\n" for line in lines).encode())

    def line(self, limit=LINE_LIMIT):
        while b"\r\n" not in self.buffer:
            if len(self.buffer) > limit:
                raise Gone("line too long")
            self.more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        text = line.decode("utf-8", "replace")
        self.sink.note(self.number, "C", text)
        return text

    def more(self):
        data = self.sock.recv(65536)
        if not data:
            raise Gone("closed by the client")
        self.buffer += data

    # Faults.

    def faulty(self, name, subject=""):
        word, argument = self.sink.fault()
        return word == name and (not argument or argument in subject)

    def hang_if(self, name):
        if self.faulty(name):
            self.sink.note(self.number, "!", "hanging")
            self.sink.stopping.wait()
            raise Gone("stopped while hanging")

    def wait_if(self, name):
        """Thinks until the fault is taken away."""
        if self.faulty(name):
            self.sink.note(self.number, "!", "thinking")
        while self.faulty(name) and not self.sink.stopping.wait(0.05):
            pass

    def close_if(self, name):
        if self.faulty(name):
            raise Gone(name)

    # The dialogue.

    def command(self, line):
        verb, _, rest = line.partition(" ")
        handler = getattr(self, "do_" + verb.lower(), None)
        if handler is None:
            self.say("502 5.5.1 unknown command")
            return True
        return handler(rest.strip()) is not False

    def do_ehlo(self, rest):
        self.name = rest
        self.reset()
        lines = ["sink", f"SIZE {SIZE_LIMIT}", "8BITMIME", "PIPELINING", "DSN",
                 "ENHANCEDSTATUSCODES"]
        if self.sink.options.tls == "starttls" and not self.secure:
            if not self.faulty("no-starttls"):
                lines.append("STARTTLS")
        if self.secure or self.sink.options.tls == "none":
            lines.append("AUTH PLAIN LOGIN")
        self.say(*[f"250-{x}" for x in lines[:-1]], f"250 {lines[-1]}")

    def do_helo(self, rest):
        self.name = rest
        self.say("250 sink")

    def do_starttls(self, rest):
        if self.faulty("starttls-454") or self.sink.context is None or self.secure:
            self.say("454 4.7.0 TLS not available")
            return
        self.say("220 2.0.0 go ahead")
        # What came in clear behind STARTTLS must not be obeyed (RFC 3207, section 4.2).
        self.buffer = b""
        self.wrap()
        self.user = None
        self.reset()

    def do_auth(self, rest):
        mechanism, _, initial = rest.partition(" ")
        if self.sink.options.tls != "none" and not self.secure:
            self.say("538 5.7.11 encryption required")
            return
        if mechanism.upper() == "PLAIN":
            if not initial:
                self.say("334 ")
                initial = self.line()
            parts = decoded(initial).split("\0")
            user, password = (parts + ["", "", ""])[1:3]
        elif mechanism.upper() == "LOGIN":
            if not initial:
                self.say("334 VXNlcm5hbWU6")
                initial = self.line()
            self.say("334 UGFzc3dvcmQ6")
            user, password = decoded(initial), decoded(self.line())
        else:
            self.say("504 5.5.4 unknown mechanism")
            return
        options = self.sink.options
        if self.faulty("auth-454"):
            self.say("454 4.7.0 temporary authentication failure")
        elif self.faulty("auth-535") or password != options.password or (
                options.user not in ("*", user)):
            self.say("535 5.7.8 authentication failed")
        else:
            self.user = user
            self.say("235 2.7.0 welcome")

    def do_mail(self, rest):
        if self.sink.options.user and self.user is None:
            self.say("530 5.7.0 authentication required")
        elif self.faulty("mail-451"):
            self.say("451 4.3.0 try later")
        elif self.faulty("mail-550"):
            self.say("550 5.7.1 sender refused")
        elif self.sender is not None:
            self.say("503 5.5.1 nested MAIL")
        else:
            self.sender, self.parameters = address(rest)
            self.say("250 2.1.0 ok")

    def do_rcpt(self, rest):
        recipient, _ = address(rest)
        self.hang_if("hang-at-rcpt")
        if self.sender is None:
            self.say("503 5.5.1 MAIL first")
        elif self.faulty("rcpt-550", recipient):
            self.say("550 5.1.1 no such mailbox")
        elif self.faulty("rcpt-451", recipient):
            self.say("451 4.2.0 try later")
        else:
            self.recipients.append(recipient)
            self.say("250 2.1.5 ok")

    def do_data(self, rest):
        if not self.recipients:
            self.say("554 5.5.1 no recipient")
            return
        if self.faulty("data-554"):
            self.say("554 5.3.4 refused")
            return
        self.say("354 end with a dot")
        data = self.content()
        if data is None:
            self.say("552 5.3.4 too big")
            self.reset()
            return
        self.close_if("close-before-store")
        for name, answer in (("dot-451", "451 4.3.0 try later"), ("dot-550", "550 5.6.0 refused")):
            if self.faulty(name):
                self.say(answer)
                self.reset()
                return
        self.sink.store({
            "from": self.sender, "to": self.recipients, "parameters": self.parameters,
            "user": self.user, "secure": self.secure, "helo": self.name,
        }, data)
        self.close_if("close-after-store")
        self.hang_if("hang-after-store")
        self.wait_if("slow-after-store")
        self.say("250 2.0.0 kept")
        self.reset()

    def content(self):
        """The message, dots unstuffed, or None when it is too big (it is read all the same)."""
        size, data, end = 0, b"", b"\r\n.\r\n"
        # CRLF in front lets a lone dot on the first line end an empty message.
        held = b"\r\n" + self.buffer
        while end not in held:
            self.close_if("close-in-data")
            self.buffer = b""
            self.more()
            size += len(self.buffer)
            # Past the limit only the tail is kept: enough to see the end.
            held = (held if size <= SIZE_LIMIT else held[-8:]) + self.buffer
        data, self.buffer = held.split(end, 1)
        self.sink.note(self.number, "C", f"({len(data)} bytes and the final dot)")
        if size > SIZE_LIMIT:
            return None
        return (data + b"\r\n").replace(b"\r\n..", b"\r\n.")[2:]

    def do_rset(self, rest):
        self.reset()
        self.say("250 2.0.0 ok")

    def do_noop(self, rest):
        self.say("250 2.0.0 ok")

    def do_quit(self, rest):
        self.say("221 2.0.0 bye")
        return False


def decoded(text):
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""


def address(text):
    """`FROM:<a@b> SIZE=12` gives `a@b` and `SIZE=12`."""
    inside, _, after = text.partition("<")[2].partition(">")
    return inside, after.strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dir")
    parser.add_argument("--tls", choices=["starttls", "implicit", "none"], default="starttls")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    sink = Sink(parser.parse_args())
    listener = socket.create_server(("127.0.0.1", 0))
    port = os.path.join(sink.options.dir, "port")
    with open(port + ".tmp", "w", encoding="utf-8") as file:
        file.write(str(listener.getsockname()[1]))
    os.rename(port + ".tmp", port)
    number = 0
    while True:
        sock, _ = listener.accept()
        number += 1
        connection = Connection(sink, sock, number)
        threading.Thread(target=connection.run, daemon=True).start()


if __name__ == "__main__":
    main()

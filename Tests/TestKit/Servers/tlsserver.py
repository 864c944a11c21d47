"""A TLS server that greets like IMAP or SMTP and prints every byte it then hears, and "closed" at
the end of each connection.

Arguments: port, protocol (imap|smtp), mode, certificate, key. Modes: implicit, old (TLS 1.1),
preauth (behind TLS), plain (in clear on a port for TLS), starttls; and, where STARTTLS is expected:
bare (not offered), refused, inject (says more in clear behind its yes), clear (goes on in clear),
twofaced (offers AUTH PLAIN in clear and not behind TLS).
"""
import socket
import ssl
import sys

port, protocol, mode, certificate, key = sys.argv[1:6]
OFFER = b"" if mode == "bare" else b" STARTTLS"
WORD = b"PREAUTH" if mode == "preauth" else b"OK"
GREETING = {"imap": b"* " + WORD + b" [CAPABILITY IMAP4rev1" + OFFER + b" AUTH=PLAIN] ready\r\n",
            "smtp": b"220 localhost ready\r\n"}[protocol]
MORE = {"imap": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
        "smtp": b"250-localhost\r\n250 AUTH PLAIN\r\n"}[protocol]


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate, key)
    if mode == "old":
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
        made.set_ciphers("DEFAULT@SECLEVEL=0")
    return made


def answer(stream, line):
    """Whether TLS is to begin."""
    word = line.split()
    is_other = mode == "twofaced" and isinstance(stream, ssl.SSLSocket)
    verb = word[1 if protocol == "imap" else 0].upper()
    begins = verb == b"STARTTLS" and mode != "refused"
    more = MORE if begins and mode == "inject" else b""
    if protocol == "imap":
        if verb == b"CAPABILITY":
            ways = b" LOGINDISABLED AUTH=XOAUTH2" if is_other else OFFER + b" AUTH=PLAIN"
            stream.sendall(b"* CAPABILITY IMAP4rev1" + ways + b"\r\n")
        said = b" NO no\r\n" if verb == b"STARTTLS" and not begins else b" OK done\r\n"
        stream.sendall(word[0] + said + more)
    elif verb == b"EHLO":
        offer = b"" if mode == "bare" else b"250-STARTTLS\r\n"
        stream.sendall(b"250-localhost\r\n" + offer + b"250 AUTH " +
                       (b"XOAUTH2" if is_other else b"PLAIN") + b"\r\n")
    else:
        stream.sendall((b"220 go\r\n" if begins or verb != b"STARTTLS" else b"454 no\r\n") + more)
    return begins


def serve(client):
    client.settimeout(20)
    clear = mode not in ("implicit", "old", "preauth")
    try:
        if not clear:
            client = context().wrap_socket(client, server_side=True)
        client.sendall(GREETING)
        while True:
            line = b""
            while not line.endswith(b"\n"):
                more = client.recv(1)
                if not more:
                    return
                line += more
            sys.stdout.write(line.decode("latin-1"))
            sys.stdout.flush()
            if mode == "plain":
                continue
            if answer(client, line) and mode == "clear":
                client.recv(1)
                client.sendall(MORE)
                return
            handshakes = mode in ("starttls", "inject", "twofaced")
            if handshakes and line.split()[-1].upper() == b"STARTTLS":
                client = context().wrap_socket(client, server_side=True)
    except (OSError, ssl.SSLError, IndexError):
        return
    finally:
        client.close()
        print("closed", flush=True)


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(port)))
listener.listen(8)
print("ready", flush=True)
while True:
    serve(listener.accept()[0])

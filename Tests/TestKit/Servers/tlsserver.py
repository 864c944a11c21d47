"""A TLS server that greets like IMAP or SMTP and prints every byte it then hears.

Arguments: port, protocol (imap|smtp), mode (implicit|starttls|plain|old), certificate, key.
"""
import socket
import ssl
import sys

port, protocol, mode, certificate, key = sys.argv[1:6]
GREETING = {"imap": b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready\r\n",
            "smtp": b"220 localhost ready\r\n"}[protocol]


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate, key)
    if mode == "old":
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
        made.set_ciphers("DEFAULT@SECLEVEL=0")
    return made


def answer(stream, line):
    word = line.split()
    if protocol == "imap":
        tag, verb = word[0].decode(), word[1].upper()
        if verb == b"CAPABILITY":
            stream.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n")
        stream.sendall((tag + " OK done\r\n").encode())
        return verb == b"STARTTLS"
    if word[0].upper() == b"EHLO":
        stream.sendall(b"250-localhost\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n")
    else:
        stream.sendall(b"220 go\r\n")
    return word[0].upper() == b"STARTTLS"


def serve(client):
    client.settimeout(20)
    clear = mode in ("starttls", "plain")
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
            if answer(client, line) and mode == "starttls":
                client = context().wrap_socket(client, server_side=True)
    except (OSError, ssl.SSLError, IndexError):
        return
    finally:
        client.close()


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(port)))
listener.listen(8)
print("ready", flush=True)
while True:
    serve(listener.accept()[0])

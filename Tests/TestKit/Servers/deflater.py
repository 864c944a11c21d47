"""A road to an IMAP server on 127.0.0.1 that speaks COMPRESS=DEFLATE for it, with Python's zlib.

deflater.py PORT SERVER_PORT MODE

MODE: `sound` begins to compress in the very write that carries the OK; `bomb` sends a compressed
bomb behind the OK; `garbage` sends bytes that are no deflate stream; `no` refuses. Every line of
the client goes to standard error, and for a bomb how many of its bytes were taken.
"""

import re
import socket
import sys
import threading
import zlib

port, target, mode = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]


def tell(text):
    print(text, file=sys.stderr, flush=True)


def bomb():
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    yield packer.compress(b"* 1 FETCH (UID 1 BODY[] {60000000}\r\n")
    for _ in range(1024):
        yield packer.compress(b"A" * (1 << 20))


class Session:
    def __init__(self, client):
        self.client = client
        self.server = socket.create_connection(("127.0.0.1", target))
        self.packer = None
        self.unpacker = None
        self.lock = threading.Lock()

    def give(self, data):
        """To the client, compressed once that was agreed."""
        with self.lock:
            if self.packer:
                data = self.packer.compress(data) + self.packer.flush(zlib.Z_SYNC_FLUSH)
            self.client.sendall(data)

    def agree(self, tag):
        ok = tag + b" OK DEFLATE active\r\n"
        with self.lock:
            if mode == "bomb":
                self.client.sendall(ok)
                taken = 0
                try:
                    for part in bomb():
                        self.client.sendall(part)
                        taken += len(part)
                except OSError:
                    pass
                tell("TAKEN %d" % taken)
                return
            if mode == "garbage":
                self.client.sendall(ok + b"\xff" * 200)
                return
            self.packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            self.unpacker = zlib.decompressobj(-15)
            first = self.packer.compress(b"* OK compressed from here\r\n")
            self.client.sendall(ok + first + self.packer.flush(zlib.Z_SYNC_FLUSH))

    def up(self):
        pending = b""
        while data := self.client.recv(65536):
            pending += self.unpacker.decompress(data) if self.unpacker else data
            while b"\n" in pending:
                line, pending = pending.split(b"\n", 1)
                line += b"\n"
                tell("C: " + line.decode("latin-1").rstrip())
                asked = re.match(rb"(\S+) COMPRESS DEFLATE\r\n$", line)
                if asked and mode == "no":
                    self.give(asked.group(1) + b" NO [COMPRESSIONACTIVE] not now\r\n")
                elif asked:
                    self.agree(asked.group(1))
                else:
                    self.server.sendall(line)

    def down(self):
        while data := self.server.recv(65536):
            # What is announced stands on one line of the server's own.
            self.give(data.replace(b"IMAP4rev1 ", b"IMAP4rev1 COMPRESS=DEFLATE ", 1))

    def run(self, half):
        try:
            half()
        except (OSError, zlib.error) as error:
            tell("END %s" % error)
        for end in (self.client, self.server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen(8)
tell("READY")
while True:
    tell("CONNECTION")
    session = Session(listener.accept()[0])
    for half in (session.up, session.down):
        threading.Thread(target=session.run, args=(half,), daemon=True).start()

"""An HTTPS or HTTP server with one page, which prints each request line it hears.

Arguments: port, status line after the version, path of the page, file with the body, certificate,
key; a certificate "-" speaks in clear. The status "hang" never answers. /hop/N leads to /hop/N-1,
and /hop/0 to the page; /away leads to another server.
"""
import socket
import ssl
import sys
import threading

port, status, path, body, certificate, key = sys.argv[1:7]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
if certificate != "-":
    context.load_cert_chain(certificate, key)


def serve(client):
    try:
        if certificate != "-":
            client = context.wrap_socket(client, server_side=True)
        request = b""
        while b"\r\n\r\n" not in request:
            more = client.recv(4096)
            if not more:
                return
            request += more
        line = request.split(b"\r\n")[0].decode("latin-1")
        host = [x for x in request.split(b"\r\n") if x.lower().startswith(b"host:")][0]
        sys.stdout.write(line + " " + host.decode("latin-1") + "\n")
        sys.stdout.flush()
        if status == "hang":
            client.recv(1)
            return
        wanted = line.split()[1]
        if wanted.startswith("/hop/") or wanted == "/away":
            left = wanted.split("/")[-1]
            place = ("https://ailleurs.example/" if left == "away" else
                     path if left == "0" else "/hop/%d" % (int(left) - 1))
            client.sendall(("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n"
                            % place).encode())
            client.close()
            return
        found = wanted == path
        page = open(body, "rb").read() if found else b"none"
        said = status if found else "404 Not Found"
        head = "HTTP/1.1 %s\r\nContent-Length: %d\r\nLocation: https://ailleurs.example/\r\n\r\n"
        client.sendall((head % (said, len(page))).encode() + page)
        client.close()
    except (OSError, ssl.SSLError):
        return


listener = socket.create_server(("127.0.0.1", int(port)))
print("ready", flush=True)
while True:
    accepted, _ = listener.accept()
    threading.Thread(target=serve, args=(accepted,), daemon=True).start()

"""An HTTPS server with one page, which prints each request line it hears.

Arguments: port, status line after the version, path of the page, file with the body, certificate,
key. The status "hang" never answers.
"""
import socket
import ssl
import sys
import threading

port, status, path, body, certificate, key = sys.argv[1:7]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


def serve(client):
    try:
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
        found = line.split()[1] == path
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

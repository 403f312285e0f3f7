#!/usr/bin/python3
"""stranger.py LOG TLS-PORT PLAIN-PORT ADDRESS...: somebody who says hello in a
machine's name and has no key.  At each address the TLS port takes what comes
and closes; the plain port asks for a digest with a realm of its own and then
believes everybody.  LOG has what it was sent: address, port, bytes."""

import socket
import sys
import threading

log_path, tls, plain, *addresses = sys.argv[1:]
lock = threading.Lock()

CHALLENGE = (
    b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest "
    b'realm="Digest:FEEDFEEDFEEDFEEDFEEDFEEDFEEDFEED", '
    b'nonce="0badc0de0badc0de", stale="false", qop="auth"\r\n'
    b"Content-Length: 0\r\n\r\n"
)
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def note(address, port, data):
    with lock, open(log_path, "a", encoding="utf-8") as log:
        log.write(f"{address}\t{port}\t{data!r}\n")


def answer(conn, address, port):
    conn.settimeout(10)
    try:
        while data := conn.recv(65536):
            note(address, port, data)
            if port == "tls":
                break
            conn.sendall(REPLY if b"Authorization" in data else CHALLENGE)
    except OSError:
        pass
    conn.close()


def serve(address, port, number):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind((address, int(number)))
    s.listen(64)
    note(address, port, b"listening")
    while True:
        conn, _ = s.accept()
        threading.Thread(
            target=answer, args=(conn, address, port), daemon=True
        ).start()


threads = [
    threading.Thread(target=serve, args=(a, port, number))
    for a in addresses
    for port, number in (("tls", tls), ("plain", plain))
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

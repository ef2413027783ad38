#!/usr/bin/env python3
"""A backend that serves HTTP and registers itself at Evenkeel gateways.

Only the standard library and docs/link-protocol.md: the class Link is all there is to the protocol.

    python3 backend.py --service hello --gateway 127.0.0.1:7081
    curl -H 'Host: hello.example' http://127.0.0.1:7080/

SIGTERM drains it, and it leaves when no request is running any more.
"""

import argparse
import http.server
import json
import random
import secrets
import signal
import socket
import sys
import threading
import time


class Refused(Exception):
    """The gateway said no; retry_after is None if it makes no sense to dial again."""

    def __init__(self, code, detail, retry_after):
        super().__init__(f"{code}: {detail}")
        self.retry_after = retry_after


class Link(threading.Thread):
    """Keeps one endpoint registered at one gateway (sections 1 to 8 of the document)."""

    def __init__(self, gateway, registration, in_flight):
        super().__init__(daemon=True)
        host, _, port = gateway.rpartition(":")
        self.gateway = (host.strip("[]"), int(port))
        self.registration = registration
        self.in_flight = in_flight
        self.connection = None
        self.sending = threading.Lock()
        self.registered = threading.Event()
        self.drained = threading.Event()
        self.leaving = False

    def run(self):
        wait = 0.1
        while not self.leaving:
            began = time.monotonic()
            pause = 0.0
            try:
                self.session()
            except Refused as refused:
                print(f"link: {refused}", flush=True)
                if refused.retry_after is None:
                    break
                pause = refused.retry_after
            except (OSError, ValueError) as failed:
                print(f"link: {failed}", flush=True)
            self.registered.clear()
            self.drained.set()
            if self.leaving:
                break
            # Section 8: doubles up to 10 s, jittered; starts over after a link that stood.
            if time.monotonic() - began >= 10:
                wait = 0.1
            time.sleep(pause + wait * random.uniform(0.5, 1))
            wait = min(10, wait * 2)

    def session(self):
        """One connection from the handshake to its end."""
        with socket.create_connection(self.gateway, timeout=10) as connection:
            self.connection = connection
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = connection.makefile("rb")
            body = json.dumps(self.registration).encode()
            connection.sendall(
                b"GET /link HTTP/1.1\r\n"
                b"Host: %b:%d\r\n"
                b"Connection: Upgrade\r\n"
                b"Upgrade: evenkeel-link/1\r\n"
                b"Content-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % (self.gateway[0].encode(), self.gateway[1], len(body))
                + body
            )
            self.handshake(stream)
            beat, patience = 1.0, 10.0
            stop = threading.Event()
            try:
                while True:
                    connection.settimeout(patience)
                    line = stream.readline(65536)
                    if not line.endswith(b"\n"):
                        return
                    if not line.strip():
                        continue
                    message = json.loads(line)
                    kind = message.get("type")
                    if kind == "registered":
                        beat = message.get("heartbeatMillis", 1000) / 1000
                        patience = 4 * message.get("missedMillis", 2500 * beat) / 1000
                        if not self.registered.is_set():
                            self.registered.set()
                            print(f"registered as {message['endpoint']}", flush=True)
                            threading.Thread(target=self.beats, args=(beat, stop), daemon=True).start()
                    elif kind == "ping":
                        self.send(type="pong", n=message.get("n", 0))
                    elif kind == "drained" and not message.get("operator"):
                        self.drained.set()
                    elif kind == "error":
                        after = message.get("retryAfterMillis", 0)
                        raise Refused(
                            message.get("code"), message.get("detail", ""), None if after < 0 else after / 1000
                        )
                    # Anything else is a sign of life, and reading it has noted that.
            finally:
                stop.set()

    def handshake(self, stream):
        """Reads the answer; raises Refused unless it is 101."""
        status = int(stream.readline(65536).split()[1])
        headers = {}
        while (line := stream.readline(65536)) not in (b"\r\n", b"\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        if status == 101:
            return
        body = stream.read(int(headers.get("content-length", 0)))
        problem = json.loads(body or b"{}")
        after = problem.get("retryAfterMillis")
        raise Refused(
            problem.get("code", status), problem.get("detail", ""), None if after is None else after / 1000
        )

    def beats(self, interval, stop):
        """Lets itself be heard in every interval, with the load."""
        while not stop.wait(interval):
            try:
                self.send(type="report", inFlight=self.in_flight())
            except OSError:
                return

    def send(self, **message):
        with self.sending:
            self.connection.sendall(json.dumps(message).encode() + b"\n")

    def drain(self, deadline):
        """Asks for no more requests and waits until none is running at the gateway."""
        if self.registered.is_set():
            try:
                self.send(type="drain", deadlineMillis=int(deadline * 1000), reason="the backend leaves")
                self.drained.wait(deadline + 1)
            except OSError:
                pass

    def leave(self):
        self.leaving = True
        if self.registered.is_set():
            try:
                self.send(type="leave")
                self.join(1)
            except OSError:
                pass


class Server(http.server.ThreadingHTTPServer):
    """Counts the requests that it works on."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, address, handler):
        super().__init__(address, handler)
        self.running = 0
        self.lock = threading.Lock()

    def count(self, by):
        with self.lock:
            self.running += by


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self.server.count(1)
        try:
            length = int(self.headers.get("Content-Length", 0))
            self.rfile.read(length)
            body = f"hello from {self.server.name}\n".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        finally:
            self.server.count(-1)

    do_POST = do_PUT = do_GET

    def log_message(self, *arguments):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--service", required=True)
    parser.add_argument("--gateway", action="append", help="host:port; may be repeated")
    parser.add_argument("--port", type=int, default=0, help="where to serve; 0: any free port")
    parser.add_argument("--workload", default="python", help="must survive restarts")
    parser.add_argument("--drain", type=float, default=30, help="seconds")
    options = parser.parse_args()

    server = Server(("127.0.0.1", options.port), Handler)
    port = server.server_address[1]
    server.name = f"{options.workload}.{port}"
    registration = {
        "v": 1,
        "service": options.service,
        "workload": options.workload,
        "kind": "process",
        "address": f"127.0.0.1:{port}",
        # Section 7: drawn once for this run of the process.
        "incarnation": secrets.token_hex(16),
        "labels": {"language": "python"},
    }
    links = [Link(g, registration, lambda: server.running) for g in options.gateway or ["127.0.0.1:7081"]]

    def end():
        # Drain everywhere first, serve on meanwhile, leave last (section 6).
        drains = [threading.Thread(target=link.drain, args=(options.drain,)) for link in links]
        for drain in drains:
            drain.start()
        for drain in drains:
            drain.join()
        for link in links:
            link.leave()
        server.shutdown()

    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=end).start())
    for link in links:
        link.start()
    server.serve_forever(poll_interval=0.05)
    print("left", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

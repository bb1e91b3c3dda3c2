#!/usr/bin/python3
"""A scripted HTTP server for tests.

usage: web_server.py PORT SCRIPT.json LOG

SCRIPT maps each path to a list of replies, used in turn (the last one again and again). A reply:
  {"status": 200, "headers": {...}, "body": "...", "file": "path", "gzip": true, "repeat": [octet-text, count],
   "etag": "\\"x\\"", "stall": seconds, "cut": octets, "raw": "bytes to write instead of any HTTP"}
With "etag" a matching If-None-Match is answered by 304. SCRIPT is read again for every request, so a test may change
what is served while the server runs. LOG gets one JSON line for each request: method, path, headers, status, form.
"""
import gzip
import http.server
import json
import sys
import threading
import time

port, script_file, log_file = int(sys.argv[1]), sys.argv[2], sys.argv[3]
served = {}
lock = threading.Lock()


def pick(path):
    with open(script_file, encoding="utf-8") as script:
        replies = json.load(script).get(path)
    if replies is None:
        return {"status": 404, "body": "not here"}
    with lock:
        at = served.get(path, 0)
        served[path] = at + 1
    return replies[min(at, len(replies) - 1)]


def body_of(reply):
    if "file" in reply:
        with open(reply["file"], "rb") as file:
            body = file.read()
    elif "repeat" in reply:
        text, count = reply["repeat"]
        body = text.encode() * count
    else:
        body = reply.get("body", "").encode()
    return gzip.compress(body, 9) if reply.get("gzip") else body


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.serve("GET", "")

    def do_POST(self):
        self.serve("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def serve(self, method, form):
        reply = pick(self.path)
        status = reply.get("status", 200)
        etag = reply.get("etag")
        if etag and self.headers.get("If-None-Match") == etag:
            status = 304
        with lock, open(log_file, "a", encoding="utf-8") as log:
            log.write(json.dumps(
                {"method": method, "path": self.path, "status": status, "headers": dict(self.headers), "form": form}) + "\n")
        if "raw" in reply:
            self.wfile.write(reply["raw"].encode("latin-1"))
            self.close_connection = True
            return
        body = b"" if status == 304 else body_of(reply)
        self.send_response(status)
        if etag:
            self.send_header("ETag", etag)
        if reply.get("gzip"):
            self.send_header("Content-Encoding", "gzip")
        for name, value in reply.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if "cut" in reply:
            body = body[: reply["cut"]]
            self.close_connection = True
        try:
            if "stall" in reply:
                self.wfile.write(body[: len(body) // 2])
                self.wfile.flush()
                time.sleep(reply["stall"])
                body = body[len(body) // 2 :]
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer.daemon_threads = True
http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()

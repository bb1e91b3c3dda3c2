#!/usr/bin/python3
"""A publisher and its WebSub hub (W3C WebSub) in one process, for tests.

usage: websub_hub.py PORT FOLDER

GET  /feed.xml   FOLDER/feed.xml, with Link fields that name the hub and the feed itself (not while FOLDER/no-hub exists)
POST /hub        subscribe and unsubscribe: answered 202, then verified on a thread of its own. What FOLDER/answer holds is
                 the status in its place; while FOLDER/stall exists, no answer comes.
POST /push?METHOD    (control) sends the request's body to every subscriber, signed with METHOD: sha1, sha256, sha384, sha512,
                     forged (another secret), altered (another body), unsigned or malformed. Answers the callbacks' statuses.
POST /deny?REASON    (control) tells every subscriber that it is denied, and forgets it

FOLDER/log gets one JSON line for each event: feed, request, verified, pushed, denied.
"""
import hashlib
import hmac
import http.server
import json
import os
import secrets
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

port, folder = int(sys.argv[1]), sys.argv[2]
site = f"http://127.0.0.1:{port}"
lock = threading.Lock()
subscribers = {}  # callback -> secret
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def log(**event):
    with lock, open(os.path.join(folder, "log"), "a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")


def there(name):
    return os.path.exists(os.path.join(folder, name))


def fetch(request):
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def ask_callback(callback, query):
    separator = "&" if "?" in callback else "?"
    return fetch(callback + separator + urllib.parse.urlencode(query))


def verify(form):
    mode, callback = form["hub.mode"], form["hub.callback"]
    challenge = secrets.token_hex(16)
    query = {"hub.mode": mode, "hub.topic": form["hub.topic"], "hub.challenge": challenge}
    if mode == "subscribe":
        query["hub.lease_seconds"] = form["hub.lease_seconds"]
    status, body = ask_callback(callback, query)
    good = status == 200 and body == challenge
    with lock:
        if good and mode == "subscribe":
            subscribers[callback] = form["hub.secret"]
        elif good:
            subscribers.pop(callback, None)
    log(event="verified", mode=mode, good=good, status=status)


def signature(method, secret, body):
    if method == "unsigned":
        return None
    if method == "malformed":
        return "sha256=over there"
    if method == "forged":
        secret = "a guess"
    name = "sha256" if method in ("forged", "altered") else method
    return name + "=" + hmac.new(secret.encode(), body, getattr(hashlib, name)).hexdigest()


def push(callback, secret, method, body):
    field = signature(method, secret, body)
    if method == "altered":
        body += b" "
    headers = {"Content-Type": "application/rss+xml", "Link": f'<{site}/hub>; rel="hub", <{site}/feed.xml>; rel="self"'}
    if field:
        headers["X-Hub-Signature"] = field
    status, _ = fetch(urllib.request.Request(callback, data=body, headers=headers, method="POST"))
    log(event="pushed", method=method, status=status)
    return status


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        log(event="feed")
        with open(os.path.join(folder, "feed.xml"), "rb") as file:
            body = file.read()
        links = [("Link", f"<{site}/hub>; rel=hub"), ("Link", f'<{site}/feed.xml>; rel="self"')]
        self.answer(200, body, [("Content-Type", "application/rss+xml")] + ([] if there("no-hub") else links))

    def do_POST(self):
        path, _, argument = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock:
            known = dict(subscribers)
        if path == "/push":
            self.answer(200, json.dumps([push(*each, argument, body) for each in known.items()]).encode())
        elif path == "/deny":
            for callback in known:
                query = {"hub.mode": "denied", "hub.topic": site + "/feed.xml", "hub.reason": urllib.parse.unquote(argument)}
                log(event="denied", status=ask_callback(callback, query)[0])
            with lock:
                subscribers.clear()
            self.answer(200)
        else:
            self.take_request(dict(urllib.parse.parse_qsl(body.decode())))

    def take_request(self, form):
        log(event="request", mode=form.get("hub.mode"), topic=form.get("hub.topic"), callback=form.get("hub.callback"),
            secret_length=len(form.get("hub.secret", "")), lease=form.get("hub.lease_seconds"))
        while there("stall"):
            time.sleep(0.1)
        if there("answer"):
            with open(os.path.join(folder, "answer"), encoding="utf-8") as file:
                return self.answer(int(file.read()), b"the hub is not in the mood")
        self.answer(202)
        threading.Thread(target=verify, args=(form,), daemon=True).start()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer.daemon_threads = True
http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()

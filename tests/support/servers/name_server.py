#!/usr/bin/python3
"""A name server for MX records, over UDP and TCP on one port of 127.0.0.1.

    name_server.py PORT ANSWERS.json

ANSWERS maps a domain, or `*.suffix` for all below one, to one of:
    ["10 mx.example.net", …]                 MX records
    {"mx": […], "ttl": 60}                   with a time to live; the default is 3600
    {"cname": "other.example"}               an alias, followed where ANSWERS knows it
    {"rcode": "SERVFAIL"}                    an error
    {"silent": true}                         no reply
    {"truncate": true, "mx": […]}            over UDP only the bit that asks for TCP
What stands nowhere does not exist (NXDOMAIN). Prints a line for each question: the protocol and the domain.
"""
import json
import socket
import struct
import sys
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

PORT = int(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    ANSWERS = json.load(file)


def find(name):
    if name in ANSWERS:
        return ANSWERS[name]
    labels = name.split(".")
    for i in range(1, len(labels)):
        found = ANSWERS.get("*." + ".".join(labels[i:]))
        if found is not None:
            return found
    return None


def reply_to(query, protocol):
    request = dns.message.from_wire(query)
    question = request.question[0]
    name = question.name.to_text().rstrip(".").lower()
    print(protocol, name, flush=True)
    reply = dns.message.make_response(request)
    reply.flags |= dns.flags.RA
    answer = find(name)
    owner = question.name.to_text()
    while isinstance(answer, dict) and "cname" in answer:
        reply.answer.append(dns.rrset.from_text(owner, answer.get("ttl", 3600), "IN", "CNAME", answer["cname"] + "."))
        owner = answer["cname"] + "."
        answer = find(answer["cname"])
    if answer is None:
        reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()
    if isinstance(answer, list):
        answer = {"mx": answer}
    if answer.get("silent"):
        return None
    if "rcode" in answer:
        reply.set_rcode(dns.rcode.from_text(answer["rcode"]))
    elif answer.get("truncate") and protocol == "udp":
        reply.flags |= dns.flags.TC
    elif answer.get("mx"):
        records = [mx if mx.endswith(".") else mx + "." for mx in answer["mx"]]
        reply.answer.append(dns.rrset.from_text_list(owner, answer.get("ttl", 3600), "IN", "MX", records))
    return reply.to_wire(max_size=65535)


def serve_tcp(listener):
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as stream:
            while head := stream.read(2):
                reply = reply_to(stream.read(struct.unpack("!H", head)[0]), "tcp")
                if reply is not None:
                    connection.sendall(struct.pack("!H", len(reply)) + reply)


def main():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", PORT))
    tcp = socket.create_server(("127.0.0.1", PORT))
    threading.Thread(target=serve_tcp, args=[tcp], daemon=True).start()
    print("ready", flush=True)
    while True:
        query, client = udp.recvfrom(4096)
        reply = reply_to(query, "udp")
        if reply is not None:
            udp.sendto(reply, client)


main()

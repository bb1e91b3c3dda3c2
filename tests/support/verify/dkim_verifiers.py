"""What independent verifiers make of DKIM signatures: dkim_verifiers.py FOLDER, as root or where user namespaces are allowed.

FOLDER holds *.eml, and keys.json: the name of each key's TXT record and its value. Prints one JSON object:
  {"<file>": {"dkimpy": [true, ...], "mailauth": [["rsa-sha256", true], ...], "opendkim": true}, ...}
dkimpy and mailauth give a verdict on each signature, opendkim-testmsg one on the message. opendkim-testmsg asks the
system's resolver, so all runs in a network of its own, whose name server knows the keys and nothing else.
"""
import fcntl
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading

INSIDE = "--inside"
OPENDKIM = "/usr/sbin/opendkim-testmsg"
SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent.parent


def enter_own_network(folder):
    rights = [] if os.getuid() == 0 else ["--map-root-user"]
    os.execvp("unshare", ["unshare", *rights, "--net", "--mount", sys.executable, __file__, INSIDE, folder])


def bring_loopback_up():
    SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14s", b"lo", IFF_UP | IFF_RUNNING, b""))


def use_own_name_server():
    with tempfile.NamedTemporaryFile("w", delete=False) as own:
        own.write("nameserver 127.0.0.1\n")
    os.chmod(own.name, 0o644)
    subprocess.run(["mount", "--bind", own.name, os.path.realpath("/etc/resolv.conf")], check=True)
    os.unlink(own.name)


def answer(query, keys):
    import dns.flags
    import dns.message
    import dns.rcode
    import dns.rrset
    request = dns.message.from_wire(query)
    reply = dns.message.make_response(request)
    reply.flags |= dns.flags.AA
    (question,) = request.question
    value = keys.get(question.name.to_text(omit_final_dot=True).lower())
    if value is None:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    else:
        strings = " ".join(f'"{value[i:i + 255]}"' for i in range(0, len(value), 255))
        reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", "TXT", strings))
    return reply.to_wire()


def serve_names(keys):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def serve():
        while True:
            query, client = server.recvfrom(4096)
            server.sendto(answer(query, keys), client)
    threading.Thread(target=serve, daemon=True).start()


def dkimpy(message, keys):
    import dkim
    verdicts = []
    look_up = lambda name, timeout=5: keys.get(name.decode().rstrip(".").lower(), "").encode()
    signatures = sum(name.lower() == b"dkim-signature" for name, _ in dkim.rfc822_parse(message)[0])
    for index in range(signatures):
        try:
            verdicts.append(dkim.DKIM(message).verify(index, look_up))
        except dkim.DKIMException:
            verdicts.append(False)
    return verdicts


def mailauth(folder):
    done = subprocess.run(["node", SOURCE / "tests/support/verify/mailauth.js", folder], capture_output=True, text=True,
                          check=False, env=dict(os.environ, NODE_PATH=str(SOURCE / "build/node_modules")))
    if done.returncode != 0:
        sys.exit(f"mailauth: {done.stderr}")
    return json.loads(done.stdout)


def opendkim(message):
    done = subprocess.run([OPENDKIM], input=message, capture_output=True, check=False)
    return done.returncode == 0 and not done.stdout and not done.stderr


def main():
    if sys.argv[1] != INSIDE:
        enter_own_network(sys.argv[1])
    folder = pathlib.Path(sys.argv[2])
    keys = json.loads((folder / "keys.json").read_text())
    bring_loopback_up()
    use_own_name_server()
    serve_names(keys)
    verdicts = {}
    others = mailauth(folder)
    for file in sorted(folder.glob("*.eml")):
        message = file.read_bytes()
        verdicts[file.name] = {"dkimpy": dkimpy(message, keys), "mailauth": others[file.name],
                               "opendkim": opendkim(message)}
    print(json.dumps(verdicts))


main()

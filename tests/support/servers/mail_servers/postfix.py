"""Postfix, as scripts/packages installs it: only its programs are used, with a configuration and a queue of their own."""

import subprocess

from .space import mount, own, serve

POSTFIX_SERVICES = """\
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
lmtp unix - - n - - lmtp
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def postfix(options):
    run_postfix(options, options.set)


def run_postfix(options, changes, services=""):
    """With these lines of main.cf in place of ours, and more services in master.cf."""
    folder = options.folder
    # A name server that does not exist: so the answer is the same on every machine, and comes at once.
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    mount("--bind", folder / "resolv.conf", "/etc/resolv.conf")
    settings = {
        "compatibility_level": "3.6",
        "queue_directory": folder / "queue",
        "data_directory": folder / "data",
        "maillog_file": "/dev/stdout",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "myhostname": "postfix.test",
        "mydestination": "example.org" if options.refuse == "sender" else "",
        # A sender of our own domain that does not exist here: refused at RCPT, as by default.
        "local_recipient_maps": "inline:{somebody=x}",
        "smtpd_reject_unlisted_sender": "yes",
        "alias_maps": "",
        "mynetworks": "" if options.refuse == "relay" else "127.0.0.0/8",
        "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
        "default_transport": "discard:",
        "relay_transport": "discard:",
        "smtpd_client_connection_count_limit": "0",
    }
    if options.cert:
        settings |= {"smtpd_tls_security_level": "may", "smtpd_tls_chain_files": f"{folder}/key.pem, {folder}/cert.pem"}
    settings |= changes
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    own(folder / "data", "postfix")
    (folder / "etc/main.cf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    (folder / "etc/master.cf").write_text(POSTFIX_SERVICES.format(port=f"127.0.0.1:{options.port}") + services)
    subprocess.run(["/usr/sbin/postfix", "-c", folder / "etc", "check"], check=True)  # creates the queue's folders
    serve("/usr/lib/postfix/sbin/master", "-c", folder / "etc", "-s")

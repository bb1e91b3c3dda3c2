"""Exim. It keeps everything in its queue, so its routers only verify senders: there is no mailbox `notes`, and it cannot tell
whether there is one at undecided.example."""

from .space import UNPACKED, own, serve

EXIM = """\
begin acl
rcpt:
  {refusal}
  {statement}
  accept
begin routers
undecided:
  driver = redirect
  domains = undecided.example
  allow_defer
  data = :defer: the directory does not answer
nobody:
  driver = redirect
  local_parts = !notes
  data = :blackhole:
"""


def exim(options):
    folder, program = options.folder, UNPACKED / "exim/usr/sbin/exim4"
    refusals = {"": "", "relay": "deny message = relay not permitted", "sender": "require verify = sender"}
    settings = {
        "primary_hostname": "exim.test",
        "exim_path": program,
        "daemon_smtp_ports": options.port,
        "local_interfaces": "127.0.0.1",
        "spool_directory": folder / "spool",
        "log_file_path": folder / "exim-%slog",
        "log_selector": "+pipelining +tls_cipher",
        "keep_environment": "",
        "smtp_accept_max": 100,
        "smtp_accept_queue": 0,
        "smtp_accept_queue_per_connection": 0,
        "queue_only": "true",
        "tls_advertise_hosts": "*" if options.cert else "",
        "acl_smtp_rcpt": "rcpt",
        "acl_smtp_data": "accept",
    }
    if options.cert:
        settings |= {"tls_certificate": folder / "cert.pem", "tls_privatekey": folder / "key.pem"}
    statement = options.set.pop("rcpt", "")
    main_options = "".join(f"{name} = {value}\n" for name, value in (settings | options.set).items())
    (folder / "exim.conf").write_text(main_options + EXIM.format(refusal=refusals[options.refuse], statement=statement))
    for path in (folder, *folder.glob("*.pem")):
        own(path, "Debian-exim:Debian-exim")
    serve(program, "-C", folder / "exim.conf", "-bdf")

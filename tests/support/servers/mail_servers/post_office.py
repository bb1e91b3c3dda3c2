"""Postfix with Dovecot behind it: a relay whose deliveries fail later, and mailboxes for what comes back of them.

Mail to readers.example goes to Dovecot over LMTP. It has a reader `fine` and a reader `full`, who is over the quota, each
with extensions (fine+1@…). `refusing` has a program that takes no mail, and there is nobody else. Postfix accepts mail for anybody, so it
makes the reports. Those to bounce.NAME.example come to the mailbox of NAME, for each NAME of --set names=NAME,NAME…;
the password is "p". --set imap=PORT, --set pop3=PORT: where that listens, with TLS.
"""

import os
import subprocess

from .postfix import run_postfix
from .space import UNPACKED, mount, own

DOVECOT = """\
listen = 127.0.0.1
base_dir = {folder}/run
protocols = imap pop3 lmtp
log_path = /dev/stderr
ssl = required
ssl_cert = <{folder}/{cert}
ssl_key = <{folder}/{key}
first_valid_uid = 0
recipient_delimiter = +
auth_username_format = %n
mail_location = maildir:{folder}/mail/%n
mail_plugins = quota
plugin {{
  quota = maildir:mailbox
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
"""


# As procmail ends by a rule of its user (EX_NOPERM of sysexits.h).
REFUSING = f"""\
refusing unix - n n - - pipe
  flags=R user=nobody argv=/bin/sh -c {{echo takes no mail from you; exit {os.EX_NOPERM}}}
"""


def post_office(options):
    folder, names = options.folder, options.set["names"].split(",")
    mount("-t", "overlay", "overlay", "-o", f"lowerdir={UNPACKED}/mailboxes/usr:/usr", "/usr")
    mount("-t", "proc", "proc", "/proc")
    (folder / "mail").mkdir()
    own(folder / "mail", "nobody:nogroup")
    user = "{0}:{{PLAIN}}p:65534:65534::{1}/mail/{0}::{2}\n"
    users = [user.format("full", folder, "userdb_quota_rule=*:bytes=10")]
    users += [user.format(name, folder, "") for name in ("fine", *names)]
    (folder / "users").write_text("".join(users))
    file = folder / "dovecot.conf"
    file.write_text(DOVECOT.format(folder=folder, cert=options.cert.name, key=options.key.name,
                                   imap=options.set["imap"], pop3=options.set["pop3"]))
    subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", file])
    aliases = ", ".join(f"{{ @bounce.{name}.example = {name}@mailbox.example }}" for name in names)
    run_postfix(options, {
        "recipient_delimiter": "+",
        "virtual_mailbox_domains": "readers.example, mailbox.example",
        "virtual_mailbox_maps": "static:any",
        "virtual_alias_domains": ", ".join(f"bounce.{name}.example" for name in names),
        "virtual_alias_maps": f"inline:{{ {aliases} }}",
        "virtual_transport": f"lmtp:unix:{folder}/run/lmtp",
        "lmtp_connection_cache_on_demand": "no",
        "transport_maps": "inline:{ { refusing@readers.example = refusing: } }",
    }, REFUSING)

"""The configuration that all our Dovecots share: one mailbox for every user, with the password "p"."""

EVERY = """\
listen = 127.0.0.1
base_dir = {folder}/run
disable_plaintext_auth = no
ssl = no
mail_location = maildir:{folder}/mail
first_valid_uid = 0
passdb {{
  driver = static
  args = password=p
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
"""

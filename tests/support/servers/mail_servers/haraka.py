"""Haraka, from npm (tests/support/haraka), with a plugin of ours that logs one line for each accepted message."""

import json
import os
import shutil

from .space import ROOT, serve

INSTALLED = ROOT / "build/haraka/node_modules"
FILES = {
    "config/smtp.ini": "listen=127.0.0.1:{port}\nnodes=0\n[main]\n",
    "config/plugins": "keep\n",
    "config/me": "haraka.test\n",
    "config/loglevel": "NOTICE\n",
}
KEEP = """\
exports.hook_rcpt = (next) => next(OK)
exports.hook_queue = (next, connection) => {
  for (const to of connection.transaction.rcpt_to) process.stdout.write(`kept for ${to}\\n`)
  next(OK)
}
"""


def haraka(options):
    folder = options.folder
    for name in ("plugins", "queue"):
        (folder / name).mkdir()
    shutil.copytree(INSTALLED / "Haraka/config", folder / "config")  # as `haraka --install` does
    for name, text in FILES.items():
        (folder / name).write_text(text.format(port=options.port))
    (folder / "plugins/keep.js").write_text(KEEP)
    (folder / "package.json").write_text(json.dumps({"name": "kept", "private": True}))
    os.chdir(folder)
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    serve(INSTALLED / f"node-linux-{machine}/bin/node", INSTALLED / "Haraka/bin/haraka", "-c", folder)

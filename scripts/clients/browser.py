"""Headless Chromium, controlled by WebDriver (W3C) through chromedriver."""
import base64
import json
import subprocess
import urllib.request

from desktop import await_that


class Browser:
    def __init__(self, width, height, dark):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = next(line for line in self.driver.stdout if "successfully on port" in line)
        port = line.split("on port")[1].strip(" .\n")
        self.address = f"http://127.0.0.1:{port}/session"
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                     f"--window-size={width},{height}", f"--blink-settings=preferredColorScheme={0 if dark else 1}"]
        options = {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}
        self.address += "/" + self.ask("", capabilities=options)["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        urllib.request.urlopen(urllib.request.Request(self.address, method="DELETE"), timeout=60).close()
        self.driver.terminate()
        self.driver.wait()

    def ask(self, path, **what):
        request = urllib.request.Request(self.address + path, json.dumps(what).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self.ask("/url", url=url)

    def run(self, script):
        return self.ask("/execute/sync", script=script, args=[])

    def await_that(self, script, what):
        return await_that(lambda: self.run("return " + script), what)

    def photograph(self, target):
        with urllib.request.urlopen(self.address + "/screenshot", timeout=60) as answer:
            target.write_bytes(base64.b64decode(json.load(answer)["value"]))

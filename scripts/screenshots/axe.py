"""axe-core (https://github.com/dequelabs/axe-core) looks at pages, in a Chromium that runs scripts, by day and in dark mode."""
import pathlib
import sys
import tempfile

from joining import Browser

RULES = "{resultTypes: ['violations']}"


class Axe:
    """Looks at pages in a browser that runs scripts."""

    def __init__(self, source, language):
        self.source = source.read_text(encoding="utf-8") if source else ""
        self.browser = Browser(language, scripts=True) if source else None
        self.found = []

    def look(self, url, name):
        if not self.browser:
            return
        self.browser.chromium("Page.setBypassCSP", enabled=True)
        for scheme in ("light", "dark"):
            self.browser.chromium("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            self.browser.open(url)
            self.browser.chromium("Runtime.evaluate", expression=self.source)
            answer = self.browser.chromium("Runtime.evaluate", awaitPromise=True, returnByValue=True,
                                           expression=f"axe.run(document, {RULES}).then(r => r.violations.map(v => "
                                                      "[v.id, v.impact, v.help, v.nodes.map(n => n.html + ' ' + n.failureSummary).slice(0, 3)]))")
            if "value" not in answer["result"]:
                sys.exit(f"{name}: axe said {answer}")
            for rule, impact, words, nodes in answer["result"]["value"]:
                self.found.append(f"{name} ({scheme}): {rule} ({impact}): {words}\n    " + "\n    ".join(nodes))

    def look_at(self, html, name):
        """A page that has no address of its own: the answer to a form."""
        if not self.browser:
            return
        with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as page:
            page.write(html)
            page.flush()
            self.look(pathlib.Path(page.name).as_uri(), name)

    def close(self):
        if self.browser:
            self.browser.__exit__()

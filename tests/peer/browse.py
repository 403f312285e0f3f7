#!/usr/bin/env python3
"""browse.py - opens a page in headless Chromium and does what standard input says.

usage: browse.py [--dark] [--no-script] [--size WxH] URL

One order a line:
    js EXPRESSION       prints its value as JSON
    click SELECTOR      as with the mouse
    type SELECTOR TEXT  as with the keyboard
    key TEXT            keys to what has the focus; {Enter} {Tab} {Escape}
    pick SELECTOR TEXT  the option of a select that begins with TEXT
    shot FILE           a picture of the whole page
    pdf FILE            the page as it is printed
At the end it prints what the console has, a line "console: ..." each, and ends
with 1 if there was any.
"""
import argparse, base64, json, os, shutil, signal, socket, subprocess, sys, tempfile, time
import urllib.error, urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"{Enter}": "\ue007", "{Tab}": "\ue004", "{Escape}": "\ue00c"}


class Driver:
    def __init__(self, args, home):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        self.base = "http://127.0.0.1:%d" % port
        environment = dict(os.environ, HOME=home, TMPDIR=home)
        self.process = subprocess.Popen(
            ["chromedriver", "--port=%d" % port], env=environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.session = ""
        self.start(args, home)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + self.session + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as e:
            sys.exit("browse.py: %s: %s" % (path, json.load(e)["value"]["message"].split("\n")[0]))

    def start(self, args, home):
        for _ in range(300):
            try:
                socket.create_connection(self.base[7:].split(":")).close()
                break
            except OSError:
                time.sleep(0.1)
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--no-first-run", "--hide-scrollbars", "--user-data-dir=" + home,
                 "--disable-background-networking", "--window-size=" + args.size.replace("x", ",")]
        if args.dark:
            flags.append("--blink-settings=preferredColorScheme=0")
        options = {"args": flags, "binary": shutil.which("chromium")}
        if args.no_script:
            options["prefs"] = {"profile.managed_default_content_settings.javascript": 2}
        self.session = "/session/" + self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})["sessionId"]

    def end(self):
        if self.session:
            self.call("DELETE", "")
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()

    def find(self, selector):
        found = self.call("POST", "/element", {"using": "css selector", "value": selector})
        return "/element/" + found[ELEMENT]

    def js(self, rest):
        value = self.call("POST", "/execute/sync", {"script": "return (" + rest + ")", "args": []})
        print(json.dumps(value, ensure_ascii=False))

    def click(self, rest):
        self.call("POST", self.find(rest) + "/click", {})

    def type(self, rest):
        selector, text = rest.split(" ", 1)
        self.call("POST", self.find(selector) + "/value", {"text": text})

    def key(self, rest):
        keys = [KEYS[rest]] if rest in KEYS else list(rest)
        actions = [{"type": t, "value": k} for k in keys for t in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "k", "actions": actions}]})

    def pick(self, rest):
        selector, text = rest.split(" ", 1)
        self.type("%s %s" % (selector, text))

    def shot(self, rest):
        size = self.call("POST", "/execute/sync", {
            "script": "return [innerWidth, document.documentElement.scrollHeight]", "args": []})
        self.cdp("Emulation.setDeviceMetricsOverride", {"width": size[0], "height": min(size[1], 8000),
            "deviceScaleFactor": 1, "mobile": False})
        self.save(rest, self.call("GET", "/screenshot"))
        self.cdp("Emulation.clearDeviceMetricsOverride", {})

    def cdp(self, command, params):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def pdf(self, rest):
        self.save(rest, self.call("POST", "/print", {"background": True}))

    def save(self, path, encoded):
        with open(path, "wb") as f:
            f.write(base64.b64decode(encoded))

    def console(self):
        return self.call("POST", "/se/log", {"type": "browser"})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--no-script", action="store_true")
    parser.add_argument("--size", default="1280x900")
    parser.add_argument("url")
    args = parser.parse_args()
    home = tempfile.mkdtemp(dir=os.environ.get("BATS_TEST_TMPDIR"))
    driver = Driver(args, home)
    try:
        driver.call("POST", "/url", {"url": args.url})
        for line in sys.stdin:
            order, _, rest = line.strip().partition(" ")
            if order:
                getattr(driver, order)(rest)
        log = driver.console()
    finally:
        driver.end()
        shutil.rmtree(home, ignore_errors=True)
    for entry in log:
        print("console: " + entry["message"])
    sys.exit(1 if log else 0)


main()

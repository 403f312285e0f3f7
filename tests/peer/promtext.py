#!/usr/bin/env python3
"""Reads the text format of Prometheus (0.0.4) as its documentation has it, and
knows nothing of what writes it.

promtext.py FILE             complains of what is wrong with it; 1
promtext.py FILE NAME        prints each sample of that name: labels and value
"""
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(r"(%s)(?:\{((?:%s)(?:,%s)*),?\})? (\S+)(?: (-?\d+))?$" % (NAME, LABEL, LABEL))
TYPES = {"counter", "gauge", "histogram", "summary", "untyped"}


def read(text):
    faults, samples, types, helped, done, last = [], [], {}, set(), set(), None

    def fault(n, why):
        faults.append("%d: %s" % (n, why))

    if not text.endswith("\n"):
        fault(text.count("\n") + 1, "the last line has no end")
    for n, line in enumerate(text.split("\n")[:-1], 1):
        meta = re.match(r"# (HELP|TYPE) (%s)(?: (.*))?$" % NAME, line)
        if line == "" or (line.startswith("#") and not re.match(r"# (HELP|TYPE)\b", line)):
            continue
        if meta:
            what, name, rest = meta.groups()
            if name in done or (last not in (None, name) and name in types):
                fault(n, "%s of %s comes after its samples, or apart from them" % (what, name))
            if what == "TYPE" and (rest not in TYPES or name in types):
                fault(n, "type of %s: unknown, or given before" % name)
            if what == "HELP" and name in helped:
                fault(n, "help of %s: given before" % name)
            if what == "HELP" and re.search(r"\\(?![\\n])", rest or ""):
                fault(n, "help of %s: a backslash that escapes nothing" % name)
            types.setdefault(name, rest) if what == "TYPE" else helped.add(name)
            if last != name:
                done.add(last)
            last = name
            continue
        found = SAMPLE.match(line)
        if not found:
            fault(n, "no sample: %s" % line)
            continue
        name, inside, value = found.group(1), found.group(2) or "", found.group(len(found.groups()) - 1)
        labels = re.findall(LABEL, inside)
        try:
            float(value)
        except ValueError:
            fault(n, "no number: %s" % value)
        if len({key for key, _ in labels}) != len(labels):
            fault(n, "a label twice")
        if name in done:
            fault(n, "samples of %s are apart from each other" % name)
        if name not in types:
            fault(n, "%s has no type" % name)
        if any(s[0] == name and s[1] == sorted(labels) for s in samples[-2000:]):
            fault(n, "the same sample twice")
        if last != name:
            done.add(last)
        last = name
        samples.append((name, sorted(labels), value))
    return faults, samples


def main():
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        faults, samples = read(file.read())
    for fault in faults:
        print("%s:%s" % (sys.argv[1], fault), file=sys.stderr)
    if not samples:
        print("%s: no samples" % sys.argv[1], file=sys.stderr)
    for name, labels, value in samples if len(sys.argv) > 2 else []:
        if name == sys.argv[2]:
            print(" ".join(["%s=%s" % label for label in labels] + [value]))
    return 1 if faults or not samples else 0


sys.exit(main())

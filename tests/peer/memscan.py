#!/usr/bin/python3
"""memscan - what a running process still has in its memory.

    memscan.py PID <patterns

A pattern is a line: a name, a tab, the bytes as a regular expression.  Of each
place that matches: the name, the mapping (heap, stack, anonymous or a file),
its address and what is around it.  All that the process can write is read;
stop it first (SIGSTOP), or it changes meanwhile.  The last line says how much
was read, so that a scan of nothing is not taken for a clean one.
"""
import re
import sys

AROUND = 24


def mappings(pid):
    """The start, end and name of what the process can write."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        for line in maps:
            words = line.split(maxsplit=5)
            start, end = (int(at, 16) for at in words[0].split("-"))
            name = words[5].strip() if len(words) == 6 else "anonymous"
            if "rw" in words[1]:
                yield start, end, name


def shown(text):
    return "".join(chr(c) if 32 <= c < 127 else "." for c in text)


def main():
    patterns = []
    for line in sys.stdin.buffer:
        name, what = line.rstrip(b"\n").split(b"\t", 1)
        patterns.append((name.decode(), re.compile(what, re.DOTALL)))
    total = 0
    with open(f"/proc/{sys.argv[1]}/mem", "rb", buffering=0) as memory:
        for start, end, place in mappings(sys.argv[1]):
            memory.seek(start)
            held = memory.read(end - start)
            total += len(held)
            for name, what in patterns:
                for m in what.finditer(held):
                    around = held[max(0, m.start() - AROUND):m.end() + AROUND]
                    print(f"{name}\t{place}\t{start + m.start():x}\t{shown(around)}")
    print(f"read\t{total}")


main()

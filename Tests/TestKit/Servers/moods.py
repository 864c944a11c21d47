"""What the minimal IMAP server is made to do badly, from two files in its directory.

`moods`: a pattern, a tab and what becomes of a command that matches it: `NO ...` refuses it, `CUT`
carries it out and ends the connection before the answer; the pattern `PERMANENTFLAGS`
has the list of flags, in parentheses, that SELECT announces. `withheld`: a UID and what becomes of
it when its body is asked for: `no`, `nil`, `bye`, `drop`, or `blind` for a NO to all but its flags.
"""
import os
import re


def lines(directory, name):
    try:
        with open(os.path.join(directory, name), "rb") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def mood(directory, command):
    moods = [line.split(b"\t", 1) for line in lines(directory, "moods")]
    return next((what for pattern, what in moods if re.match(pattern, command)), b"")


def greeting(directory, told):
    kept = mood(directory, b"PERMANENTFLAGS")
    said = b"OK [PERMANENTFLAGS " + kept + b"] kept"
    return [said if kept and b"PERMANENTFLAGS" in line else line for line in told]


def withheld(directory):
    return dict(line.split() for line in lines(directory, "withheld"))


def trouble(how, asked):
    """Whether it shows in this FETCH."""
    names = {x.upper() for x in (asked if isinstance(asked, list) else [asked])}
    if how == b"blind":
        return how if names - {b"UID", b"FLAGS"} else None
    return how if b"BODY.PEEK[]" in names else None

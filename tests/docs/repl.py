"""Runs a page's Python one block after the other in one namespace, as a notebook would.

Reads lines of JSON, ``{"name": …, "code": …}``, and answers each with one line: the traceback, or nothing.
What the blocks print goes to stderr.
"""

import json
import os
import sys
import traceback

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
sys.path.insert(0, os.getcwd())
names = {"__name__": "__main__"}
for line in sys.stdin:
    block = json.loads(line)
    try:
        exec(compile(block["code"], block["name"], "exec"), names)
        wrong = ""
    except BaseException:
        wrong = traceback.format_exc()
    print(json.dumps(wrong), file=answers, flush=True)

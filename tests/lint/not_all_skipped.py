# SPDX-License-Identifier: MIT
"""Fails when a test report holds no test that really ran, and lists what was skipped and why."""
import collections
import sys
import xml.etree.ElementTree as xml

cases = list(xml.parse(sys.argv[1]).getroot().iter("testcase"))
skipped = [case for case in cases if case.get("status") in ("notrun", "disabled")]
reasons = collections.Counter()
for case in skipped:
    output = (case.findtext("system-out") or "").splitlines()
    said = [line.strip() for line in output if "skip" in line.lower() or "Skipped" in line]
    reasons[said[0] if said else "no reason given"] += 1
for reason, count in reasons.items():
    print(f"skipped {count}: {reason}")
if len(skipped) == len(cases):
    sys.exit("every test was skipped: nothing was tested")

"""Sends a request to the API on every worker after all of them were rolled out. By hand: maand hooks hook_smoke api."""

import json
import urllib.request

import maand

port = maand.kv.get("maand/bucket", "api_port")
with urllib.request.urlopen(f"http://{maand.allocation_ip()}:{port}/notes", timeout=10) as answer:
    notes = json.load(answer)
print(f"{maand.allocation_ip()} answers with {len(notes)} notes")

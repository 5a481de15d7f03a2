"""Asks the API on every worker once more when all of them have been rolled; by hand: maand hooks hook_smoke api."""

import json
import urllib.request

import maand

port = maand.kv.get("maand/bucket", "api_port")
with urllib.request.urlopen(f"http://{maand.allocation_ip()}:{port}/notes", timeout=10) as answer:
    notes = json.load(answer)
print(f"{maand.allocation_ip()} answers with {len(notes)} notes")

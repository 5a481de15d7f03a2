#!/bin/sh
# Prints the contents of a file as lines of Base64, and then a line with a dot. Where `base64` is missing, it prints the
# line `hex` and then lines of hex bytes.
blob() {
  if command -v base64 >/dev/null 2>&1; then base64 <"$1"; else echo hex; od -An -v -tx1 <"$1"; fi || exit 74
  echo .
}

#!/bin/sh
# Shows contents as lines of Base64, or of hex where there is no `base64`, ended by a dot. No line of either holds a space in
# front of a word.
blob() {
  if command -v base64 >/dev/null 2>&1; then base64 <"$1"; else echo hex; od -An -v -tx1 <"$1"; fi || exit 74
  echo .
}

#!/bin/sh
# Prints contents as lines of Base64, or of hex where `base64` is missing, followed by a line with a dot. In both forms,
# no line begins with a word.
blob() {
  if command -v base64 >/dev/null 2>&1; then base64 <"$1"; else echo hex; od -An -v -tx1 <"$1"; fi || exit 74
  echo .
}

/**
 * How a worker tells what is deployed on it: POSIX `sh`, nothing is written. Contents come as lines of Base64, or of hex where
 * there is no `base64`, and end with a dot; no line of either holds a space in front of a word.
 */
import { shellQuote } from '../base/text/shell-quote.ts';

const BLOB = `blob() {
  if command -v base64 >/dev/null 2>&1; then base64 <"$1"; else echo hex; od -An -v -tx1 <"$1"; fi || exit 74
  echo .
}`;

/** Every bucket below the root with its `worker.json` and `jobs.json`, and the names of states that have marks there. */
export function listScript(root: string): string {
  return `R=${shellQuote(root)}
${BLOB}
for m in "$R"/.maand/*; do
  case \${m##*/} in *.*|'*') continue ;; esac
  b=; n=
  { read -r b; read -r n; } <"$m" 2>/dev/null
  printf 'mark %s %s\\n' "$b" "$n"
done
for w in "$R"/*/worker.json; do
  [ -f "$w" ] || continue
  d=\${w%/worker.json}
  h=other; [ ! -f "$d/bin/runner.sh" ] || h=ours
  printf 'bucket %s %s\\n' "$h" "\${d##*/}"
  echo worker; blob "$w"
  [ ! -f "$d/jobs.json" ] || { echo jobs; blob "$d/jobs.json"; }
done
echo end`;
}

/** Every file that a delivery of ours would replace or delete, with its contents. */
export function treesScript(root: string, bucketId: string): string {
  return `cd ${shellQuote(`${root}/${bucketId}/jobs`)} 2>/dev/null || { echo end; exit 0; }
${BLOB}
for j in *; do
  [ -d "$j" ] || continue
  printf 'job %s\\n' "$j"
  [ ! -f "$j/manifest.json" ] || { echo manifest; blob "$j/manifest.json"; }
  (cd "$j" && for e in * .[!.]* ..?*; do
    case $e in bin|data|logs|_hooks|_prometheus|manifest.json|vars.conf) continue ;; esac
    [ ! -L "$e" ] && [ -e "$e" ] || continue
    find "./$e" -type d | while IFS= read -r d; do printf 'dir %s\\n' "$d"; done
    find "./$e" -type f | while IFS= read -r f; do
      case $(ls -ld "$f") in -rw-------*) m=600 ;; -??x*) m=755 ;; *) m=644 ;; esac
      printf 'file %s %s\\n' "$m" "$f"
      blob "$f"
    done || exit 74
  done) || exit 74
done
echo end`;
}

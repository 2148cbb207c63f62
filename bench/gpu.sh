#!/usr/bin/env bash
# Measures this machine's GPU by Dawn in Node, at most 8 minutes, and writes one JSON with all results.
#
#   npm ci && npm run build && bash bench/gpu.sh [FILE.json] [hardware|software|auto]
#
# Parts: doctor (adapter, limits, a kernel that is checked), verify (reference cases on the GPU), pytorch (the same steps in PyTorch:
# eager, CUDA graph; left out without PyTorch), steps (limits and training steps), mlp and cnn (products and convolutions one by one,
# and what the tuner picks).
# A part that fails, or takes too long, is kept as such beside the others.
# Exit codes: 0 ok, 1 a part failed, 2 wrong usage, 3 no GPU.
set -uo pipefail
case "${1:-}" in -h | --help) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
out=${1:-results/gpu.json}
gpu=${2:-hardware}
case "$gpu" in hardware | software | auto) ;; *)
  echo "gpu.sh: expected hardware, software or auto, got $gpu" >&2
  exit 2 ;;
esac
[ $# -le 2 ] || { echo "gpu.sh: expected a file and an adapter, got $# arguments" >&2; exit 2; }
cd "$(dirname "$0")/.." || exit 1
[ -f dist/cli.js ] || { echo "gpu.sh: there is no dist/cli.js; run: npm ci && npm run build" >&2; exit 1; }
mkdir -p "$(dirname "$out")" || exit 1
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT
where="--target node --gpu $gpu"

# part NAME SECONDS COMMAND...: runs it; its JSON is $parts/NAME.json, how it ended $parts/NAME.end.
part() {
  local name=$1 limit=$2 begin=$SECONDS rc
  shift 2
  echo "$name (at most $limit s): $*"
  timeout -k 5 "$limit" "$@" >"$parts/$name.log" 2>&1
  rc=$?
  printf '{"command":"%s","exit":%d,"seconds":%d}\n' "$*" "$rc" "$((SECONDS - begin))" >"$parts/$name.end"
  [ "$rc" -eq 0 ] || { echo "  ended with $rc:"; tail -n 5 "$parts/$name.log" | sed 's/^/  /'; }
  return "$rc"
}
actigrad() { local name=$1 limit=$2; shift 2; part "$name" "$limit" node dist/cli.js "$@" $where --json "$parts/$name.json"; }

actigrad doctor 30 doctor || { [ $? -eq 3 ] && exit 3; }
actigrad verify 100 verify test/oracle/{activations,layers,losses,nets,trajectories,gpt}.json --path gpu
pytorch=()
if python3 -c 'import torch' 2>/dev/null; then
  part pytorch 90 python3 bench/pytorch/step.py --json "$parts/pytorch.json" && pytorch=(--pytorch "$parts/pytorch.json")
fi
actigrad steps 140 bench --suite limits,steps "${pytorch[@]}" --report "$parts/steps.html"
actigrad mlp 60 train mnist --layers 1024,1024 --batch 256 --epochs 1 --tune --profile
actigrad cnn 60 train mnist --model cnn --batch 128 --epochs 1 --profile

nvidia=$(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null | head -n 1)
node - "$parts" "$out" "$nvidia" <<'JS'
const { existsSync, readFileSync, readdirSync, writeFileSync } = require("node:fs");
const [folder, out, nvidia] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
const names = readdirSync(folder).filter((name) => name.endsWith(".end")).map((name) => name.slice(0, -4));
const parts = Object.fromEntries(
  names.map((name) => [name, { ...read(`${name}.end`), result: existsSync(`${folder}/${name}.json`) ? read(`${name}.json`) : null }]),
);
const date = new Date().toISOString();
writeFileSync(out, `${JSON.stringify({ format: "actigrad-gpu-1", date, node: process.version, nvidia: nvidia || null, parts })}\n`);
const failed = names.filter((name) => parts[name].exit !== 0);
console.log(failed.length === 0 ? `all parts ran; ${out}` : `failed: ${failed.join(", ")}; ${out}`);
process.exitCode = failed.length === 0 ? 0 : 1;
JS

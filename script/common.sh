# Sourced by the scripts: strict mode, the top of the tree, one floor for all.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
export LC_ALL=C.UTF-8
eval_dir=${DEHUSK_EVAL:-$top/../shared/eval}
say() { printf '%s\n' "$*" >&2; }

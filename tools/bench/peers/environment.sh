#!/usr/bin/env bash
# Sets up .venv-peers with the bots that the bench compares ours with; a second call does nothing. It needs .venv.
set -euo pipefail
cd "$(dirname "$0")/../../.."

venv=.venv-peers
wanted=tools/bench/peers/requirements.txt

cmp -s "$wanted" "$venv/installed" && exit 0
[ -x "$venv/bin/python" ] || .venv/bin/python -m venv "$venv"
echo "Installing $(grep -c '==' "$wanted") packages of the peers from $wanted; this is done once"
.venv/bin/uv pip install --python "$venv/bin/python" --require-hashes -r "$wanted"
cp "$wanted" "$venv/installed"

#!/usr/bin/env bash
# Sets up .venv with pinned requirements: tools/environment.sh run|server|dev. A second call does nothing.
#
# What is installed is kept as a copy of the requirements file inside .venv, so a changed file is noticed and an
# interrupted set-up is begun again.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=$1
venv=.venv
wanted=requirements/$kind.txt

installed() { cmp -s "requirements/$1.txt" "$venv/$1.installed"; }
fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
stop() {
  echo "$1" >&2
  exit 1
}

choose_python() {
  local each
  for each in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
    if command -v "$each" >/dev/null && fits "$each"; then
      echo "$each"
      return
    fi
  done
  stop "Dragoman needs Python 3.11 or newer; $("${PYTHON:-python3}" --version 2>/dev/null || echo "no ${PYTHON:-python3}") was found. Install it, or name one: make ${kind/dev/test} PYTHON=/path/to/python3.12"
}

make_venv() {
  local python
  python=$(choose_python)
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "$("$python" --version) comes without venv here; on Debian and Ubuntu: apt-get install python3-venv"
  echo "Making $venv with $("$python" --version)"
  "$python" -m venv --clear "$venv"
}

# dev holds all that run and server hold, so they ask for nothing more.
if installed "$kind" || { [ "$kind" != dev ] && installed dev; }; then
  fits "$venv/bin/python" && exit 0
fi
fits "$venv/bin/python" || make_venv

pip=("$venv/bin/python" -m pip --disable-pip-version-check)
echo "Installing $(grep -c '==' "$wanted") packages from $wanted; this is done once"
if "${pip[@]}" install --quiet --require-hashes -r requirements/uv.txt &&
  "$venv/bin/uv" pip install --python "$venv/bin/python" --require-hashes -r "$wanted"; then
  :
else
  echo "uv could not do it; pip takes longer"
  "${pip[@]}" install --progress-bar on --require-hashes -r "$wanted"
fi
cp "$wanted" "$venv/$kind.installed"

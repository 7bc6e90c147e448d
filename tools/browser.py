"""Finds a Chromium for the tests that need one, or brings one: `python -m tools.browser`.

A machine without one still runs every other test; the summary then says which were left out and why.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SETTING = "DRAGOMAN_TEST_CHROMIUM"

FLAGS = (
    "--no-sandbox",  # containers run tests as root
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What a Chromium for tests is started with: quiet, and without calls to the outside."""


def find_browser() -> Path | None:
    """The Chromium to use: the one that the environment names, one on the PATH, or Playwright's own."""
    if named := os.environ.get(SETTING):
        return Path(named)
    on_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    return Path(on_path) if on_path else _playwrights_own()


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def bring_browser() -> None:
    """Install one by the system's packages where that is allowed, else by Playwright; what fails is said and left."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium"
        attempts.insert(0, ["sh", "-c", install])
    for command in attempts:
        print("No Chromium here; trying:", " ".join(command[-3:]))
        finished = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if finished.returncode == 0 and find_browser() is not None:
            return
        print("  it did not work:", (finished.stdout.strip().splitlines() or ["no word why"])[-1])


def main() -> int:
    """Make sure of a browser; 1 when none can be had, which `make test` takes as leave to go without."""
    if find_browser() is None:
        bring_browser()
    found = find_browser()
    print(f"Browser for tests: {found}" if found else "No Chromium could be had: the browser tests are left out.")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())

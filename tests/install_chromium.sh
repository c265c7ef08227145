#!/bin/sh
# Finds Chromium for the browser tests, or installs it where that is possible.
# usage: install_chromium.sh BIN-FOLDER-OF-THE-VIRTUAL-ENVIRONMENT
bin="$1"
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-* >/dev/null 2>&1; then exit 0; fi
echo "No Chromium found; trying to install one for the browser tests ..."
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; then exit 0; fi
fi
if timeout 120 "$bin/playwright" install chromium >/dev/null 2>&1; then exit 0; fi
echo "*** Chromium could not be installed: the browser tests will be skipped (an error under CI=true)."
exit 0

#!/bin/sh
# Bundles src/ into dist/report.js and dist/report.css, or into the folder that is named.
# The bundle is committed: building the library needs no node.
set -eu
out=$(realpath -m "${1:-$(dirname "$0")/dist}")
cd "$(dirname "$0")"
[ -x node_modules/.bin/esbuild ] || npm install --no-audit --no-fund --no-package-lock --silent
node_modules/.bin/esbuild src/main.js --bundle --minify --format=iife --target=es2020 --charset=utf8 \
    --log-level=warning --outfile="$out/report.js"
node_modules/.bin/esbuild src/report.css --minify --charset=utf8 --log-level=warning --outfile="$out/report.css"

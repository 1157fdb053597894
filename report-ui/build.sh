#!/bin/sh
# Bundles src/ into dist/report.js and dist/report.css. The bundle is committed: building the library needs no node.
set -eu
cd "$(dirname "$0")"
[ -x node_modules/.bin/esbuild ] || npm install --no-audit --no-fund --no-package-lock --silent
node_modules/.bin/esbuild src/main.js --bundle --minify --format=iife --target=es2020 --charset=utf8 --outfile=dist/report.js
node_modules/.bin/esbuild src/report.css --minify --charset=utf8 --outfile=dist/report.css

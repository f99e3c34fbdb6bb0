#!/bin/sh
# Fetches the chart library from its npm package and puts its files where the pages serve them (docs/decisions/0013-charts.md).
# The registry's SHA-512 of the package and our SHA-256 of each file are compared; a difference ends it with nothing changed.
set -eu
version=1.6.32
integrity=KIMVnG68zvu5XXUbC4LQEPnhwOxBuLyW1AHtpm6IKTXImkbLgkMy+jabjLgSLMasNuGGzQm/ep3tOkyTxpiQIw==
static=$(cd "$(dirname "$0")/../src/hengjian/web/static" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "uplot@$version" >/dev/null
found=$(openssl dgst -sha512 -binary "uplot-$version.tgz" | base64 | tr -d '\n')
if [ "$found" != "$integrity" ]; then
    echo "uplot-$version.tgz is not the package that was looked at: sha512-$found" >&2
    exit 1
fi
tar xzf "uplot-$version.tgz"
sha256sum -c - <<END
19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f  package/dist/uPlot.iife.min.js
df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04  package/dist/uPlot.min.css
8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd  package/LICENSE
END
cp package/dist/uPlot.iife.min.js "$static/vendor-uplot-$version.js"
cp package/dist/uPlot.min.css "$static/vendor-uplot-$version.css"
cp package/LICENSE "$static/vendor-uplot-$version.licence.txt"
echo "uPlot $version is in $static"

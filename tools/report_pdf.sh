#!/bin/sh
# Prints a report as PDF with headless Chromium.
#
#   tools/report_pdf.sh plan.html plan.pdf
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
page=$(realpath "$1")
chromium --headless --no-sandbox --disable-gpu --no-first-run "--user-data-dir=$folder" --no-pdf-header-footer \
  "--print-to-pdf=$2" "file://$page" 2>/dev/null
test -s "$2"

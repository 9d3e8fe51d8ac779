#!/usr/bin/env bash
# Formats C++ as .clang-format says: tools/check_format.sh names the files that differ, --fix rewrites them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
formatter=${CLANG_FORMAT:-clang-format-19}
command -v "$formatter" >/dev/null 2>&1 || { echo "format: $formatter is not installed" >&2; exit 3; }
mapfile -d '' files < <(find engine codec io store registry report service apps bench tests \
  -name node_modules -prune -o \( -name '*.hpp' -o -name '*.cpp' \) -type f -print0 2>/dev/null | LC_ALL=C sort -z)
[ "${#files[@]}" -gt 0 ] || { echo "format: found no source file" >&2; exit 1; }
if [ "${1:-}" = --fix ]; then
  "$formatter" -i "${files[@]}"
  exit 0
fi
wrong=0
for file in "${files[@]}"; do
  if ! "$formatter" "$file" | cmp -s - "$file"; then
    echo "$file: differs from clang-format; run tools/check_format.sh --fix"
    wrong=$((wrong + 1))
  fi
done
echo "format: ${#files[@]} files, $wrong wrong"
[ "$wrong" -eq 0 ]

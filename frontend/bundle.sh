#!/usr/bin/env bash
# Bundle the browser libraries at the locked versions into the package. Run by hand when package.json changes; using
# the project needs no Node. New versions: npm install --package-lock-only --omit-lockfile-registry-resolved
set -euo pipefail
cd "$(dirname "$0")"
vendor=../oig_pipeline/site/assets/vendor
npm ci --ignore-scripts --silent
node node_modules/esbuild/install.js
mkdir -p "$vendor"
rm -f "$vendor"/*
for name in minisearch parquet-sql; do
  npx esbuild "$name.js" --bundle --minify --format=iife --target=es2022 --charset=utf8 --legal-comments=none \
    --log-level=warning --outfile="$vendor/$name.js"
done
{
  echo "The scripts in this folder are bundles of these libraries, each under the MIT licence that follows its name."
  for library in minisearch hyparquet squirreling fzstd; do
    version=$(node -p "require('./node_modules/$library/package.json').version")
    echo
    echo "== $library $version"
    echo
    cat node_modules/$library/LICEN?E*
  done
} >"$vendor/LICENCES.txt"

rm -rf node_modules

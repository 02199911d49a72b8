"""How long the site of a release takes to make, and its search to answer.

Run by hand, on a release of as many reports as are of interest: python benchmarks/site.py CURATED [--words medical].
It makes the site twice (the second time nothing has changed), serves it, and types words into the search page in
headless Chromium, letter by letter, measuring from each key until the list is there.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from oig_pipeline.settings import settings
from oig_pipeline.site import serve, service

WORDS = ["oversight", "border patrol", "OIG-21-49", "procedures reported"]
CHROMIUM = "/usr/bin/chromium"
# Sets the words and resolves, once the list has changed, to the milliseconds that took.
TYPE = """words => new Promise(resolve => {
  const began = performance.now();
  const took = () => resolve(performance.now() - began);
  const results = document.getElementById("results");
  new MutationObserver((_, watcher) => { watcher.disconnect(); took(); })
    .observe(results, {attributeFilter: ["data-reach"]});
  const input = document.getElementById("q");
  input.value = words;
  input.dispatchEvent(new Event("input", {bubbles: true}));
})"""


def main() -> None:
    """Measure, and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("curated", type=Path, help="curated folder or release")
    parser.add_argument("--words", nargs="+", default=WORDS)
    parser.add_argument("--keep", type=Path, help="make the site here and leave it")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as tmp_dir:
        out = args.keep or Path(tmp_dir) / "site"
        for what in ("first", "again, unchanged"):
            began = time.perf_counter()
            site_build = service.build(settings(), place=args.curated, out=out)
            print(f"built {what}: {time.perf_counter() - began:.1f} s, {site_build.written}")
        sizes = [file.stat().st_size for file in (out / "search" / "index").iterdir()]
        print(f"search index: {sum(sizes) / 1e6:.1f} MB in {len(sizes)} parts, the largest {max(sizes) / 1e6:.1f} MB")
        with serve.server(out) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            _search(f"http://{serve.HOST}:{server.server_address[1]}/search/index.html", args.words)
            server.shutdown()


def _search(address: str, words: list[str]) -> None:
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(address)
        page.locator("#results a").first.wait_for()
        print(f"search page with all reports listed: {time.perf_counter() - began:.2f} s")
        for text in words:
            beginnings = [text[:n] for n in range(1, len(text) + 1)]
            timings = [page.evaluate(TYPE, beginning) for beginning in beginnings]
            times = " ".join(f"{took:.0f}" for took in timings)
            hits = page.inner_text("#count")
            print(
                f"{text!r}: {hits}; ms after each key: {times}; median {median(timings):.0f}, worst {max(timings):.0f}"
            )
        browser.close()


if __name__ == "__main__":
    main()

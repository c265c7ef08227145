"""Asks axe-core what stands in the way of people who hear a page or see it badly."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

THEMES = ("light", "dark")
LOOKS = 6  # in a row must find a theme drawn, for the script may run again because of it
MOST_RUNS = 5  # what axe-core saw while the page was redrawn was half faded, and does not count
BETWEEN = 50  # ms; on a busy machine they come later, as the drawing does
_THEME = "app => getComputedStyle(app).colorScheme"
_IS_DRAWN = """([theme, looks]) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const moves = document.getAnimations().some((animation) =>
    animation.playState === 'running' && animation.effect.getTiming().iterations !== Infinity);
  const drawn = getComputedStyle(app).colorScheme === theme && !moves
    && app.dataset.testScriptState === 'notRunning'
    && document.querySelector('[data-testid="stSkeleton"]') === null;
  window.looksInARow = drawn ? window.looksInARow + 1 : 0;
  return window.looksInARow >= looks;
}"""
# Experimental in axe-core, and the very thing that cards once got wrong.
_RUN = """async () => {
  const app = document.querySelector('[data-testid="stApp"]');
  let redrawn = false;
  const watch = new MutationObserver(() => { redrawn = true; });
  if (app) watch.observe(app, {attributeFilter: ['data-test-script-state']});
  const {violations, passes} = await axe.run(document, {
    resultTypes: ['violations'],  // the others are counted, but not described node by node
    rules: {'label-content-name-mismatch': {enabled: true}},
  });
  watch.disconnect();
  return {violations, passes: passes.length, redrawn};
}"""
# axe leaves out what is disabled; a greyed button must still be read to be understood.
_FAINT_BUTTONS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((v, i) => i === 3 ? v / 255 : v);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((v, i) => v * a + below[i] * (1 - a));
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    return over(rgba(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  };
  const shine = (rgb) => rgb.map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  return [...document.querySelectorAll('button:disabled')]
    .filter((button) => button.innerText.trim() && button.offsetParent)
    .map((button) => {
      const text = [...button.querySelectorAll('p, span')].pop() || button;
      const below = ground(button);
      let opacity = 1;
      for (let e = text; e; e = e.parentElement) opacity *= Number(getComputedStyle(e).opacity);
      const [r, g, b, a] = rgba(getComputedStyle(text).color);
      const [one, two] = [shine(over([r, g, b, a * opacity], below)), shine(below)];
      return [button.innerText.trim(),
        (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05)];
    });
}"""


@cache
def _source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    """What axe-core finds on the page in both themes, switched in place; [] is right."""
    found: list[str] = []
    for theme in THEMES:
        switch_theme(page, theme)
        found += [f"{theme} {barrier}" for barrier in barriers_now(page)]
    return found


def barriers_now(page: Page) -> list[str]:
    """What axe-core finds on the page as it is drawn now."""
    page.evaluate(_source())
    result: dict[str, Any]
    for _ in range(MOST_RUNS):
        result = page.evaluate(_RUN)
        if not result["redrawn"]:
            break
        _wait_until_drawn(page, page.get_by_test_id("stApp").evaluate(_THEME))
    assert result["passes"], "axe-core looked at nothing"
    return [
        f"{page.url}: {violation['impact']} {violation['id']}: {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def switch_theme(page: Page, theme: str) -> None:
    """Have the page that is open change its theme, and wait until that is drawn."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    _wait_until_drawn(page, theme)


def _wait_until_drawn(page: Page, theme: str) -> None:
    page.evaluate("window.looksInARow = 0")
    page.wait_for_function(_IS_DRAWN, arg=[theme, LOOKS], polling=BETWEEN)


def disabled_buttons(page: Page) -> dict[str, float]:
    """The contrast of the words on every disabled button that is in view of the page."""
    pairs: list[tuple[str, float]] = page.evaluate(_FAINT_BUTTONS)
    return dict(pairs)

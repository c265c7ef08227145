// Where the page stood when it was left, so that coming back finds it there again.
// Kept in the browser, for each query by itself; joined into the module of ranking_columns.js.

const PATIENCE = 4000; // ms that a page may take to grow to the height it had
const SETTLED = 200; // ms without scrolling after which a place is kept
const CALM = 30; // frames in a row at the right place after which it is left alone
const HANDS = ["wheel", "touchstart", "keydown", "pointerdown"];

class ScrollPlace {
  constructor(root) {
    this.root = root;
    this.path = location.pathname;
    this.note = () => {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.keep(), SETTLED);
    };
  }

  get key() {
    return `crossexam ${this.path} ${new URLSearchParams(location.search).get("q") || ""}`;
  }

  attach() {
    const page = document.querySelector('[data-testid="stMain"]');
    if (!page || page === this.page) return;
    this.page = page;
    page.addEventListener("scroll", this.note, { passive: true });
    if (!this.restored) this.restore();
    this.restored = true;
  }

  detach() {
    clearTimeout(this.settling);
    if (this.page) this.page.removeEventListener("scroll", this.note);
    this.page = null;
  }

  // Another page scrolls the same element: only this page's own places are kept.
  keep() {
    if (!this.page || !this.root.isConnected || location.pathname !== this.path) return;
    sessionStorage.setItem(this.key, String(Math.round(this.page.scrollTop)));
  }

  // The page grows while it is drawn; whoever scrolls meanwhile is left alone.
  restore() {
    const top = Number(sessionStorage.getItem(this.key));
    if (!(top > 0)) return;
    const until = performance.now() + PATIENCE;
    let touched = false;
    const touch = () => { touched = true; };
    for (const kind of HANDS) addEventListener(kind, touch, { once: true, passive: true });
    let calm = 0;
    const step = () => {
      const page = this.page;
      if (!page || touched || calm > CALM || performance.now() > until) {
        for (const kind of HANDS) removeEventListener(kind, touch);
        return;
      }
      if (Math.abs(page.scrollTop - top) > 1) page.scrollTop = top;
      calm = Math.abs(page.scrollTop - top) <= 1 ? calm + 1 : 0;
      requestAnimationFrame(step);
    };
    step();
  }
}

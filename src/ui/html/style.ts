/** What the style sheets of all pages have in common: light and dark, type, turns, code. */
export const baseStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1c2128; --soft: #5b6673; --line: #d9dee5; --trunk: #8a95a3;
  --a: #b3425b; --a-mark: #fbdfe4; --b: #1f7a5a; --b-mark: #d5f2e3; --good: #1f7a5a; --bad: #b3261e; --code: #f1f3f6; --link: #2f5fb3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --card: #1c2128; --ink: #e3e8ee; --soft: #98a4b3; --line: #323a45; --trunk: #66717f;
    --a: #f08ca0; --a-mark: #53232e; --b: #6fd3a8; --b-mark: #173f30; --good: #6fd3a8; --bad: #ff8a80; --code: #252b34; --link: #8cb4ff;
  }
}
*, *::before { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 1280px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 22px; line-height: 1.3; margin: 0 0 4px; overflow-wrap: anywhere; }
code, pre, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; }
.sum { color: var(--soft); margin: 0 0 20px; }
.strong { font-weight: 600; } .faint { color: var(--soft); } .name { color: var(--link); } .good { color: var(--good); } .bad { color: var(--bad); }
span.added { color: var(--b); } span.removed { color: var(--a); }
.turn { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px; overflow-wrap: anywhere; }
.turn > header { display: flex; flex-wrap: wrap; gap: 2px 10px; color: var(--soft); font-size: 13px; margin-bottom: 4px; }
.turn > header b { color: var(--ink); }
.text { white-space: pre-wrap; margin: 0; unicode-bidi: isolate; }
del { background: var(--a-mark); text-decoration-thickness: 1px; border-radius: 3px; }
ins { background: var(--b-mark); text-decoration: none; border-radius: 3px; }
pre del { text-decoration: none; }
details { margin-top: 6px; }
summary { cursor: pointer; color: var(--soft); overflow-wrap: anywhere; }
summary:hover { color: var(--ink); }
pre { margin: 6px 0; padding: 8px 10px; background: var(--code); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 30em; overflow: auto; unicode-bidi: isolate; }
footer { margin-top: 36px; color: var(--soft); font-size: 13px; text-align: center; }`;

import { createHash } from 'node:crypto';

/** The stylesheet of all pages. Colours of both themes were chosen for a contrast of 4.5 for text, and 3 for shapes. */
export const styles = `
:root {
  color-scheme: light dark;
  --back: #f5f6f8; --card: #ffffff; --text: #1b2330; --soft: #535d6b; --edge: #d5dae1; --grid: #e4e8ed;
  --link: #0b5cad; --accent: #0b5cad; --on-accent: #ffffff; --danger: #b3261e; --on-danger: #ffffff;
  --good-back: #e3f3e8; --good: #14532d; --bad-back: #fce8e6; --bad: #8c1d18;
  --s0: #0b5cad; --s1: #b45309; --s2: #15803d; --s3: #9d3fa8; --s4: #c02b4b; --s5: #0e7490; --s6: #7c5e10; --s7: #5d6673;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161c; --card: #1b2129; --text: #e4e8ee; --soft: #a3adba; --edge: #39424f; --grid: #2b333e;
    --link: #7db8f5; --accent: #7db8f5; --on-accent: #0c1a29; --danger: #f2857c; --on-danger: #2a0b08;
    --good-back: #14301f; --good: #a7e3bc; --bad-back: #3b1715; --bad: #ffb4ab;
    --s0: #7db8f5; --s1: #f0a556; --s2: #6fce8f; --s3: #d99be0; --s4: #f58aa0; --s5: #5fd0e0; --s6: #d8c164; --s7: #9aa5b3;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
code { font-family: ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: 0.92em; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 0 0 0.75rem; overflow-wrap: anywhere; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 0.5rem; top: 0.5rem; background: var(--card); padding: 0.5rem 1rem; z-index: 1; }
.top { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: center; background: var(--card); border-bottom: 1px solid var(--edge); padding: 0.6rem max(1rem, calc((100% - 80rem) / 2 + 1rem)); }
.brand { font-weight: 700; color: var(--text); text-decoration: none; }
.brand span { color: var(--soft); font-weight: 400; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem; list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: 0.35rem 0.7rem; border-radius: 6px; text-decoration: none; color: var(--text); }
nav a:hover { background: var(--grid); }
nav a[aria-current] { background: var(--accent); color: var(--on-accent); font-weight: 600; }
.account { display: flex; gap: 0.75rem; align-items: center; margin-left: auto; min-width: 0; }
.account span { color: var(--soft); max-width: 14rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
main, footer { max-width: 80rem; margin: 0 auto; padding: 1.5rem 1rem; }
footer { color: var(--soft); font-size: 0.875rem; padding-top: 0; }
.narrow { max-width: 30rem; margin: 2rem auto; }
.card { background: var(--card); border: 1px solid var(--edge); border-radius: 10px; padding: 1.1rem; margin: 0 0 1.1rem; min-width: 0; }
.card > :last-child { margin-bottom: 0; }
.stack > * { margin-bottom: 1rem; }
.hint { color: var(--soft); font-size: 0.9rem; }
.up { margin: 0 0 0.25rem; }
.up::before { content: "← "; color: var(--soft); }
label { display: block; font-size: 0.9rem; font-weight: 600; }
input, select, button { font: inherit; color: inherit; border-radius: 6px; border: 1px solid var(--soft); background: var(--card); padding: 0.45rem 0.7rem; min-height: 2.5rem; max-width: 100%; }
label > input, label > select { display: block; width: 100%; margin-top: 0.25rem; font-weight: 400; }
input[type="checkbox"] { min-height: 0; width: 1.1rem; height: 1.1rem; accent-color: var(--accent); margin: 0; }
input[aria-invalid="true"] { border-color: var(--danger); }
button { cursor: pointer; font-weight: 600; }
button:hover { background: var(--grid); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.danger { background: var(--danger); border-color: var(--danger); color: var(--on-danger); }
button.primary:hover, button.danger:hover { filter: brightness(1.1); }
button.small { min-height: 2rem; padding: 0.2rem 0.6rem; font-size: 0.9rem; }
.filters { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; margin-bottom: 1.1rem; }
.filters label { flex: 0 1 11rem; }
.filters .wide { flex: 1 1 16rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)); gap: 0.9rem; margin-bottom: 1rem; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
legend { font-size: 0.9rem; font-weight: 600; padding: 0; margin-bottom: 0.4rem; }
fieldset label { display: flex; gap: 0.5rem; align-items: center; font-weight: 400; margin-bottom: 0.25rem; }
fieldset label > input { display: inline; margin: 0; }
.notice, .problem { padding: 0.7rem 1rem; border-radius: 8px; background: var(--good-back); color: var(--good); }
.problem { background: var(--bad-back); color: var(--bad); }
.tag { display: inline-block; padding: 0 0.45rem; border-radius: 5px; font-size: 0.8rem; font-weight: 600; background: var(--bad-back); color: var(--bad); }
.tag.good { background: var(--good-back); color: var(--good); }
.tag.quiet { background: var(--grid); color: var(--text); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr)); gap: 1.1rem; margin: 0 0 1.1rem; }
.figures .card { margin: 0; }
.figures dt { color: var(--soft); font-size: 0.9rem; }
.figures dd { margin: 0; }
.figures b { display: block; white-space: nowrap; font-size: 1.6rem; line-height: 1.3; }
.figures span { color: var(--soft); font-size: 0.875rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 1.1rem; align-items: start; }
.chart figcaption { font-weight: 600; margin-bottom: 0.5rem; }
.chart > svg { display: block; width: 100%; height: auto; }
.axes text { fill: var(--soft); font-size: 11px; }
.axes line { stroke: var(--grid); }
.line { fill: none; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
.line circle { stroke: none; }
.area { stroke: var(--card); stroke-width: 1; }
.line.series-0 { stroke-width: 2.5; }
.line.series-2, .line.series-4, .line.series-6 { stroke-dasharray: 5 4; }
.line.series-3, .line.series-5 { stroke-dasharray: 1.5 4; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; list-style: none; margin: 0.5rem 0 0.75rem; padding: 0; font-size: 0.9rem; }
.legend li { overflow-wrap: anywhere; }
.swatch { width: 1.1rem; height: 0.7rem; margin-right: 0.35rem; }
${[0, 1, 2, 3, 4, 5, 6, 7]
  .map(
    (at) =>
      `.line.series-${at} { stroke: var(--s${at}); } .line.series-${at} circle, .area.series-${at} { fill: var(--s${at}); }`,
  )
  .join('\n')}
details.card > form { margin-top: 1rem; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-bottom: 1rem; }
details > summary { cursor: pointer; color: var(--link); font-size: 0.9rem; width: max-content; }
details .scroll { max-height: 20rem; margin-top: 0.5rem; }
.scroll { overflow: auto; margin: 0 -0.25rem; padding: 0 0.25rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.925rem; }
caption { text-align: left; color: var(--soft); font-size: 0.875rem; padding-bottom: 0.4rem; }
th, td { text-align: left; padding: 0.45rem 1rem 0.45rem 0; border-bottom: 1px solid var(--grid); vertical-align: top; white-space: nowrap; }
tbody th { font-weight: 400; }
thead th { color: var(--soft); font-size: 0.85rem; font-weight: 600; border-bottom-color: var(--edge); }
th:last-child, td:last-child { padding-right: 0; }
tbody tr:last-child > * { border-bottom: 0; }
.text { white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td code, th code { overflow-wrap: normal; }
meter { width: 7rem; height: 0.8rem; vertical-align: middle; }
.facts { margin: 0 0 1rem; }
.facts > div { display: grid; grid-template-columns: 8rem 1fr; gap: 0 1rem; padding: 0.35rem 0; border-bottom: 1px solid var(--grid); }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.actions li { min-width: 0; overflow-wrap: anywhere; }
.actions { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; }
.secret { display: block; padding: 0.8rem 1rem; border: 1px dashed var(--soft); border-radius: 8px; user-select: all; font-size: 1rem; }
@media (max-width: 36rem) {
  .axes text { font-size: 15px; }
  .axes .minor { display: none; }
  .facts > div { grid-template-columns: 1fr; }
  .top { gap: 0.25rem 0.6rem; }
  .brand span { display: none; }
  .text { min-width: 14rem; }
  .top nav { order: 1; flex-basis: 100%; }
  nav a { padding: 0.35rem 0.5rem; font-size: 0.95rem; }
  .filters label { flex: 1 1 8rem; }
  .figures { gap: 0.75rem; grid-template-columns: 1fr 1fr; }
  .figures .card { padding: 0.8rem; }
  .figures b { font-size: 1.3rem; }
  .account { gap: 0.5rem; font-size: 0.9rem; }
  .account span { max-width: 6.5rem; }
}
@media (forced-colors: active) {
  .line, .area { forced-color-adjust: none; }
}
`;

/** The name changes with the content, so a browser may keep it. */
export const stylesPath = `/web/${createHash('sha256').update(styles).digest('hex').slice(0, 16)}.css`;

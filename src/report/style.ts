/** The stylesheet of reports. Colours a and b are the palette's first two. */
import { figureStyle } from "./figure/index.ts";
import { colourOf, paletteStyle } from "./palette.ts";

export const style = `
${paletteStyle}
:root {
  color-scheme: light dark;
  --page: light-dark(#fff, #14171c); --panel: light-dark(#f5f6f8, #1c2027);
  --text: light-dark(#1c1f24, #e6e9ee); --soft: light-dark(#59616d, #a0a8b4);
  --line: light-dark(#d9dde3, #333a44); --grey: light-dark(#b9bfc8, #525b68);
  --warn: light-dark(#7a4b00, #ffd98a); --warn-page: light-dark(#fff4dc, #35290f);
  --a: ${colourOf(0)}; --b: ${colourOf(1)};
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.6rem 0 .3rem; }
p { margin: .4rem 0; max-width: 46rem; }
.answer { font-size: 1.2rem; font-weight: 600; line-height: 1.35; margin: 1.2rem 0 .6rem; }
.diagram { max-width: none; } .diagram .axis { stroke: var(--soft); } .diagram .span { stroke: var(--text); stroke-width: 4; }
.diagram text { fill: var(--text); font-size: 12px; }
details { margin: .6rem 0; } summary { cursor: pointer; } pre { overflow-x: auto; font-size: .8125rem; }
.soft, figcaption, .notes { color: var(--soft); font-size: .875rem; }
.warning { background: var(--warn-page); color: var(--warn); padding: .6rem .8rem; border-radius: 6px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; font-size: .9375rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1rem 0 1.5rem; } figcaption { margin-bottom: .5rem; max-width: 46rem; }
.legend { font-size: .875rem; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
.swatch { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; margin-right: .4rem; }
.swatch.a { background: var(--a); } .swatch.b { background: var(--b); }
.bars { display: grid; grid-template-columns: max-content minmax(0, 1fr) max-content; align-items: center;
  column-gap: .6rem; font-size: .875rem; }
.bars svg { display: block; width: 100%; overflow: visible; }
.bars .name, .bars .value { line-height: 15px; }
.bars .value { display: grid; font-variant-numeric: tabular-nums; text-align: right; }
.track { border-left: 1px solid var(--soft); }
.grid { stroke: var(--line); }
.mark { stroke-width: 1.5; stroke-dasharray: 4 3; } .mark.a { stroke: var(--a); } .mark.b { stroke: var(--b); }
.fill.a { fill: var(--a); } .fill.b { fill: var(--b); }
.whisker { stroke: var(--text); stroke-width: 1.25; }
svg text { fill: var(--soft); font-size: 11px; }
.hidden { position: absolute; width: 0; height: 0; }
.curves { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem; }
.curve { background: var(--panel); border-radius: 6px; padding: .4rem .5rem .5rem; }
.curve p { display: flex; justify-content: space-between; gap: .5rem; margin: 0 0 .2rem; font-size: .875rem; }
.curve p span { font-variant-numeric: tabular-nums; color: var(--soft); }
.curve b { overflow: hidden; text-overflow: ellipsis; }
.curve svg { display: block; width: 100%; overflow: visible; }
.curve > svg { padding-left: 28px; }
.curve svg svg { height: 100%; }
.others { stroke: var(--grey); stroke-width: 1; }
.band { fill: var(--a); opacity: .25; }
.plot { padding: .6rem 1.6rem 0 7rem; }
.plot svg { display: block; width: 100%; overflow: visible; }
.plot svg svg { height: 100%; }
.line { fill: none; stroke-width: 2; } .line.a { stroke: var(--a); } .line.b { stroke: var(--b); }
.line.broken { stroke-dasharray: 5 4; }
.goal { stroke: var(--soft); stroke-dasharray: 3 3; } .bound { stroke: var(--text); stroke-width: 2; }
.way { stroke: var(--grey); stroke-width: 1.5; }
.swatch.goal { width: 0; height: .9rem; border-left: 2px dashed var(--soft); border-radius: 0; vertical-align: -.1rem; }
.swatch.bound { width: 2px; height: .9rem; background: var(--text); border-radius: 0; vertical-align: -.1rem; }
.bars .value.pair { grid-template-columns: 3rem 4.6rem; }
.wide { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
tr > :first-child { text-align: left; position: sticky; left: 0; background: var(--page); color: var(--text); }
td.best { font-weight: 700; background: var(--panel); }
.good { color: var(--good); } .half { color: var(--half); } .bad { color: var(--bad); } td.bad, li.bad { font-weight: 600; }
.verdict { border-left: 4px solid var(--good); background: var(--panel); padding: .5rem .9rem; border-radius: 0 6px 6px 0; }
.verdict.bad { border-color: var(--bad); color: inherit; } .verdict p:first-child { font-weight: 600; }
.statement { border-left: 4px solid var(--line); padding-left: .8rem; font-style: italic; }
.statement:lang(ko) { font-style: normal; }
.answer { font-weight: 700; }
article { margin: 2rem 0 3rem; } article h3 { font-size: 1.1rem; }
article table th[scope="row"] { white-space: normal; min-width: 12rem; }
nav ol { columns: 2; column-gap: 3rem; font-size: .9rem; }
ul { padding-left: 1.2rem; max-width: 46rem; } li { margin: .25rem 0; }
@media (max-width: 40rem) {
  .curves { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem; }
  th, td { padding: .25rem .5rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; }
  nav ol { columns: 1; }
  .bars { column-gap: .4rem; font-size: .75rem; } .tick1 { display: none; }
  .bars .value.pair { grid-template-columns: 2.2rem 3.9rem; font-size: .75rem; }
}
@media print { .wide { overflow: visible; } table { font-size: .65rem; white-space: normal; } th, td { padding: .15rem .3rem; } pre { white-space: pre-wrap; } }
${figureStyle}`;

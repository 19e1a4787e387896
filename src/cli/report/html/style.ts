/** How the page looks: one column that fits a phone, light or dark as the reader likes it. */
export const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e9ee); --paper: light-dark(#ffffff, #14171b);
  --soft: light-dark(#5a6472, #9aa5b4); --line: light-dark(#d9dee5, #2d343d); --card: light-dark(#f6f8fa, #1c2127);
  --create: light-dark(#11692f, #5fd38a); --update: light-dark(#7a4b00, #e8b44f); --disable: light-dark(#7b2d8b, #d79be6);
  --delete: light-dark(#a1141e, #ff8f95); --fail: light-dark(#a1141e, #ff8f95); --focus: light-dark(#0a55c4, #7fb2ff); }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, sans-serif; }
main, header { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 1.25rem 0 .5rem; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
p { margin: .35rem 0; }
.soft { color: var(--soft); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: .5rem; margin: 1rem 0; padding: 0; list-style: none; }
.numbers li { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; background: var(--card); }
.numbers b { display: block; font-size: 1.5rem; line-height: 1.2; }
.warnings { border-left: .25rem solid var(--update); background: var(--card); padding: .5rem 1rem; margin: 1rem 0; }
.warnings h2 { margin: 0; color: var(--update); }
.warnings ul { margin: .25rem 0; padding-left: 1.2rem; }
.warnings li { margin: .25rem 0; overflow-wrap: anywhere; }
#controls { position: sticky; top: 0; z-index: 1; background: var(--paper); padding: .75rem 0; border-bottom: 1px solid var(--line); }
input[type=search] { width: 100%; font: inherit; padding: .5rem .75rem; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: .5rem; }
.filters { display: flex; flex-wrap: wrap; gap: .4rem; margin: .6rem 0 .25rem; }
button { font: inherit; font-size: .9rem; padding: .25rem .7rem; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: 1rem; cursor: pointer; }
button[aria-pressed=true] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
details.object { border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; content-visibility: auto; contain-intrinsic-size: auto 3rem; }
details.object > summary { display: flex; flex-wrap: wrap; gap: .15rem .75rem; align-items: baseline; padding: .5rem .75rem; cursor: pointer; list-style: none; }
details.object > summary::-webkit-details-marker { display: none; }
details.object[open] > summary { border-bottom: 1px solid var(--line); background: var(--card); border-radius: .5rem .5rem 0 0; }
.action { font-weight: 600; min-width: 6.2rem; }
.action.create { color: var(--create); } .action.update { color: var(--update); } .action.disable { color: var(--disable); }
.action.delete, .action.fail { color: var(--delete); } .action.skip, .action.stagedDelete, .action.wait, .action.other { color: var(--soft); }
.label { font-weight: 600; overflow-wrap: anywhere; }
.reason { color: var(--soft); overflow-wrap: anywhere; }
.changed { overflow-wrap: anywhere; }
.inside { padding: .25rem .75rem .75rem; }
.inside h3 { font-size: .95rem; margin: .9rem 0 .2rem; }
ol.steps { margin: 0; padding-left: 1.4rem; }
ol.steps > li { margin: .5rem 0; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0 .75rem; margin: .25rem 0; font-size: .9rem; }
dt { color: var(--soft); overflow-wrap: anywhere; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .2rem .5rem .2rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
pre { margin: .3rem 0; padding: .6rem; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: .82rem/1.45 ui-monospace, monospace; }
footer { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: var(--soft); font-size: .9rem; }
[hidden] { display: none !important; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .3rem; } .action { min-width: 0; } #controls { position: static; } }
@media print { #controls { display: none; } }
`;

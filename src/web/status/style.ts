/** The only style of the pages. The content security policy allows it by its hash. */
export const statusStyle = `:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif;
  --back: #fff; --text: #1a1a1a; --line: #8884; --soft: #f4f4f5; --muted: #5c5c5c; --ok: #15803d; --bad: #b91c1c; --warn: #8a5300; --link: #1d4ed8 }
@media (prefers-color-scheme: dark) { :root { --back: #16181c; --text: #ececec; --soft: #202329; --muted: #a8abb2; --ok: #4ade80; --bad: #fca5a5; --warn: #facc15; --link: #93c5fd } }
body { margin: 0 auto; max-width: 80rem; padding: 1rem; background: var(--back); color: var(--text) }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline }
h1 { font-size: 1.1rem; margin: 0 }
h1 a { color: inherit; text-decoration: none }
h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere }
h3 { font-size: 1rem; margin: 0; padding: .25rem 0 }
nav { display: flex; gap: 1rem; margin-left: auto }
a { color: var(--link) }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
p { margin: .25rem 0 .75rem; color: var(--muted) }
section, details.app { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0 }
#verdict { border-left: .4rem solid var(--ok); background: var(--soft) }
#verdict.failing { border-left-color: var(--bad) } #verdict.warning, #verdict.starting { border-left-color: var(--warn) }
.headline { font-size: 1.5rem; font-weight: 600; margin: 0; color: var(--text) }
.figures { font-size: 1.15rem; margin: 0 } .figures b { color: var(--text) }
.old, .figures .old b { color: var(--muted); font-style: italic; font-weight: inherit }
.problems { margin: .5rem 0; padding-left: 1.2rem } .problems li { margin: .25rem 0; overflow-wrap: anywhere } .problems span { display: block }
summary { cursor: pointer; padding: .25rem 0; color: var(--link) }
details.app { padding: .5rem 1rem } details.app > summary { color: var(--text) } details.app h2 { display: inline; margin-right: .75rem } details.app .badge { margin-right: .75rem }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: .5rem 2rem }
.grid > * { min-width: 0 }
.scroll { overflow-x: auto; margin-bottom: .5rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
caption { text-align: left }
th { color: var(--muted); font-weight: 500; font-size: .85rem }
th, td { border-top: 1px solid var(--line); padding: .2rem .5rem .2rem 0; text-align: left; white-space: nowrap }
th.number, td.number { text-align: right }
td.sentence { white-space: normal; overflow-wrap: anywhere }
td.number + td:not(.number), th.number + th:not(.number) { padding-left: .6rem }
.text { display: inline-block; max-width: 16rem; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; white-space: pre }
.spark { width: 6rem; height: 1.4rem; display: block } .chart { width: 100%; height: auto; border-bottom: 1px solid var(--muted) }
path { fill: none; stroke: var(--link); stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; vector-effect: non-scaling-stroke }
figure { margin: .5rem 0; color: var(--muted) } figcaption { display: flex; justify-content: space-between;  }
form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: .5rem 0 }
label { display: flex; flex-direction: column; font-size: .85rem; color: var(--muted) }
input, select, button { font: inherit; color: var(--text); background: var(--back); border: 1px solid var(--muted); border-radius: .3rem; padding: .2rem .5rem }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .5rem 1rem; margin: .75rem 0 0 }
dt { color: var(--muted); font-size: .85rem } dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums }
.badge { border-radius: 1rem; border: 1px solid currentColor; padding: 0 .6rem; font-size: .85rem; white-space: nowrap }
.ok, .gain { color: var(--ok) } .late, .waiting { color: var(--warn) } .failed, .unavailable, .loss, #connection { color: var(--bad) }
#connection { font-weight: 600 } #connection:empty { display: none }
meter { width: 3.5rem; vertical-align: middle }
@media (max-width: 40rem) { :root { font-size: 14px } body { padding: .5rem } section { padding: .5rem .75rem } .extra { display: none } .text { max-width: 6rem } .spark { width: 3.5rem } td small { display: block } }`;

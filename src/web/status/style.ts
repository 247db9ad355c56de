/** The only style of the page. The content security policy allows it by its hash. */
export const statusStyle = `:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif;
  --line: #8884; --soft: #8881; --muted: #666; --ok: #15803d; --bad: #b91c1c; --warn: #a16207; --link: #1d4ed8 }
@media (prefers-color-scheme: dark) { :root { --muted: #aaa; --ok: #4ade80; --bad: #f87171; --warn: #facc15; --link: #93c5fd } }
body { margin: 0 auto; max-width: 80rem; padding: 1rem }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline }
h1 { font-size: 1.35rem; margin: 0 }
h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere }
nav { display: flex; gap: 1rem; margin-left: auto }
a { color: var(--link) }
p { margin: .25rem 0 .75rem; color: var(--muted) }
section { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0 }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: .5rem 2rem }
.scroll { overflow-x: auto; min-width: 0 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
caption { text-align: left; font-weight: 600; padding: .25rem 0 }
th { color: var(--muted); font-weight: 500; font-size: .85rem }
th, td { border-top: 1px solid var(--line); padding: .2rem .5rem .2rem 0; text-align: left; white-space: nowrap }
th.number, td.number { text-align: right }
td.number + td:not(.number), th.number + th:not(.number) { padding-left: .6rem }
.text { display: inline-block; max-width: 20rem; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; white-space: pre }
.badge { border-radius: 1rem; border: 1px solid currentColor; padding: 0 .6rem; font-size: .85rem; white-space: nowrap }
.ok { color: var(--ok) } .late, .waiting { color: var(--warn) } .failed, .unavailable { color: var(--bad) }
meter { width: 3.5rem; vertical-align: middle }
@media (max-width: 40rem) { :root { font-size: 13px } body { padding: .5rem } section { padding: .5rem .75rem } .extra { display: none } .text { max-width: 7.5rem } }`;

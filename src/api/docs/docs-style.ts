/** Style of the page of documentation. Colours keep a contrast of 4.5:1 in both schemes. */
export const docsStyle = `
:root { color-scheme: light dark; --ground: #fff; --text: #1c2329; --soft: #56616b; --line: #d9dfe4; --box: #f4f6f8; --link: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181c; --text: #e6eaee; --soft: #a3aeb8; --line: #333c44; --box: #1d2329; --link: #7cb8f5; }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, sans-serif; display: grid; grid-template: auto auto / minmax(0, 1fr); }
header, nav, main { padding: 1rem clamp(1rem, 3vw, 2.5rem); min-width: 0; }
header { border-bottom: 1px solid var(--line); }
header p, .group > p, article > p { max-width: 70ch; }
h1 { font-size: 1.7rem; margin: .3rem 0; }
h2 { font-size: 1.35rem; margin: 2.2rem 0 .3rem; }
h3 { font-size: 1.1rem; margin: 0 0 .3rem; }
h4 { font-size: .95rem; margin: 1.1rem 0 .3rem; color: var(--soft); }
a { color: var(--link); }
a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: .5rem; }
nav h2 { font-size: .95rem; margin: 1rem 0 .2rem; }
nav h2 a { color: inherit; text-decoration: none; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .2rem 0; text-decoration: none; font-size: .92rem; }
nav li a:hover { text-decoration: underline; }
article { border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.2rem; margin: 1rem 0; }
code, pre { font: .88em/1.5 ui-monospace, monospace; }
pre { background: var(--box); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; margin: .3rem 0; }
.route { margin: .2rem 0 .6rem; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 3.6em; font: 600 .72rem/1.6 ui-monospace, monospace; text-align: center; border: 1px solid currentcolor; border-radius: 4px; padding: 0 .35em; margin-right: .3em; color: var(--soft); }
.method.get { color: #0b57a4; } .method.post { color: #1a6b3c; } .method.put, .method.patch { color: #8a5300; } .method.delete { color: #a8201a; }
@media (prefers-color-scheme: dark) {
  .method.get { color: #7cb8f5; } .method.post { color: #7fd6a0; } .method.put, .method.patch { color: #f0b866; } .method.delete { color: #ff9b94; }
}
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
small { color: var(--soft); }
@media (max-width: 40rem) {
  article { padding: .8rem; }
  thead { position: absolute; left: -999rem; }
  table, tbody { display: block; }
  tr { display: flex; flex-wrap: wrap; gap: 0 .8rem; padding: .4rem 0; border-bottom: 1px solid var(--line); }
  td { padding: 0; border: 0; overflow-wrap: anywhere; }
  td:last-child { flex-basis: 100%; }
}
dl { margin: 0; font-size: .92rem; }
dt { font-weight: 600; margin-top: .5rem; }
dd { margin: 0 0 .1rem 1rem; color: var(--soft); max-width: 80ch; }
dd code { color: var(--text); }
@media (min-width: 62rem) {
  body { grid-template: auto 1fr / 19rem minmax(0, 1fr); }
  header { grid-column: 1 / -1; }
  nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; border-right: 1px solid var(--line); }
}
`;

/** Colours are those of the documentation's page, with a contrast of 4.5:1 in both schemes. */
export const entryStyle = `
:root { color-scheme: light dark; --ground: #fff; --text: #1c2329; --line: #56616b; --link: #0b57a4; --on-link: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181c; --text: #e6eaee; --line: #a3aeb8; --link: #7cb8f5; --on-link: #14181c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 26rem; margin: 12vh auto 0; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
label { display: block; margin: 1rem 0 .3rem; }
input { width: 100%; padding: .5rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px; }
button { margin-top: 1.2rem; padding: .5rem 1.2rem; font: inherit; color: var(--on-link); background: var(--link); border: 0; border-radius: 6px; }
button:disabled { opacity: .6; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;

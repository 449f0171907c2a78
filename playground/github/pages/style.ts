/** The one stylesheet of the simulated website. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d1d9e0, #3d444d); --soft: light-dark(#f6f8fa, #151b23);
  --text: light-dark(#1f2328, #f0f6fc); --quiet: light-dark(#59636e, #9198a1); --link: light-dark(#0969da, #4493f8);
  --good: light-dark(#1a7f37, #3fb950); --bad: light-dark(#cf222e, #f85149); --done: light-dark(#8250df, #ab7df8); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: light-dark(#fff, #0d1117); }
a { color: var(--link); }
code, .sha { font-family: ui-monospace, monospace; font-size: .87em; }
.top { padding: .7rem 1.2rem; background: var(--soft); border-bottom: 1px solid var(--line); color: var(--quiet); }
.top a { font-weight: 600; color: var(--text); text-decoration: none; margin-right: .6rem; }
main { max-width: 60rem; margin: 1.5rem auto; padding: 0 1.2rem; }
h1 { font-weight: 400; font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h1 small, .quiet { color: var(--quiet); font-weight: 400; }
h2 { font-size: 1.05rem; margin: 1.8rem 0 .6rem; }
.box { border: 1px solid var(--line); border-radius: 6px; margin: .8rem 0; overflow-wrap: anywhere; }
.box > header { background: var(--soft); padding: .5rem .9rem; border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; }
.box > div { padding: .2rem .9rem; }
.box > ul { list-style: none; margin: 0; padding: 0; }
.box > ul > li { padding: .55rem .9rem; border-bottom: 1px solid var(--line); }
.box > ul > li:last-child { border-bottom: 0; }
.badge { display: inline-block; padding: .15rem .7rem; border-radius: 2rem; color: #fff; font-size: .87rem; }
.open { background: #1a7f37; } .closed { background: #cf222e; } .merged { background: #8250df; } .draft { background: #59636e; }
.label { display: inline-block; padding: 0 .6rem; border: 1px solid var(--line); border-radius: 2rem; font-size: .8rem; background: var(--soft); }
.success { color: var(--good); } .failure, .error { color: var(--bad); } .pending { color: var(--quiet); }
form { margin: 0; } form.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; padding: .8rem .9rem; }
label { display: flex; flex-direction: column; gap: .2rem; font-size: .87rem; color: var(--quiet); }
label.wide { flex: 1 1 100%; }
input, select, textarea, button { font: inherit; color: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: light-dark(#fff, #0d1117); max-width: 100%; }
textarea { min-height: 5rem; width: 100%; }
button { cursor: pointer; background: var(--soft); font-weight: 500; }
button.main { background: #1f883d; border-color: #1a7f37; color: #fff; }
`;

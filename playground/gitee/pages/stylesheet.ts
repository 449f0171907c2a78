export const STYLESHEET = `
:root { --line: #dfe3e8; --soft: #f7f8fa; --red: #c71d23; --ink: #24292f; --dim: #5f6770; --blue: #0a5cad; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.55 system-ui, sans-serif; color: var(--ink); background: #fff; }
header { background: #fff; border-bottom: 3px solid var(--red); padding: .7rem 1rem; }
header a { color: var(--red); font-weight: 700; text-decoration: none; }
header small { color: var(--dim); margin-left: .6rem; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
a { color: var(--blue); }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem; }
.dim { color: var(--dim); }
ul.rows { list-style: none; padding: 0; border: 1px solid var(--line); border-radius: 6px; }
ul.rows li { padding: .5rem .8rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
ul.rows li:first-child { border-top: 0; }
.label { display: inline-block; border-radius: 4px; padding: 0 .5rem; color: #fff; background: #4a5560; font-size: .85rem; }
.label.yes { background: #1a6b3c; } .label.no { background: #a8281e; }
.state { border-radius: 4px; padding: .1rem .5rem; color: #fff; background: #1a6b3c; font-size: .85rem; }
.state.closed { background: #a8281e; } .state.merged { background: #5b3e96; }
article { border: 1px solid var(--line); border-radius: 6px; margin: .8rem 0; }
article > header { background: var(--soft); border-bottom: 1px solid var(--line); padding: .35rem .8rem; font-size: .9rem; }
article > div { padding: .2rem .8rem; overflow-wrap: anywhere; }
form { border: 1px solid var(--line); border-radius: 6px; background: var(--soft); padding: .8rem; margin: .6rem 0; }
form.plain { display: inline; border: 0; padding: 0; background: none; }
label { display: block; margin: .3rem 0; }
input, select, textarea { font: inherit; width: 100%; padding: .3rem .4rem; border: 1px solid #8a929b; border-radius: 4px; background: #fff; }
textarea { min-height: 4.5rem; }
button { font: inherit; margin-top: .4rem; padding: .3rem .9rem; border: 1px solid var(--red); border-radius: 4px; background: var(--red); color: #fff; cursor: pointer; }
button.second { background: #fff; color: var(--red); }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 1px; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
`;

import { baseStyle } from '../style.ts';

/** The style sheet of the page: light and dark, one column on a narrow screen. Its hash stands in the policy of the page. */
export const style = `${baseStyle}
.facts { width: 100%; border-collapse: collapse; table-layout: fixed; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; border-spacing: 0; }
.facts th, .facts td { text-align: left; vertical-align: top; padding: 5px 14px; overflow-wrap: anywhere; }
.facts tr + tr > * { border-top: 1px solid var(--line); }
.facts tr.more > * { border-top: 0; padding-top: 0; }
.facts th[scope=row] { width: 120px; color: var(--soft); font-weight: 400; }
.facts thead th { padding: 10px 14px; font-weight: 600; border-bottom: 2px solid var(--line); }
.facts tr.alike td { color: var(--soft); }
.title { font-weight: 400; }
.side-a { color: var(--a); } .side-b { color: var(--b); }
.trunk { max-width: 560px; margin: 30px auto 0; text-align: center; background: var(--card); border: 2px solid var(--trunk); border-radius: 10px; padding: 10px 16px; }
.trunk p { margin: 0; }
.fork { display: block; width: 38px; height: 34px; margin: 0 auto; }
.fork path { fill: none; stroke-width: 2; }
.fork .to-a { stroke: var(--a); } .fork .to-b { stroke: var(--b); }
.apart { text-align: center; color: var(--soft); margin: 30px 0 14px; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); column-gap: 34px; }
.columns > .a, .columns > .b { padding: 0 20px 14px 0; border-right: 2px solid var(--a); position: relative; }
.columns > .b { padding: 0 0 14px 20px; border-right: 0; border-left: 2px solid var(--b); }
.columns > .a::before, .columns > .b::before { content: ""; position: absolute; right: -7px; top: 13px; width: 12px; height: 12px; border-radius: 50%; background: var(--page); border: 2px solid var(--a); }
.columns > .b::before { right: auto; left: -7px; border-color: var(--b); }
.columns > .a.user::before { background: var(--a); } .columns > .b.user::before { background: var(--b); }
.both { grid-column: 1 / -1; padding: 0 0 14px; position: relative; }
.both::before { content: ""; position: absolute; top: 0; bottom: 0; left: calc(50% - 19px); width: 38px; border: solid; border-width: 0 2px; border-color: transparent var(--b) transparent var(--a); }
.both > details { position: relative; max-width: 720px; margin: 0 auto; padding: 7px 14px; background: var(--card); border: 1px dashed var(--trunk); border-radius: 10px; }
.both .turn { margin-top: 10px; }
.user .text { font-weight: 600; }
.calls > details, .calls > .call { margin: 4px 0 0; border-left: 2px solid var(--line); padding-left: 10px; }
.calls > .removed { border-color: var(--a); } .calls > .added { border-color: var(--b); } .calls > .changed { border-color: var(--bad); }
@media (max-width: 760px) {
  .columns { grid-template-columns: minmax(0, 1fr); }
  .columns > .a, .columns > .b { padding: 0 0 14px 18px; border-right: 0; border-left: 2px solid var(--a); }
  .columns > .b { border-color: var(--b); }
  .columns > .a::before { right: auto; left: -7px; }
  .columns > .empty, .fork, .both::before { display: none; }
  .trunk { margin-bottom: 16px; }
}
@media print { body { background: #fff; } pre { max-height: none; } }
`;

import { baseStyle } from '../style.ts';

/** The style sheet of the page of a thread. Its hash stands in the policy of the page. */
export const style = `${baseStyle}
main { max-width: 860px; }
.turn { margin: 0 0 14px; }
.turn.user { border-left: 3px solid var(--link); }
.turn .text { margin: 6px 0 0; }
.turn h3 { font-size: 16px; margin: 12px 0 0; }
.turn > details { margin: 6px 0 0; border-left: 2px solid var(--line); padding-left: 10px; }
.turn img { display: block; max-width: 100%; margin: 8px 0 0; border-radius: 6px; }
.map { margin: 0 0 18px; }
.map pre { white-space: pre; line-height: 1.35; }
.agent { margin: 0 0 14px; } .agent > .turn { margin: 10px 0 0 18px; }
@media print { body { background: #fff; } pre { max-height: none; } }
`;

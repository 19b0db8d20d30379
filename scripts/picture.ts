// Draws what a terminal shows as an SVG: npm run picture. The README shows it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layOutHome } from './demo-home.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const commands = ['import', 'log "Tide table" --graph', 'show "Tide table@2"'];

const charWidth = 8.4;
const lineHeight = 18;
const margin = 18;
const escapes = /\u001b\[[\d;]*m/g;
const palette: Record<string, string> = {
  '31': '#f47067',
  '32': '#8ddb8c',
  '33': '#f6c177',
  '34': '#6cb6ff',
  '35': '#dcbdfb',
  '36': '#76e3ea',
  '90': '#768390',
};

interface Style {
  colour?: string;
  bold?: boolean;
  dim?: boolean;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function styled(style: Style, code: string): Style {
  if (code === '0' || code === '') return {};
  if (code === '1') return { ...style, bold: true };
  if (code === '2') return { ...style, dim: true };
  if (code === '22') return style.colour ? { colour: style.colour } : {};
  if (code === '39') return { ...(style.bold && { bold: true }), ...(style.dim && { dim: true }) };
  const colour = palette[code];
  return colour ? { ...style, colour } : style;
}

function span(text: string, { colour, bold, dim }: Style): string {
  const fill = colour ? ` fill="${colour}"` : '';
  return text === '' ? '' : `<tspan${fill}${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.65"' : ''}>${escaped(text)}</tspan>`;
}

function drawLine(line: string, y: number): string {
  let style: Style = {};
  let spans = '';
  for (const piece of line.split(/(\u001b\[[\d;]*m)/)) {
    if (piece.startsWith('\u001b[')) for (const code of piece.slice(2, -1).split(';')) style = styled(style, code);
    else spans += span(piece, style);
  }
  return `<text x="${margin}" y="${y}" xml:space="preserve">${spans}</text>`;
}

function draw(lines: readonly string[]): string {
  const longest = Math.max(...lines.map((line) => line.replace(escapes, '').length));
  const width = Math.ceil(longest * charWidth + 2 * margin);
  const height = lines.length * lineHeight + 2 * margin + 18;
  const text = lines.map((line, index) => drawLine(line, margin + 30 + index * lineHeight)).join('\n');
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => `<circle cx="${margin + index * 18}" cy="16" r="5" fill="${fill}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="10" fill="#22272e"/>
${lights.join('\n')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#cdd9e5">
${text}
</g>
</svg>
`;
}

const home = mkdtempSync(join(tmpdir(), 'convo-picture-'));
try {
  layOutHome(home, new Date(Date.UTC(2026, 1, 12)));
  const env = { ...process.env, HOME: home, CONVO_HOME: join(home, '.convo'), TZ: 'UTC' };
  const convo = (line: string) =>
    spawnSync('sh', ['-c', `"${process.execPath}" "${join(root, 'dist', 'convo.cjs')}" ${line}`], { cwd: home, env, encoding: 'utf8' })
      .stdout;
  convo('config color always');
  const lines = commands.flatMap((line) => [
    `\u001b[32m$\u001b[0m \u001b[1mconvo ${line}\u001b[0m`,
    ...convo(line).trimEnd().split('\n'),
    '',
  ]);
  mkdirSync(join(root, 'pictures'), { recursive: true });
  writeFileSync(join(root, 'pictures', 'terminal.svg'), draw(lines.slice(0, -1)));
} finally {
  rmSync(home, { recursive: true, force: true });
}

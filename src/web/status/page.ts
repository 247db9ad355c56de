import { escapeHtml } from './format.ts';
import type { StatusData } from './status-data.ts';
import { scriptPath } from './script.ts';
import { statusStyle } from './style.ts';

/** A whole page: the header, the content, and the time. The script updates it in place; without scripts it stays as it is. */
export function pageOf(
  { version, telemetryPath, nowMs }: Pick<StatusData, 'version' | 'telemetryPath' | 'nowMs'>,
  { title, content }: { readonly title: string; readonly content: string },
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)} – Tencent live exporter</title>
<style>${statusStyle}</style>
<script src="${scriptPath}" defer></script>
</head>
<body>
<header>
<h1><a href="/">Tencent live exporter</a></h1>
<span>${escapeHtml(version)}</span>
<nav aria-label="Pages"><a href="${escapeHtml(telemetryPath)}">Metrics</a> <a href="/config">Configuration</a> <a href="/api/v1/status">JSON</a></nav>
</header>
<p id="connection" role="status"></p>
<main id="main">
${content}</main>
<footer>
<p id="as-of">As of ${new Date(nowMs).toISOString()}.</p>
<p id="updates">To update the page, reload it.</p>
</footer>
</body>
</html>
`;
}

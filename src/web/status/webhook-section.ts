import { webhookResults, type WebhookStatus } from '../../status/webhook-status.ts';
import { escapeHtml, formatAge, formatCount, table } from './format.ts';

/** The requests that the receiver of webhooks has got, by what became of them. */
export function webhookSection({ address, queueLength, requests, lastAcceptedAtMs }: WebhookStatus, nowMs: number) {
  const last = lastAcceptedAtMs === undefined ? 'never' : formatAge(lastAcceptedAtMs, nowMs);
  const columns = [{ title: 'Result' }, { title: 'Requests', isNumber: true }];
  const rows = webhookResults.map((result) => [result, formatCount(requests[result])]);
  return `<section id="webhooks" aria-label="Webhooks">
<header><h2>Webhooks</h2></header>
<p>${escapeHtml(`Received on ${address} · queue: ${formatCount(queueLength)} · last accepted: ${last}`)}</p>
${table('Webhooks since the start', columns, rows)}</section>
`;
}

import { textReply, type Route } from './reply.ts';

/** What the operator's paths ask of the program. */
export interface Operations {
  /** Why the exporter is not ready; undefined when it is. */
  readonly readiness: () => string | undefined;
  /** The running configuration as YAML, secrets masked. */
  readonly configText: () => string;
  /** Reloads the configuration; resolves with the fault of one that was refused, undefined if it was accepted. */
  readonly reload?: () => Promise<string | undefined>;
}

/** Health, readiness, the running configuration and reload. */
export function operationsRoutes({ readiness, configText, reload }: Operations): readonly Route[] {
  return [
    { path: '/-/healthy', method: 'GET', reply: () => textReply(200, 'healthy') },
    {
      path: '/-/ready',
      method: 'GET',
      reply: () => {
        const reason = readiness();
        return reason === undefined ? textReply(200, 'ready') : textReply(503, `not ready: ${reason}`);
      },
    },
    {
      path: '/config',
      method: 'GET',
      reply: () => textReply(200, configText().trimEnd()),
    },
    {
      path: '/-/reload',
      method: 'POST',
      reply: async () => {
        if (reload === undefined)
          return textReply(501, 'cannot reload: restart the exporter to apply a new configuration');
        const fault = await reload();
        return fault === undefined ? textReply(200, 'reloaded') : textReply(500, fault);
      },
    },
  ];
}

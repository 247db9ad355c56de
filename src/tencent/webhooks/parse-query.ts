/** The parameters that Tencent appends to the URL. */
export interface WebhookQuery {
  readonly sdkAppId?: string | undefined;
  readonly command?: string | undefined;
  readonly sign?: string | undefined;
  /** Unix seconds, as text: the signature is of this text. */
  readonly requestTime?: string | undefined;
}

/** Reads the query of a URL, without regard to case: the pages write `SdkAppid` and `SdkAppId`. */
export function parseWebhookQuery(query: string): WebhookQuery {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) values.set(name.toLowerCase(), value);
  return {
    sdkAppId: values.get('sdkappid'),
    // The English overview of Live has the second name.
    command: values.get('callbackcommand') ?? values.get('webhookcommand'),
    sign: values.get('sign'),
    requestTime: values.get('requesttime'),
  };
}

import { describe, expect, it } from '@jest/globals';
import { negotiateEncoding, negotiateFormat } from '../../src/web/negotiation.ts';

const text = 'text/plain; version=0.0.4; charset=utf-8';
const openmetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const openmetrics001 = 'application/openmetrics-text; version=0.0.1; charset=utf-8';

describe('negotiateFormat', () => {
  it.each([
    ['nothing', undefined, text],
    ['an empty header', '', text],
    ['curl', '*/*', text],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', text],
    ['another format alone', 'application/json', text],
    [
      'Prometheus 2.42',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      openmetrics,
    ],
    [
      'Prometheus 3',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      openmetrics,
    ],
    [
      'Prometheus 3 for the text format only',
      'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      text,
    ],
    [
      'Prometheus with protobuf first',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      openmetrics,
    ],
    ['VictoriaMetrics', 'text/plain;version=0.0.4;q=1,*/*;q=0.1', text],
    ['OpenMetrics of any version', 'application/openmetrics-text', openmetrics],
    ['OpenMetrics 0.0.1 alone', 'application/openmetrics-text; version=0.0.1', openmetrics001],
    [
      'OpenMetrics 0.0.1 more than 1.0.0',
      'application/openmetrics-text;version=1.0.0;q=0.1,application/openmetrics-text;version=0.0.1;q=0.2',
      openmetrics001,
    ],
    ['an unknown version of OpenMetrics', 'application/openmetrics-text;version=2.0.0', text],
    ['quoted versions and capitals', 'Application/OpenMetrics-Text; Version="1.0.0"; Charset="utf-8"', openmetrics],
    ['text refused', 'text/plain;q=0,application/openmetrics-text;q=0.1', openmetrics],
    ['OpenMetrics refused', 'application/openmetrics-text;q=0,*/*;q=0.1', text],
    ['text more than OpenMetrics', 'application/openmetrics-text;version=1.0.0;q=0.3,text/plain;q=0.7', text],
    ['all refused', '*/*;q=0', text],
  ])('The Accept header selects the format: %s', (_client, accept, contentType) => {
    expect(negotiateFormat(accept)).toEqual({
      contentType,
      format: contentType === text ? 'text' : 'openmetrics',
    });
  });
});

describe('negotiateEncoding', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br, zstd', 'gzip'],
    ['gzip;q=0.1', 'gzip'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0, *', 'identity'],
    ['*', 'gzip'],
    ['identity', 'identity'],
    ['deflate, br', 'identity'],
    ['identity;q=0.5, gzip;q=0.4', 'identity'],
    ['identity;q=0', 'identity'],
    ['identity;q=0, gzip;q=0.1', 'gzip'],
    ['*;q=0', 'identity'],
  ] as const)('The Accept-Encoding header %j selects the encoding %s', (accepted, encoding) => {
    expect(negotiateEncoding(accepted === undefined ? {} : { 'accept-encoding': accepted })).toBe(encoding);
  });
});

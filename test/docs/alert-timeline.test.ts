import { describe, expect, it } from '@jest/globals';
import { alertTimeline, type Point } from '../../docs/generator/pictures/alert-timeline.ts';

const at = (...seconds: readonly number[]): readonly Point[] =>
  seconds.map((second) => ({ seconds: second, value: 100 }));

const history = {
  title: 'Alert of room <b>&"',
  audience: at(1000, 1005, 1900),
  baseline: at(1000, 1900),
  threshold: [],
  firing: at(1300, 1600),
  lossStartSeconds: 1240,
};

describe('The timeline of an alert', () => {
  it('It says when the viewers left, how much later the alert fired, and when it was resolved', () => {
    const texts = [...alertTimeline(history).matchAll(/>([\d:]{8} [^<]*)</g)].map(([, text]) => text);

    expect(texts).toEqual(['00:20:40 viewers leave', '00:21:40 fires, 60 s later', '00:26:40 resolved']);
  });

  it('A gap of more than a minute ends a line', () => {
    const [, line = ''] = /class="audience" d="([^"]*)"/.exec(alertTimeline(history)) ?? [];

    expect(line.replaceAll(/[\d. ]+/g, '')).toBe('MLM');
  });

  it('An alert that did not fire has no mark, and a room id cannot add markup', () => {
    const picture = alertTimeline({ ...history, firing: [], lossStartSeconds: undefined });

    expect(picture).not.toMatch(/fires|resolved|class="firing"|<b>/);
    expect(picture).toContain('Alert of room &lt;b>&amp;&quot;');
  });
});

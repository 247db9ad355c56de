import { describe, expect, it } from '@jest/globals';
import { DomainChoice } from '../../src/tencent/domains.ts';

const minuteMs = 60_000;

/** Calls go to the backup domain since time 0. */
function onBackup(): DomainChoice {
  const choice = new DomainChoice({ hasBackup: true });
  expect(choice.responded('backup', choice.route(0), 0)).toBe(true);
  return choice;
}

const domainsOf = (choice: DomainChoice, nowMs: number) => choice.route(nowMs).domains;

describe('The choice between the two domains of a region', () => {
  it('A call tries the main domain first, and the backup domain if it cannot reach that', () => {
    const choice = new DomainChoice({ hasBackup: true });
    expect(domainsOf(choice, 0)).toEqual(['main', 'backup']);
    expect(choice.responded('main', choice.route(0), 0)).toBe(false);
    expect(domainsOf(choice, 0)).toEqual(['main', 'backup']);
  });

  it('Without a backup domain, a call only tries the main domain', () => {
    expect(domainsOf(new DomainChoice({ hasBackup: false }), 0)).toEqual(['main']);
  });

  it('After the backup domain has responded to a call that could not reach the main domain, calls try it first', () => {
    expect(domainsOf(onBackup(), 1)).toEqual(['backup', 'main']);
  });

  it('Of several calls that reach only the backup domain at the same time, the first one is the switch', () => {
    const choice = new DomainChoice({ hasBackup: true });
    const routes = [choice.route(0), choice.route(0)];
    expect(routes.map((route) => choice.responded('backup', route, 1))).toEqual([true, false]);
  });

  it('One call a minute tries the main domain first, and the others do not wait for it', () => {
    const choice = onBackup();
    const firsts = [minuteMs - 1, minuteMs, minuteMs, 2 * minuteMs - 1, 2 * minuteMs].map(
      (nowMs) => domainsOf(choice, nowMs)[0],
    );
    expect(firsts).toEqual(['backup', 'main', 'backup', 'backup', 'main']);
  });

  it('When the main domain responds to such a call, calls go there again', () => {
    const choice = onBackup();
    const trial = choice.route(minuteMs);
    expect(choice.responded('main', trial, minuteMs)).toBe(true);
    expect(domainsOf(choice, minuteMs)).toEqual(['main', 'backup']);
  });

  it('When a call cannot reach the backup domain and the main domain responds, calls go there again at once', () => {
    const choice = onBackup();
    expect(choice.responded('main', choice.route(1), 1)).toBe(true);
    expect(domainsOf(choice, 1)).toEqual(['main', 'backup']);
  });

  it('A late response of the main domain to a call from before the switch does not switch back', () => {
    const choice = new DomainChoice({ hasBackup: true });
    const early = choice.route(0);
    choice.responded('backup', choice.route(0), 1);
    expect(choice.responded('main', early, 2)).toBe(false);
    expect(domainsOf(choice, 3)).toEqual(['backup', 'main']);
  });
});

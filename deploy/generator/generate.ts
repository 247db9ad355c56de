import { writeFileSync } from 'node:fs';
import { renderPrometheusRule } from './prometheus-rule.ts';

const [rulesFolder, resourceFile] = process.argv.slice(2);
if (rulesFolder === undefined || resourceFile === undefined) {
  console.error('usage: generate RULES_FOLDER RESOURCE_FILE (rule files of Prometheus, and what is written)');
  process.exitCode = 2;
} else {
  writeFileSync(resourceFile, renderPrometheusRule(rulesFolder));
  console.log(resourceFile);
}

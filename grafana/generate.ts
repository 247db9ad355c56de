import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dashboardFiles } from './dashboards.ts';
import { formatted } from './json.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('found no argument, expected the folder to write the dashboards to');
for (const { name, dashboard } of dashboardFiles()) await writeFile(join(folder, name), await formatted(dashboard));

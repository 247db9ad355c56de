import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from './generated-files.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: generate FOLDER (the folder of the pages whose generated parts are to be updated)');
  process.exitCode = 2;
} else {
  for (const { name, render } of generatedFiles) {
    const path = join(folder, name);
    writeFileSync(path, await render(path, () => readFileSync(path, 'utf8')));
    console.log(path);
  }
}

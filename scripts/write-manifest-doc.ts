/** `npm run docs`: generates the tables of docs/manifest.md again from the schemas in schemas/. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import disabled from '../schemas/disabled.schema.json' with { type: 'json' };
import manifest from '../schemas/manifest.schema.json' with { type: 'json' };
import workers from '../schemas/workers.schema.json' with { type: 'json' };
import { withFieldTables } from './field-tables.ts';

const page = join(import.meta.dirname, '../docs/manifest.md');
writeFileSync(page, withFieldTables(readFileSync(page, 'utf8'), { disabled, manifest, workers }));

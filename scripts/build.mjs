import { build } from './builder.mjs';

build({ checkTypes: true });

import { ar } from './ar.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { sv } from './sv.js';

/** The texts of the page and of the simulated phone, in the languages of the element. */
export const TEXTS = { en, es, fr, de, sv, ar };

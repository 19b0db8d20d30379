import type { Json } from '../../src/model/json.ts';

/** A JSON object. */
export type Body = { [key: string]: Json };

/** Returns whether a value is a JSON object (no array). */
export const isBody = (value: Json | undefined): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the objects of an array; none for anything else. */
export const list = (value: Json | undefined): Body[] => (Array.isArray(value) ? value.filter(isBody) : []);

/** Returns a string as it is, '' for anything else. */
export const stringOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

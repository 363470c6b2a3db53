// compose.yaml as docker compose reads it, as far as tests look into it: services with what they are started with.
// Runs nothing.

import { parse } from 'yaml';
import { textOf } from '../tidy/project-files.ts';

export interface ComposedProgram {
  image: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck: { test: string[] };
  volumes: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
}

export interface Composed {
  services: Record<'holdfast' | 'front' | 'redis' | 'postgres' | 'kafka', ComposedProgram>;
  volumes: Record<string, null>;
}

export function composed(): Composed {
  return parse(textOf('compose.yaml')) as Composed;
}

/** With what stands where the environment says nothing. */
export function filledIn(text: string): string {
  return text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
}

/** The settings of a Redis, from its command. */
export function settingsOf([program, ...words]: readonly string[]): Record<string, string> {
  if (program !== 'redis-server') throw new Error(`${program} is no Redis`);
  const settings: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 2) {
    settings[words[at]!.replace(/^--/, '')] = words[at + 1]!;
  }
  return settings;
}

// The programs of a Kafka broker, which Debian does not have: a Java runtime that is new enough, and the
// broker's jars, fetched by Maven at a pinned version into a folder of this user. Starts no broker.

import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Brokers from 4.0 on need Java 17. */
export const KAFKA_VERSION = '4.1.1';
const JAVA_MIN = 17;
/** Says what goes wrong; without it the broker is silent. */
const LOGGER_VERSION = '1.7.36';
const FETCH_MAX_MS = 600_000;

const CACHE = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
const JARS = join(CACHE, 'holdfast', `kafka-${KAFKA_VERSION}`);
/** Where people unpack Kafka's own archive. */
const UNPACKED = ['/opt/kafka*/libs', '/usr/local/kafka*/libs'];

export const KAFKA_ADVICE = `a Java runtime from ${JAVA_MIN} on, and Maven once`;

export interface KafkaPrograms {
  java: string;
  /** The folder of the jars. */
  jars: string;
}

let found: KafkaPrograms | undefined;

/** What a broker can be started from, if all of it is there. */
export function kafkaPrograms(): KafkaPrograms | undefined {
  if (found !== undefined) return found;
  const jars = jarsFolder();
  const java = jars === undefined ? undefined : findJava();
  if (java !== undefined && jars !== undefined) found = { java, jars };
  return found;
}

/** Debian packages that are missing to fetch and to run a broker. */
export function packagesForKafka(): string[] {
  const wanted: string[] = [];
  if (findJava() === undefined) wanted.push('openjdk-17-jre-headless');
  if (jarsFolder() === undefined && !runs('mvn')) wanted.push('maven');
  return wanted;
}

/** Gets the jars, where there is Maven; says what went wrong. */
export function fetchKafkaJars(): void {
  if (jarsFolder() !== undefined || !runs('mvn')) return;
  const building = `${JARS}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  const project = join(building, 'pom.xml');
  writeFileSync(project, PROJECT);
  console.log(`fetching: Kafka ${KAFKA_VERSION} by Maven, into ${JARS}`);
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime'];
  const args = ['-q', '-B', '-f', project, ...goal, `-DoutputDirectory=${building}`];
  const { status, stdout } = spawnSync('mvn', args, { encoding: 'utf8', timeout: FETCH_MAX_MS });
  if (status === 0 && !existsSync(JARS)) renameSync(building, JARS);
  else rmSync(building, { recursive: true, force: true });
  if (status !== 0) console.log(`mvn failed: ${(stdout ?? '').trim().slice(-500)}`);
}

function jarsFolder(): string | undefined {
  const folders = [JARS, ...UNPACKED.flatMap((pattern) => globSync(pattern))];
  return folders.find((folder) => globSync(join(folder, 'kafka_2.13-*.jar')).length > 0);
}

function findJava(): string | undefined {
  const home = process.env.JAVA_HOME;
  const named = home === undefined ? [] : [join(home, 'bin/java')];
  const installed = globSync('/usr/lib/jvm/*/bin/java').sort();
  return [...named, 'java', ...installed].find((java) => majorOf(java) >= JAVA_MIN);
}

/** It says so on its error output. */
function majorOf(java: string): number {
  const { stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

function runs(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

const PROJECT = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>holdfast</groupId>
  <artifactId>kafka-broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>${LOGGER_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

// Makes the drivers that are optional for the package dependencies of the image, in the versions of the lock file:
// rewrites package.json and package-lock.json in the folder in which it runs. Fetches nothing.

import { readFileSync, writeFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const [own, lock] = [read('package.json'), read('package-lock.json')];
const drivers = Object.keys(own.peerDependencies);

for (const described of [own, lock.packages['']]) {
  for (const driver of drivers) {
    described.dependencies[driver] = lock.packages[`node_modules/${driver}`].version;
    delete described.devDependencies[driver];
  }
  delete described.peerDependencies;
  delete described.peerDependenciesMeta;
}
writeFileSync('package.json', `${JSON.stringify(own, null, 2)}\n`);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);

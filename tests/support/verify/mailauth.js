// What the npm package mailauth says of the DKIM signatures of FOLDER's messages: see dkim_verifiers.py.
'use strict';
const fs = require('fs');
const path = require('path');
const {dkimVerify} = require('mailauth/lib/dkim/verify');

const folder = process.argv[2];
const keys = JSON.parse(fs.readFileSync(path.join(folder, 'keys.json'), 'utf8'));

async function resolver(name, type) {
  const value = type === 'TXT' && keys[name.replace(/\.$/, '').toLowerCase()];
  if (value) return [[value]];
  throw Object.assign(new Error(`${name} does not exist`), {code: 'ENOTFOUND'});
}

async function main() {
  const verdicts = {};
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.eml'))) {
    const {results} = await dkimVerify(fs.readFileSync(path.join(folder, file)), {resolver});
    verdicts[file] = results.filter((one) => one.status.result !== 'none')
      .map((one) => [one.algo, one.status.result === 'pass']);
  }
  console.log(JSON.stringify(verdicts));
}
main().catch((error) => { console.error(error.stack); process.exit(1); });

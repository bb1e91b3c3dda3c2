// The yardstick "nodemailer's pool": node nodemailer.js PORT CONNECTIONS MESSAGES OCTETS [DKIM-KEY-FILE]
'use strict';
const fs = require('fs');
const nodemailer = require('nodemailer');

const [port, connections, messages, octets, keyFile] = process.argv.slice(2);
const dkim = keyFile && {domainName: 'example.org', keySelector: 'bench', privateKey: fs.readFileSync(keyFile, 'utf8')};
const pool = nodemailer.createTransport({
  host: '127.0.0.1', port: Number(port), pool: true, maxConnections: Number(connections), maxMessages: Infinity,
  secure: false, ignoreTLS: true, dkim,
});
const half = 'All work and no play makes a dull newsletter of any reader.\n'.repeat(Math.floor(octets / 2 / 60));

async function main() {
  const all = [];
  for (let i = 0; i < messages; i += 1) {
    all.push(pool.sendMail({
      from: 'Bench <bench@example.org>', to: `reader${i}@example.net`, subject: 'Seven stones',
      text: `${half}Reader ${i}\n`, html: `<p>${half}</p><p>Reader ${i}</p>\n`,
    }));
    if (all.length % 1000 === 0) await all[all.length - 1];
  }
  await Promise.all(all);
  pool.close();
}
main().catch((error) => { console.error(error.message); process.exit(1); });

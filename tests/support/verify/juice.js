// Inlines each document of standard input (JSON: [{document, ours}]) with the npm package juice, and prints how what
// is in `ours` differs, as JSON: a line for each element whose style attribute says something else.
'use strict';
const fs = require('fs');
const cheerio = require('cheerio');
const loaded = require('juice');
const juice = loaded.default || loaded;

const options = {applyAttributesTableElements: false, applyWidthAttributes: false, applyHeightAttributes: false};

// The declarations in their order. juice writes no !important; of ours only those remain that an attribute had.
function declarations(style) {
  const parts = (style || '').match(/(?:"[^"]*"|'[^']*'|\([^)]*\)|[^;])+/g) || [];
  return parts.map((part) => {
    const colon = part.indexOf(':');
    const value = part.slice(colon + 1).replace(/!\s*important\s*$/i, '').replace(/"/g, "'").replace(/\s+/g, ' ');
    return `${part.slice(0, colon).trim().toLowerCase()}:${value.replace(/\s*,\s*/g, ',').trim()}`;
  }).filter((one) => one.length > 1).join(';');
}

function elements(html) {
  const $ = cheerio.load(html);
  return $('body').find('*').addBack().toArray().filter((one) => one.name !== 'style')
    .map((one) => `<${one.name}> ${declarations(one.attribs.style)}`);
}

const differences = [];
let styled = 0;
for (const {document, ours} of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  const expected = elements(juice(document, options));
  const found = elements(ours);
  styled += expected.filter((one) => !one.endsWith('> ')).length;
  if (expected.length !== found.length) differences.push(`${found.length} elements, juice has ${expected.length}`);
  expected.forEach((one, at) => {
    if (one !== found[at]) differences.push(`juice: ${one}  ours: ${found[at]}  in: ${document.slice(0, 200)}`);
  });
}
console.log(JSON.stringify({styled, differences}));

// Sends bodies to an echoing server on the port given and compares; prints how many came back whole.
const http2 = require('node:http2');

const session = http2.connect(`http://127.0.0.1:${process.argv[2]}`);
const total = 200;
let begun = 0;
let whole = 0;
let left = total;

function one() {
  if (begun === total) return;
  const i = begun++;
  const body = Buffer.alloc(i % 5 === 0 ? 0 : (i * 7919) % 150000, i);
  const stream = session.request({ ':method': 'POST', ':path': `/${i}`, 'x-i': String(i), cookie: 'a=1' });
  const parts = [];
  let status = 0;
  stream.on('response', (headers) => { status = headers[':status']; });
  stream.on('data', (chunk) => parts.push(chunk));
  stream.on('error', (error) => console.error(String(error)));
  stream.on('close', () => {
    if (status === 200 && Buffer.concat(parts).equals(body)) whole++;
    if (--left === 0) session.ping(() => session.close());
    one();
  });
  // One in ten is given up half way.
  if (i % 10 === 9) stream.write(body.subarray(0, 10), () => stream.close(http2.constants.NGHTTP2_CANCEL));
  else stream.end(body);
}

for (let i = 0; i < 30; i++) one();
session.on('error', (error) => { console.error(String(error)); process.exit(1); });
session.on('close', () => console.log(`whole ${whole}`));

// Echoes bodies over HTTP/2 without TLS; prints its port. Ends with its standard input.
const http2 = require('node:http2');

const server = http2.createServer({ settings: { initialWindowSize: 70000, maxConcurrentStreams: 50 } });
server.on('stream', (stream, headers) => {
  let octets = 0;
  stream.on('error', () => {});
  stream.on('data', (chunk) => { octets += chunk.length; });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-octets': String(octets) }));
  stream.additionalHeaders({ ':status': 103, link: '</style.css>' });
  stream.respond(
    { ':status': 200, 'x-method': headers[':method'], 'x-long': headers['x-long'] || '' },
    { waitForTrailers: true });
  stream.pipe(stream);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

#!/usr/bin/env node
// A backend that no gateway connects to: it dials, and serves its requests on that connection.
// Only Node's own modules and docs/link-protocol.md, of which section 9 is what is done here.
//
//     node backend.mjs --service hello --gateway 127.0.0.1:7081
//     curl -H 'Host: hello.example' http://127.0.0.1:7080/
//
// SIGTERM drains it, and it leaves when no request is running any more.

import { randomUUID } from 'node:crypto';
import http from 'node:http';
import http2 from 'node:http2';
import os from 'node:os';
import { parseArgs } from 'node:util';

const CONTROL = 'link.evenkeel.invalid';
const STREAMS = 1000;
const WINDOW = 64 * 1024;

const { values: options } = parseArgs({
  options: {
    service: { type: 'string', default: 'hello' },
    workload: { type: 'string', default: os.hostname().toLowerCase() },
    gateway: { type: 'string', default: '127.0.0.1:7081' },
  },
});

const registration = {
  service: options.service,
  workload: options.workload,
  endpoint: `${options.workload}.node`,
  mode: 'tunnelled',
  incarnation: randomUUID(),
  labels: { language: 'node' },
};

let inFlight = 0;
let leaving = false;
let wait = 100; // ms, doubled by every failure
let link = null;

/** The application: any handler of (request, response) does. */
function serve(request, response) {
  inFlight++;
  response.on('close', () => inFlight--);
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(`hello from ${registration.endpoint}\n`);
  });
}

/** Section 1: asks to switch protocols, with the registration as body. */
function dial() {
  const [, host, port] = options.gateway.match(/^\[?(.+?)\]?:(\d+)$/);
  const body = JSON.stringify(registration);
  const request = http.request({
    host,
    port,
    path: '/link',
    timeout: 5000,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'evenkeel-link/1',
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    },
  });
  request.on('upgrade', (_, socket, head) => {
    socket.setTimeout(0);
    socket.setNoDelay(true);
    if (head.length > 0) {
      socket.unshift(head);
    }
    switched(socket);
  });
  request.on('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (piece) => (text += piece));
    response.on('end', () => refused(JSON.parse(text)));
  });
  request.on('timeout', () => request.destroy(new Error('no answer within 5 s')));
  request.on('error', (failure) => again(failure.message));
  request.end(body);
}

/** Section 2: a refusal says whether, and when, to come again. */
function refused({ code, detail, retryAfterMillis }) {
  console.log(`link: ${code}: ${detail}`);
  if (retryAfterMillis === undefined || retryAfterMillis < 0) {
    process.exit(1);
  }
  again(`refused, again in ${retryAfterMillis} ms`, retryAfterMillis);
}

function again(why, least = 0) {
  link = null;
  if (leaving) {
    process.exit(0);
  }
  console.log(`link: ${why}`);
  setTimeout(dial, least + wait * (0.5 + Math.random()));
  wait = Math.min(10_000, 2 * wait);
}

/** Section 9: what follows is HTTP/2, the gateway being the client. */
function switched(socket) {
  const server = http2.createServer({
    settings: {
      initialWindowSize: WINDOW,
      maxConcurrentStreams: STREAMS,
    },
  });
  let control = null;
  server.on('session', (session) => {
    session.setLocalWindowSize(STREAMS * WINDOW);
    session.on('error', (failure) => console.log(`link: ${failure.message}`));
    session.on('close', () => {
      control?.end();
      again('the connection ended');
    });
  });
  server.on('sessionError', (failure) => console.log(`link: ${failure.message}`));
  server.on('request', (request, response) => {
    if (control !== null) {
      serve(request, response);
    } else if (request.authority === CONTROL && request.method === 'POST') {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      control = new Link(request, response, () => socket.destroy());
    } else {
      socket.destroy();
    }
  });
  server.emit('connection', socket);
}

/** Sections 3 to 6: lines of JSON on the first stream. */
class Link {
  constructor(input, output, cut) {
    this.output = output;
    this.cut = cut;
    this.heard = Date.now();
    this.missedMillis = 2500;
    let line = '';
    input.setEncoding('utf8').on('data', (text) => {
      this.heard = Date.now();
      const lines = (line + text).split('\n');
      line = lines.pop();
      lines.filter((one) => one.trim() !== '').forEach((one) => this.said(JSON.parse(one)));
    });
    input.on('error', () => {});
    output.on('error', () => {});
  }

  send(message) {
    this.output.write(`${JSON.stringify(message)}\n`);
  }

  said(message) {
    switch (message.type) {
      case 'registered':
        link = this;
        wait = 100;
        console.log(`link: registered as ${message.endpoint}`);
        this.missedMillis = message.missedMillis ?? 2500;
        clearInterval(this.beat);
        this.beat = setInterval(() => this.report(), message.heartbeatMillis ?? 1000);
        if (leaving) {
          this.drain();
        }
        break;
      case 'ping':
        this.send({ type: 'pong', n: message.n ?? 0 });
        break;
      case 'drained':
        if (leaving && !message.operator) {
          this.send({ type: 'leave', reason: 'the backend stops' });
          console.log('link: left');
        }
        break;
      case 'error':
        console.log(`link: ${message.code}: ${message.detail ?? ''}`);
        if (message.retryAfterMillis === -1) {
          leaving = true;
        }
        break;
      default: // A sign of life (section 3).
    }
  }

  report() {
    if (Date.now() - this.heard > 4 * this.missedMillis) {
      this.end();
      this.cut();
    } else {
      this.send({ type: 'report', inFlight });
    }
  }

  drain() {
    this.send({ type: 'drain', deadlineMillis: 10_000, reason: 'the backend stops' });
  }

  end() {
    clearInterval(this.beat);
  }
}

process.on('SIGTERM', () => {
  leaving = true;
  if (link === null) {
    process.exit(0);
  }
  link.drain();
  setTimeout(() => process.exit(1), 15_000).unref();
});

dial();

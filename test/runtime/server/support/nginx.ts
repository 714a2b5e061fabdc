import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => (server.close(), once(server, 'close'))))
  return ports
}

/** A real nginx in front of a server: default buffering, gzip on, and HTTP/2 on its second port. */
export class Nginx {
  /** Speaks HTTP/1.0 to the server, as nginx does by default. */
  readonly plain: string
  /** HTTP/2 with a certificate of its own, and HTTP/1.1 with keep-alive behind. */
  readonly http2: string
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor(ports: readonly number[], child: ChildProcess, folder: string) {
    this.plain = `http://127.0.0.1:${ports[0]}`
    this.http2 = `https://127.0.0.1:${ports[1]}`
    this.#process = child
    this.#folder = folder
  }

  static async start(upstream: string): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
    chmodSync(folder, 0o755)
    const ports = await freePorts(2)
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
      ].concat(['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]),
      { stdio: 'ignore' },
    )
    const { host } = new URL(upstream)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join('\n')
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off;
pid ${folder}/pid;
error_log stderr notice;
worker_processes 1;
events {}
http {
  ${temporary}
  access_log off;
  gzip on;
  gzip_min_length 1;
  gzip_proxied any;
  gzip_types text/event-stream text/plain;
  upstream app { server ${host}; keepalive 4; }
  server {
    listen 127.0.0.1:${ports[0]};
    location / { proxy_pass http://app; }
  }
  server {
    listen 127.0.0.1:${ports[1]} ssl http2;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ''; }
  }
}
`,
    )
    const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
    while (!log.includes('start worker process ')) {
      if (child.exitCode !== null) throw new Error(`nginx did not start:\n${log}`)
      await Promise.race([once(child.stderr, 'data'), once(child, 'exit')])
    }
    return new Nginx(ports, child, folder)
  }

  async close(): Promise<void> {
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await exited
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

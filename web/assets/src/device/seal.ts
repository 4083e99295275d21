// Sealing: entries to the installation's public key, so that nobody can read them on the device; pages and labels with a key of the device's own, which goes with the
// right to read them. access/outbox opens what is sealed here.

import type { Locked, Signing, State } from './db'

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
}

function toBase64(b: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
}

function joined(...parts: (Uint8Array | ArrayBuffer)[]): Uint8Array<ArrayBuffer> {
  const all = parts.map((p) => p instanceof Uint8Array ? p : new Uint8Array(p))
  const out = new Uint8Array(all.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of all) { out.set(p, at); at += p.length }
  return out
}

// newKeys makes somebody's keys, as the words that are locked with their password: one for their pages, one to sign with.
export async function newKeys(): Promise<string> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const [own, open] = await Promise.all([crypto.subtle.exportKey('pkcs8', pair.privateKey), crypto.subtle.exportKey('raw', pair.publicKey)])
  return [crypto.getRandomValues(new Uint8Array(32)).buffer, own, open].map(toBase64).join(' ')
}

// keysOf gives the keys for use; the browser does not give them out again.
export async function keysOf(account: string, words: string): Promise<{ pages: CryptoKey; signing: Signing }> {
  const [pages = '', own = '', open = ''] = words.split(' ')
  return {
    pages: await crypto.subtle.importKey('raw', fromBase64(pages), 'AES-GCM', false, ['encrypt', 'decrypt']),
    signing: { account, key: await crypto.subtle.importKey('pkcs8', fromBase64(own), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']), public: open },
  }
}

// fromPassword makes of a password what keys are locked with. It is slow on purpose.
export async function fromPassword(password: string, salt: ArrayBuffer): Promise<CryptoKey> {
  const from = await crypto.subtle.importKey('raw', bytes(password), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 600000 }, from, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

export interface Header {
  id: string; device: string; account: string; says?: string; path: string; type: string; title: string; initials: string; made: number; offset: number; sequence: number
}

// seal seals an entry: outside the envelope is only to which key, and an ephemeral one; inside are a signature, the header and the body.
export async function seal(s: State, signing: Signing, header: Header, body: ArrayBuffer): Promise<ArrayBuffer> {
  const to = fromBase64(s.key)
  const ephemeral = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', ephemeral.publicKey))
  const id = new Uint8Array(await crypto.subtle.digest('SHA-256', to)).subarray(0, 8)
  const outside = joined(bytes('RMO1'), id, point)
  const head = bytes(JSON.stringify(header))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, head.length)
  const text = joined(length, head, body)
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, signing.key, joined(bytes('rosemary outbox entry 1\n'), outside, text))
  const theirs = await crypto.subtle.importKey('raw', to, { name: 'ECDH', namedCurve: 'P-256' }, false, [])
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, ephemeral.privateKey, 256)
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits'])
  const keyed = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: joined(point, to), info: bytes('rosemary outbox seal 1') }, secret, 352)
  const key = await crypto.subtle.importKey('raw', keyed.slice(0, 32), 'AES-GCM', false, ['encrypt'])
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: keyed.slice(32), additionalData: outside }, key, joined(signature, text))
  return joined(outside, sealed).buffer
}

export async function lock(key: CryptoKey, data: BufferSource): Promise<Locked> {
  const iv = crypto.getRandomValues(new Uint8Array(12)).buffer
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, data) }
}

export const unlock = (key: CryptoKey, l: Locked): Promise<ArrayBuffer> => crypto.subtle.decrypt({ name: 'AES-GCM', iv: l.iv }, key, l.data)

export const lockText = (key: CryptoKey, text: string): Promise<Locked> => lock(key, bytes(text))
export const unlockText = async (key: CryptoKey, l: Locked): Promise<string> => new TextDecoder().decode(await unlock(key, l))

// Drives the FHIR door with a client library that many use, as a system that signs in by SMART Backend Services. What it is to work with comes as JSON on its input; it
// writes what it did to its output, a line each, and stops at the first thing that is not as it should be.
import assert from 'node:assert/strict'
import { randomUUID, sign } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { Client } from 'fhir-kit-client'

const { baseUrl, key, keyName, system, person, now } = JSON.parse(await text(process.stdin))
const did = (words) => console.log(words)
const client = new Client({ baseUrl })

// refused says with which status the server refuses, and what its OperationOutcome says.
async function refused(doing) {
  try {
    await doing()
  } catch (error) {
    assert.equal(error.response.data.resourceType, 'OperationOutcome')
    return error.response.status
  }
  return assert.fail('it was not refused')
}

const { tokenUrl } = await client.smartAuthMetadata()
assert.ok(tokenUrl, 'no token endpoint is found')
assert.equal(await refused(() => client.read({ resourceType: 'Patient', id: person })), 401)

const part = (object) => Buffer.from(JSON.stringify(object)).toString('base64url')
const claims = { iss: system, sub: system, aud: String(tokenUrl), jti: randomUUID(), iat: now, exp: now + 240 }
const unsigned = `${part({ alg: 'ES384', typ: 'JWT', kid: keyName })}.${part(claims)}`
const signature = sign('sha384', Buffer.from(unsigned), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
const reply = await fetch(tokenUrl, {
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'system/*.cruds',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: `${unsigned}.${signature}`,
  }),
})
assert.equal(reply.status, 200)
client.bearerToken = (await reply.json()).access_token
did('signed in')

const statement = await client.capabilityStatement()
assert.equal(statement.fhirVersion, '4.0.1')
const patient = await client.read({ resourceType: 'Patient', id: person })
assert.equal(patient.id, person)
did('read')

const coding = [{ system: 'urn:rosemary:class', code: 'daily-note' }]
const note = (words, minute) => ({
  resourceType: 'Observation',
  meta: { profile: ['urn:rosemary:class:daily-note'] },
  status: 'final',
  category: [{ coding }],
  code: { coding },
  subject: { reference: `Patient/${person}` },
  effectiveDateTime: `2026-03-16T07:${String(minute).padStart(2, '0')}:00Z`,
  valueString: words,
})
const first = await client.create({ resourceType: 'Observation', body: note('Ate well', 0) })
assert.equal(first.meta.versionId, '1')
assert.equal(await refused(() => client.create({ resourceType: 'Observation', body: { ...note('x', 0), colour: 'red' } })), 422)
did('created')

const patched = await client.patch({
  resourceType: 'Observation', id: first.id,
  jsonPatch: [{ op: 'replace', path: '/valueString', value: 'Ate well, and slept' }],
})
assert.equal(patched.meta.versionId, '2')
const updated = await client.update({
  resourceType: 'Observation', id: first.id, body: { ...patched, valueString: 'Ate well, and slept long' }, options: { headers: { 'If-Match': 'W/"2"' } },
})
assert.equal(updated.valueString, 'Ate well, and slept long')
assert.equal(await refused(() => client.update({
  resourceType: 'Observation', id: first.id, body: updated, options: { headers: { 'If-Match': 'W/"2"' } },
})), 412)
const old = await client.vread({ resourceType: 'Observation', id: first.id, version: '1' })
assert.equal(old.valueString, 'Ate well')
const history = await client.resourceHistory({ resourceType: 'Observation', id: first.id })
assert.deepEqual(history.entry.map((e) => e.resource?.valueString), ['Ate well, and slept long', 'Ate well, and slept', 'Ate well'])
did('changed, patched, and its history read')

const transaction = await client.transaction({
  body: {
    resourceType: 'Bundle', type: 'transaction',
    entry: [1, 2, 3, 4, 5, 6].map((n) => ({ fullUrl: `urn:uuid:${randomUUID()}`, request: { method: 'POST', url: 'Observation' }, resource: note(`Note ${n}`, n) })),
  },
})
assert.deepEqual(transaction.entry.map((e) => e.response.status.slice(0, 3)), Array(6).fill('201'))
assert.equal(await refused(() => client.transaction({
  body: {
    resourceType: 'Bundle', type: 'transaction',
    entry: [{ request: { method: 'POST', url: 'Observation' }, resource: note('Never', 9) }, { request: { method: 'POST', url: 'Observation' }, resource: note('', 9) }],
  },
})), 422)
did('transaction')

const found = []
let pages = 0
const searchParams = { patient: person, date: 'ge2026-03-16', _count: 3, code: 'urn:rosemary:class|daily-note', _include: 'Observation:patient' }
for (let page = await client.resourceSearch({ resourceType: 'Observation', searchParams }); page; page = await client.nextPage({ bundle: page })) {
  pages++
  found.push(...(page.entry ?? []).filter((e) => e.search.mode === 'match').map((e) => e.resource.valueString))
  assert.ok(page.entry.some((e) => e.search.mode === 'include' && e.resource.id === person), 'whom it is about is not included')
}
assert.deepEqual([...found].sort(), ['Ate well, and slept long', ...[1, 2, 3, 4, 5, 6].map((n) => `Note ${n}`)])
assert.equal(pages, 3)
const posted = await client.resourceSearch({ resourceType: 'Observation', searchParams: { patient: person, _summary: 'count' }, options: { postSearch: true } })
assert.equal(posted.total >= 7, true)
const whose = await client.resolve({ reference: found.length ? `Patient/${person}` : '' })
assert.equal(whose.id, person)
did('searched, page by page')

const batch = await client.batch({
  body: {
    resourceType: 'Bundle', type: 'batch',
    entry: [{ request: { method: 'GET', url: `Observation/${first.id}` } }, { request: { method: 'GET', url: 'Observation/nothing' } }],
  },
})
assert.deepEqual(batch.entry.map((e) => e.response.status.slice(0, 3)), ['200', '404'])
const everything = await client.operation({ name: '$everything', resourceType: 'Patient', id: person, method: 'GET' })
assert.ok(everything.entry.length > 7)
const outcome = await client.operation({ name: '$validate', resourceType: 'Observation', input: note('x', 1) })
assert.equal(outcome.issue[0].severity, 'information')
const expanded = await client.operation({ name: '$expand', resourceType: 'ValueSet', method: 'GET', input: { url: 'urn:rosemary:valueset:acvpu' } })
assert.equal(expanded.expansion.total, 5)
const definitions = await client.resourceSearch({ resourceType: 'StructureDefinition', searchParams: { url: first.meta.profile[0] } })
assert.equal(definitions.entry[0].resource.type, 'Observation')
did('batch, operations and definitions')

await client.delete({ resourceType: 'Observation', id: first.id })
assert.equal(await refused(() => client.read({ resourceType: 'Observation', id: first.id })), 410)
did('deleted')

